import type { ChatMessage } from '../../domain/chat/types.ts';
import { tokensOfChat } from '../../domain/tokens/count.ts';
import type { CallOptions, TokenCounter } from '../ports.ts';

/**
 * Prompt tokens of each conversation, counted off the main loop. Every distinct text is sent once: the cells of a
 * lattice share their system message and roles.
 */
export async function countChats(
  tokens: TokenCounter,
  model: string,
  chats: readonly (readonly ChatMessage[])[],
  options: CallOptions = {},
): Promise<readonly number[]> {
  const texts = new Map<string, number>();
  const collect = (text: string): number => {
    texts.set(text, 0);
    return 0;
  };
  for (const chat of chats) tokensOfChat(chat, collect);
  const names = [...texts.keys()];
  const counts = await tokens.count(model, names, options);
  names.forEach((text, index) => {
    texts.set(text, counts[index] ?? 0);
  });
  return chats.map((chat) => tokensOfChat(chat, (text) => texts.get(text) ?? 0));
}
