import { Box } from 'ink';
import { type ReactNode, useLayoutEffect, useMemo, useRef } from 'react';
import { useAppState, useScreenState } from '../../app/react.tsx';
import { type Segment, StatusLine } from '../../components/feedback/status-line.tsx';
import { useBodySize } from '../../components/layout/frame.tsx';
import { KeyHint } from '../../components/text/key-hints.tsx';
import { shortModel } from '../../components/text/model-name.ts';
import { WrappedText } from '../../components/text/wrapped-text.tsx';
import type { ChatTurn } from '../../domain/chat/types.ts';
import type { ChatPlan } from '../../domain/project/types.ts';
import { isPracticeModel, PRACTICE_LABEL } from '../../domain/provider/models.ts';
import { useTheme } from '../../theme/theme.tsx';
import { ChatOverlays } from './dialogs.tsx';
import { entryHeight, MessageEntry } from './message-entry.tsx';
import { samplingText } from './parameters.tsx';
import { CHAT_STATE, chatReducer, initialChatView, NO_DRAFTS } from './reducer.ts';
import { slotFields } from './slot-form.tsx';
import { Transcript } from './transcript/transcript.tsx';
import {
  firstVisibleRow,
  layoutTranscript,
  revealTurn,
  type TranscriptLayout,
  type TranscriptShape,
} from './transcript/transcript-layout.ts';
import { useChatKeys } from './use-chat-keys.ts';
import { useConversation, useConversationActions } from './use-conversation.ts';

export interface ModelBarProps {
  readonly chat: ChatPlan;
  readonly width: number;
  /** Rows above the first visible one, those visible, and all of them. */
  readonly place: { readonly top: number; readonly shown: number; readonly total: number };
}

/** The models and their settings, in one row; and the place, where the conversation is longer than the screen. */
function ModelBar({ chat, width, place }: ModelBarProps): ReactNode {
  const { symbols } = useTheme();
  const gap = ` ${symbols.separator} `;
  const room = Math.max(12, Math.floor((width - 20) / Math.max(1, chat.models.length)) - 3);
  const names = chat.models.map((model) => shortModel(model, room, symbols.ellipsis)).join(` ${symbols.times} `);
  const practice = chat.models.some(isPracticeModel);
  const { top, shown, total } = place;
  const segments: readonly Segment[] = [
    { text: names === '' ? 'No model is chosen: m' : names, tone: 'strong', keep: 1 },
    { text: practice ? PRACTICE_LABEL : '', tone: 'warn', keep: 2 },
    { text: shown < total ? `${top + 1}-${top + shown} of ${total} lines` : '', tone: 'muted', keep: 3 },
    { text: samplingText(chat.sampling, gap), tone: 'muted', keep: 4 },
    { text: chat.system.trim() === '' ? '' : `system: ${chat.system}`, tone: 'muted', keep: 5 },
  ];
  return <StatusLine segments={segments} width={width} />;
}

export interface EmptyProps {
  readonly models: readonly string[];
  /** Names of the slots of the student prompt. */
  readonly slots: readonly string[];
  readonly tuned: boolean;
  readonly width: number;
  readonly height: number;
}

const KEY_COLUMNS = 7;

/** Before the first message: what can be done, with the key. */
function Empty({ models, slots, tuned, width, height }: EmptyProps): ReactNode {
  const others = models.length > 1 ? `${models.length} models answer side by side` : 'one model answers';
  const hints = [
    { key: 'Enter', text: `write a message; ${others}` },
    ...(slots.length === 0 ? [] : [{ key: 'f', text: `fill in ${slots.join(', ')} and send the student prompt` }]),
    { key: 'm', text: 'choose the models, up to four' },
    { key: 'p', text: 'temperature and the other parameters; s the system prompt' },
  ];
  const why = tuned
    ? 'Nothing was said yet.'
    : 'Nothing was said yet. A tuned model joins its base here when it is trained (5).';
  return (
    <Box flexDirection="column" width={width} height={height} flexShrink={0} overflow="hidden" paddingLeft={2}>
      <WrappedText text={why} width={width - 4} />
      <Box height={1} flexShrink={0} />
      {hints.map(({ key, text }) => (
        <Box key={key} flexShrink={0} width={width - 2}>
          <Box width={KEY_COLUMNS} flexShrink={0}>
            <KeyHint keyName={key} label="" />
          </Box>
          <WrappedText text={text} width={Math.max(1, width - 4 - KEY_COLUMNS)} tone="muted" />
        </Box>
      ))}
    </Box>
  );
}

