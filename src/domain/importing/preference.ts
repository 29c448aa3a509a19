import type { ChatMessage } from '../chat/types.ts';
import { isTurn, messagesOf } from './turns.ts';
import type { TableRow, TableValue } from './types.ts';

export interface PreferencePair {
  readonly prompt: readonly ChatMessage[];
  readonly preferred: string;
  readonly other: string;
}

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
