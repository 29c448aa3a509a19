import type { ChatReply, ChatTurn } from '../../domain/chat/turn.ts';
import type { ChatMessage } from '../../domain/chat/types.ts';

/** The conversation as one model is to see it: its own answers where it gave one, else the first that was given. */
export function messagesFor(
  model: string,
  system: string,
  turns: readonly ChatTurn[],
  user: string,
): readonly ChatMessage[] {
  const messages: ChatMessage[] = system.trim() === '' ? [] : [{ role: 'system', content: system }];
  for (const turn of turns) {
    const reply = usable(turn.replies, model);
    if (reply === null) continue;
    messages.push({ role: 'user', content: turn.user }, { role: 'assistant', content: reply.text });
  }
  return [...messages, { role: 'user', content: user }];
}

function usable(replies: readonly ChatReply[], model: string): ChatReply | null {
  const said = replies.filter((reply) => reply.status !== 'failed' && reply.text.trim() !== '');
  return said.find((reply) => reply.model === model) ?? said[0] ?? null;
}
