import type { ChatMessage, Role } from '../chat/types.ts';
import { isRecord } from '../common/json.ts';
import type { PreferencePair } from '../dataset/preferences.ts';
import type { TableRow, TableValue } from './records.ts';

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

const isTurn = (value: TableValue | undefined): value is TableRow => isRecord(value);

/**
 * A preference pair in OpenAI's form (`input.messages`, `preferred_output`, `non_preferred_output`) or in TRL's
 * (`prompt`, `chosen`, `rejected`, as texts or as messages, the prompt perhaps only inside them). Null when it is neither.
 */
export function readPreference(row: TableRow): PreferencePair | null {
  const input = isTurn(row.input) ? messagesOf(row.input.messages) : promptOf(row.prompt);
  const chosen = answerOf(row.preferred_output ?? row.chosen);
  const rejected = answerOf(row.non_preferred_output ?? row.rejected);
  if (chosen === null || rejected === null) return null;
  const prompt = input ?? chosen.before;
  return prompt.length === 0 ? null : { prompt, preferred: chosen.answer, other: rejected.answer };
}

function promptOf(value: TableValue | undefined): readonly ChatMessage[] | null {
  return typeof value === 'string' ? [{ role: 'user', content: value }] : messagesOf(value);
}

function answerOf(
  value: TableValue | undefined,
): { readonly before: readonly ChatMessage[]; readonly answer: string } | null {
  if (typeof value === 'string') return { before: [], answer: value };
  const messages = messagesOf(value);
  const last = messages?.at(-1);
  return messages === null || last?.role !== 'assistant'
    ? null
    : { before: messages.slice(0, -1), answer: last.content };
}