/** Talk to one to four models: a conversation, the template's slots as a form, the answers side by side. */
export function ChatScreen(): ReactNode {
  const projectId = useAppState((state) => state.project.id);
  return <Chat key={projectId} />;
}

function useLayout(
  turns: readonly ChatTurn[],
  { width, column, gap, busy, unfolded }: TranscriptShape,
): TranscriptLayout {
  const before = useRef<TranscriptLayout | null>(null);
  const layout = useMemo(
    () => layoutTranscript(turns, { width, column, gap, busy, unfolded }, before.current),
    [turns, width, column, gap, busy, unfolded],
  );
  useLayoutEffect(() => {
    before.current = layout;
  });
  return layout;
}

/** Why no message can be sent now; null when one can. */
function waitReasonOf(busy: boolean, models: readonly string[]): string | null {
  if (busy) return 'answers are still coming: Ctrl-C stops them';
  return models.length === 0 ? 'no model is chosen: Esc, then m' : null;
}

function Chat(): ReactNode {
  const { columns, rows } = useBodySize();
  const { symbols } = useTheme();
  const { template, chat } = useAppState((state) => state.project);
  const tuned = useAppState((state) => state.jobs.some(({ job }) => job.fineTunedModel !== null));
  const { turns, busy } = useConversation();
  const asking = useConversationActions();
  const [view, dispatch] = useScreenState(CHAT_STATE, chatReducer, () => initialChatView(NO_DRAFTS));
  const { over } = view;

  const { column, unfolded } = view;
  const layout = useLayout(turns, { width: columns - 1, column, gap: ` ${symbols.separator} `, busy, unfolded });
  const fields = useMemo(() => slotFields(template), [template]);
  const bottom = entryHeight(view, fields, columns, rows);
  const height = Math.max(1, rows - 1 - bottom);
  const top = firstVisibleRow(layout, view.anchor, height);

  const turn = turns.find(({ id }) => id === view.turnId) ?? turns.at(-1) ?? null;
  const reply = turn?.replies[Math.min(view.column, turn.replies.length - 1)] ?? null;
  const step = (by: 1 | -1): void => {
    const index = Math.max(0, Math.min(turns.length - 1, (turn === null ? 0 : turns.indexOf(turn)) + by));
    const turnId = index === turns.length - 1 ? null : (turns[index]?.id ?? null);
    dispatch({ type: 'turn', turnId, anchor: revealTurn(layout, view.anchor, index, height) });
  };
  useChatKeys({ view, dispatch, asking, turns, busy, turn, reply, hasSlots: fields.length > 0, onStep: step });

  return (
    <Box flexDirection="column" width={columns} height={rows} flexShrink={0}>
      <Box height={1} flexShrink={0} paddingLeft={1}>
        <ModelBar
          chat={chat}
          width={columns - 2}
          place={{ top, shown: Math.min(height, layout.total - top), total: layout.total }}
        />
      </Box>
      {turns.length === 0 ? (
        <Empty
          models={chat.models}
          slots={fields.map(({ name }) => name)}
          tuned={tuned}
          width={columns}
          height={height}
        />
      ) : (
        <Transcript
          layout={layout}
          anchor={view.anchor}
          onScroll={(anchor) => dispatch({ type: 'scroll', anchor })}
          chosenTurnId={turn?.id ?? null}
          column={view.column}
          width={columns - 1}
          height={height}
          focus={view.mode === 'read' && over === null}
          // An edit of a sent message is left by Esc alone: that drops it.
          onClick={() => view.editing === null && dispatch({ type: 'leave' })}
        />
      )}
      <MessageEntry
        view={view}
        dispatch={dispatch}
        asking={asking}
        turns={turns}
        template={template}
        fields={fields}
        waitReason={waitReasonOf(busy, chat.models)}
        width={columns}
        height={bottom}
      />
      {over === null ? null : (
        <ChatOverlays over={over} dispatch={dispatch} asking={asking} turns={turns} turn={turn} />
      )}
    </Box>
  );
}
