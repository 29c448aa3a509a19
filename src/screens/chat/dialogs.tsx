import { Box } from 'ink';
import type { Dispatch, ReactNode } from 'react';
import { useAppState, useWorkbench } from '../../app/react.tsx';
import type { ExportPath } from '../../app/runtime/ports.ts';
import { ConfirmDialog } from '../../components/dialogs/confirm-dialog.tsx';
import { ExportPathDialog } from '../../components/dialogs/export-path-dialog.tsx';
import { TextArea } from '../../components/inputs/text-area.tsx';
import { useBodySize } from '../../components/layout/frame.tsx';
import { Overlay } from '../../components/layout/overlay.tsx';
import { KeyHints } from '../../components/text/key-hints.tsx';
import type { ChatTurn } from '../../domain/chat/types.ts';
import type { ChatPlan } from '../../domain/project/types.ts';
import { plural } from '../../domain/text/format.ts';
import { Modal } from '../../keys/hooks.tsx';
import { ModelPicker } from './model-picker.tsx';
import { Parameters } from './parameters.tsx';
import type { ChatAction, ChatOverlay } from './reducer.ts';
import type { ConversationActions } from './use-conversation.ts';

export interface SystemPromptProps {
  readonly value: string;
  /** At every key: nothing typed here can be lost. */
  readonly onChange: (text: string) => void;
  readonly onClose: () => void;
}

/** The system prompt of the conversation, kept as it is typed; it holds from the next message on. */
function SystemPrompt({ value, onChange, onClose }: SystemPromptProps): ReactNode {
  const { rows } = useBodySize();
  const { navigation } = useWorkbench();
  const edit = async (text: string): Promise<void> => {
    const edited = await navigation.editExternally(text, 'md');
    if (edited !== null) onChange(edited);
  };
  return (
    <Modal>
      <Overlay title="System prompt, from the next message on" width={90} height={Math.min(16, rows)}>
        {(size) => (
          <Box flexDirection="column" width={size.columns} height={size.rows}>
            <TextArea
              value={value}
              onChange={onChange}
              width={size.columns}
              height={size.rows - 1}
              focus
              onSubmit={onClose}
              onLeave={onClose}
              onEditor={(text) => void edit(text)}
              placeholder="Empty: none is sent."
            />
            <KeyHints width={size.columns} />
          </Box>
        )}
      </Overlay>
    </Modal>
  );
}

export interface SaveDialogProps {
  /** Name of the project, for the name of the file. */
  readonly project: string;
  readonly onDone: () => void;
}

const fileName = (project: string): string =>
  `${project
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 60)}-chat.md`.replace(/^-/, '');

/** Where the transcript goes. */
function SaveDialog({ project, onDone }: SaveDialogProps): ReactNode {
  const { chat, navigation, preferences } = useWorkbench();
  const save = async (to: ExportPath): Promise<void> => {
    const outcome = await chat.exportTranscript(to);
    if (outcome.ok) navigation.note(outcome.value);
    else navigation.problem(outcome.problem);
  };
  return (
    <ExportPathDialog
      title="Save the transcript as Markdown"
      path={`${preferences.exportFolder()}/${fileName(project)}`}
      isTaken={(path) => preferences.isTaken('transcript', path)}
      complete={preferences.completePath}
      onSubmit={(to) => {
        onDone();
        void save(to);
      }}
      onCancel={onDone}
    />
  );
}

const exchanges = (count: number): string => plural(count, 'exchange');

export interface ClearDialogProps {
  readonly count: number;
  readonly onConfirm: () => void;
  readonly onCancel: () => void;
}

function ClearDialog({ count, onConfirm, onCancel }: ClearDialogProps): ReactNode {
  return (
    <ConfirmDialog
      title="Start a new conversation?"
      lines={[
        `${exchanges(count)} of this one go for good; w saves them first.`,
        'Kept rows, models and parameters stay.',
      ]}
      confirmLabel="start over"
      danger
      onConfirm={onConfirm}
      onCancel={onCancel}
    />
  );
}

export interface RegenerateDialogProps {
  /** Exchanges that come after the one sent again. */
  readonly later: number;
  readonly onConfirm: () => void;
  readonly onCancel: () => void;
}

function RegenerateDialog({ later, onConfirm, onCancel }: RegenerateDialogProps): ReactNode {
  return (
    <ConfirmDialog
      title="Ask this message again?"
      lines={[`${exchanges(later)} after it go for good: they were answers to what was said here.`]}
      confirmLabel="ask again"
      danger
      onConfirm={onConfirm}
      onCancel={onCancel}
    />
  );
}

export interface ChatOverlaysProps {
  readonly over: ChatOverlay;
  readonly dispatch: Dispatch<ChatAction>;
  readonly asking: ConversationActions;
  readonly turns: readonly ChatTurn[];
  /** The chosen turn. */
  readonly turn: ChatTurn | null;
}

/** What lies over the conversation. */
export function ChatOverlays({ over, dispatch, asking, turns, turn }: ChatOverlaysProps): ReactNode {
  const name = useAppState((state) => state.project.name);
  const plan = useAppState((state) => state.project.chat);
  const { projects, chat } = useWorkbench();
  const close = (): void => dispatch({ type: 'close' });
  const change = (part: Partial<ChatPlan>): void =>
    projects.update((project) => ({ ...project, chat: { ...project.chat, ...part } }));
  switch (over) {
    case 'models':
      return (
        <ModelPicker
          chosen={plan.models}
          onChoose={(models) => {
            change({ models });
            close();
          }}
          onCancel={close}
        />
      );
    case 'parameters':
      return <Parameters sampling={plan.sampling} onChange={(sampling) => change({ sampling })} onClose={close} />;
    case 'system':
      return <SystemPrompt value={plan.system} onChange={(system) => change({ system })} onClose={close} />;
    case 'save':
      return <SaveDialog project={name} onDone={close} />;
    case 'clear':
      return (
        <ClearDialog
          count={turns.length}
          onConfirm={() => {
            if (turns[0] !== undefined) chat.rewind(turns[0].id);
            dispatch({ type: 'sent' });
            close();
          }}
          onCancel={close}
        />
      );
    case 'regenerate':
      return (
        <RegenerateDialog
          later={turn === null ? 0 : turns.length - 1 - turns.indexOf(turn)}
          onConfirm={() => {
            if (turn !== null) asking.regenerate(turn);
            dispatch({ type: 'sent' });
            close();
          }}
          onCancel={close}
        />
      );
  }
}
