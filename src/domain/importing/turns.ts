import type { ChatMessage, Role } from '../chat/types.ts';
import type { TableRow, TableValue } from './types.ts';

/** Who speaks, in the words of ShareGPT and of the chat API. */
const ROLES: Readonly<Record<string, Role>> = {
  human: 'user',
  user: 'user',
  gpt: 'assistant',
  assistant: 'assistant',
  model: 'assistant',
  bot: 'assistant',
  chatgpt: 'assistant',
  system: 'system',
};

/** Turns of `from` and `value`, or of `role` and `content`, as messages; null when one is neither. */
export function messagesOf(value: TableValue | undefined): readonly ChatMessage[] | null {
  if (!isList(value)) return null;
  const messages = value.map((turn) => (isTurn(turn) ? messageOf(turn) : null));
  return messages.every((message) => message !== null) ? messages : null;
}

function messageOf(turn: TableRow): ChatMessage | null {
  const who = turn.from ?? turn.role;
  const content = turn.value ?? turn.content;
  const key = typeof who === 'string' ? who.toLowerCase() : '';
  const role = Object.hasOwn(ROLES, key) ? ROLES[key] : undefined;
  return role === undefined || typeof content !== 'string' ? null : { role, content };
}

const isList = (value: TableValue | undefined): value is readonly TableValue[] => Array.isArray(value);

export const isTurn = (value: TableValue | undefined): value is TableRow =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
