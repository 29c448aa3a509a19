import type { ChatReply, ChatTurn } from '../../domain/chat/turn.ts';
import { useAppState, useWorkbench } from '../../state/context.tsx';
import type { StudentPrompt } from './slots/fill.ts';

export interface Asking {
  /** Sends a message in the conversation; an edited one takes the place of the turn it was. */
  message(text: string, instead: ChatTurn | null): void;
  /** Sends a student prompt as in training: with the template's system prompt, without what was said before. */
  student(prompt: StudentPrompt): void;
  /** Asks the models chosen now the same again; what came after goes. */
  again(turn: ChatTurn): void;
  keep(turn: ChatTurn, reply: ChatReply): void;
}

/** What the screen does with the conversation, with the models and parameters of the project. */
export function useAsking(): Asking {
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
    message(text, instead) {
      if (instead !== null) chat.rewind(instead.id);
      askAs(instead, text);
    },
    student: ({ system, user }) => ask(user, system.trim() === '' ? plan.system : system, true),
    again(turn) {
      const text = chat.rewind(turn.id);
      if (text !== null) askAs(turn, text);
    },
    keep(turn, reply) {
      const outcome = chat.keep(turn.id, reply.model);
      if (outcome.ok) navigation.note(`${outcome.value} 4 shows the dataset.`);
      else navigation.problem(outcome.problem);
    },
  };
}
