import { Box } from 'ink';
import { type ReactNode, useEffect, useLayoutEffect, useMemo, useReducer, useRef } from 'react';
import { useBodySize } from '../../components/frame/index.ts';
import type { ChatTurn } from '../../domain/chat/turn.ts';
import { useAppState, useWorkbench } from '../../state/context.tsx';
import { useTheme } from '../../theme/index.ts';
import { draftsOf, keepDrafts } from './drafts.ts';
import { Empty } from './empty.tsx';
import { Entry, entryHeight } from './entry.tsx';
import { OverView } from './over.tsx';
import { chatReducer, initialView } from './reducer.ts';
import { slotFields } from './slots/fill.ts';
import { Strip } from './strip.tsx';
import { revealTurn, topOf } from './transcript/anchor.ts';
import { layoutTranscript, type TranscriptLayout, type TranscriptShape } from './transcript/layout.ts';
import { Transcript } from './transcript/view.tsx';
import { useAsking } from './use-asking.ts';
import { useConversation } from './use-conversation.ts';
import { useChatKeys } from './use-keys.ts';

/** Talk to one to three models: a conversation, the template's slots as a form, the answers side by side. */
export function ChatScreen(): ReactNode {
  const projectId = useAppState((state) => state.project.id);
  return <Chat key={projectId} />;
}

function useLayout(turns: readonly ChatTurn[], { width, column, gap, busy }: TranscriptShape): TranscriptLayout {
  const before = useRef<TranscriptLayout | null>(null);
  const layout = useMemo(
    () => layoutTranscript(turns, { width, column, gap, busy }, before.current),
    [turns, width, column, gap, busy],
  );
  useLayoutEffect(() => {
    before.current = layout;
  });
  return layout;
}

/** Why no model can be asked now; null when one can. */
function waitReasonOf(busy: boolean, models: readonly string[]): string | null {
  if (busy) return 'answers are still coming: Ctrl-C stops them';
  return models.length === 0 ? 'no model is chosen: Esc, then m' : null;
}

function Chat(): ReactNode {
  const { columns, rows } = useBodySize();
  const { symbols } = useTheme();
  const workbench = useWorkbench();
  const { id: projectId, template, chat } = useAppState((state) => state.project);
  const tuned = useAppState((state) => state.jobs.some(({ job }) => job.fineTunedModel !== null));
  const { turns, busy } = useConversation();
  const asking = useAsking();
  const [view, dispatch] = useReducer(chatReducer, null, () => initialView(draftsOf(workbench, projectId)));
  const { drafts, over } = view;
  useEffect(() => keepDrafts(workbench, projectId, drafts), [workbench, projectId, drafts]);

  const layout = useLayout(turns, { width: columns - 1, column: view.column, gap: ` ${symbols.separator} `, busy });
  const fields = useMemo(() => slotFields(template), [template]);
  const bottom = entryHeight(view, fields, columns, rows);
  const height = Math.max(1, rows - 1 - bottom);
  const top = topOf(layout, view.anchor, height);

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
        <Strip
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
        />
      )}
      <Entry
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
      {over === null ? null : <OverView over={over} dispatch={dispatch} asking={asking} turns={turns} turn={turn} />}
    </Box>
  );
}
