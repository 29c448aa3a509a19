import { useSyncExternalStore } from 'react';
import type { ChatTurn } from '../../domain/chat/turn.ts';
import { useAppState, useWorkbench } from '../../state/context.tsx';
import { liveOperations } from '../../state/selectors.ts';

export interface Conversation {
  readonly turns: readonly ChatTurn[];
  /** Whether an answer is on its way. */
  readonly busy: boolean;
}

/** The current project's conversation, as it grows. */
export function useConversation(): Conversation {
  const { chat, chatFeed } = useWorkbench();
  const turns = useSyncExternalStore(chatFeed.subscribe, chat.turns);
  const asking = useAppState((state) =>
    liveOperations(state).some(({ detail, projectId }) => detail.kind === 'chat' && projectId === state.project.id),
  );
  const streaming = turns.at(-1)?.replies.some(({ status }) => status === 'streaming') ?? false;
  return { turns, busy: asking || streaming };
}
