import type { Dispatch, ReactNode } from 'react';
import type { ChatTurn } from '../../domain/chat/turn.ts';
import type { ChatPlan } from '../../domain/project/types.ts';
import { useAppState, useWorkbench } from '../../state/context.tsx';
import { ModelPicker } from './models/picker.tsx';
import { Parameters } from './parameters.tsx';
import { ClearQuestion, RegenerateQuestion, SaveQuestion } from './questions.tsx';
import type { ChatAction, Over } from './reducer.ts';
import { SystemPrompt } from './system.tsx';
import type { Asking } from './use-asking.ts';

export interface OverViewProps {
  readonly over: Over;
  readonly dispatch: Dispatch<ChatAction>;
  readonly asking: Asking;
  readonly turns: readonly ChatTurn[];
  /** The chosen turn. */
  readonly turn: ChatTurn | null;
}

/** What lies over the conversation. */
export function OverView({ over, dispatch, asking, turns, turn }: OverViewProps): ReactNode {
  const name = useAppState((state) => state.project.name);
  const plan = useAppState((state) => state.project.chat);
  const { projects, chatFeed } = useWorkbench();
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
      return <SaveQuestion project={name} onDone={close} />;
    case 'clear':
      return (
        <ClearQuestion
          count={turns.length}
          onConfirm={() => {
            chatFeed.clear();
            dispatch({ type: 'sent' });
            close();
          }}
          onCancel={close}
        />
      );
    case 'regenerate':
      return (
        <RegenerateQuestion
          later={turn === null ? 0 : turns.length - 1 - turns.indexOf(turn)}
          onConfirm={() => {
            if (turn !== null) asking.again(turn);
            dispatch({ type: 'sent' });
            close();
          }}
          onCancel={close}
        />
      );
  }
}
