import { liveOperations } from '../../app/core/state.ts';
import { useAppState, useRead, useWorkbench } from '../../app/react.tsx';
import type { ChatReply, ChatTurn } from '../../domain/chat/types.ts';
import type { StudentPrompt } from './slot-form.tsx';

export interface Conversation {
  readonly turns: readonly ChatTurn[];
  /** Whether an answer is on its way. */
  readonly busy: boolean;
}

/** The current project's conversation, as it grows. */
export function useConversation(): Conversation {
  const { chat } = useWorkbench();
  const turns = useRead(['conversation'], () => chat.turns(), [chat]);
  const asking = useAppState((state) =>
    liveOperations(state).some(({ detail, projectId }) => detail.kind === 'chat' && projectId === state.project.id),
  );
  const streaming = turns.at(-1)?.replies.some(({ status }) => status === 'streaming') ?? false;
  return { turns, busy: asking || streaming };
}

export interface ConversationActions {
  /** Sends a message in the conversation; an edited one takes the place of the turn it was. */
  sendMessage(text: string, instead: ChatTurn | null): void;
  /** Sends a student prompt as in training: with the template's system prompt, without what was said before. */
  sendStudentPrompt(prompt: StudentPrompt): void;
  /** Asks the models chosen now the same again; what came after goes. */
  regenerate(turn: ChatTurn): void;
  saveAsRow(turn: ChatTurn, reply: ChatReply): void;
}

/** What the screen does with the conversation, with the models and parameters of the project. */
export function useConversationActions(): ConversationActions {
  const plan = useAppState((state) => state.project.chat);
  const { chat, projects, navigation } = useWorkbench();

  function ask(text: string, system: string, alone: boolean): void {
    const { models, sampling } = plan;
    chat.send(text, { models, sampling, system, alone });
    // The system prompt of one question alone is not the one of the conversation.
    if (system !== plan.system) {
      projects.update((project) => ({ ...project, chat: { ...project.chat, system: plan.system } }));
    }
  }

  function askAs(turn: ChatTurn | null, text: string): void {
    const alone = turn?.alone === true;
    ask(text, alone ? turn.system : plan.system, alone);
  }

  return {
    sendMessage(text, instead) {
      if (instead !== null) chat.rewind(instead.id);
      askAs(instead, text);
    },
    sendStudentPrompt: ({ system, user }) => ask(user, system.trim() === '' ? plan.system : system, true),
    regenerate(turn) {
      const text = chat.rewind(turn.id);
      if (text !== null) askAs(turn, text);
    },
    saveAsRow(turn, reply) {
      const outcome = chat.keep(turn.id, reply.model);
      if (outcome.ok) navigation.note(`${outcome.value} 4 shows the dataset.`);
      else navigation.problem(outcome.problem);
    },
  };
}
