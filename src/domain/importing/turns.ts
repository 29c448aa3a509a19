import type { ChatMessage, Role } from '../chat/types.ts';
import { isRecord, parseExactJson } from '../common/json.ts';
import type { PreferencePair } from '../dataset/preferences.ts';
import { type TableRow, type TableValue, toValue } from './records.ts';

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
  const text = contentText(content);
  return role === undefined || text === null ? null : { role, content: text };
}

/** A text, or the text parts of a message joined; null when it holds anything else. */
function contentText(content: TableValue | undefined): string | null {
  if (typeof content === 'string') return content;
  if (!isList(content)) return null;
  const parts = content.map((part) => (isTurn(part) && part.type === 'text' ? part.text : null));
  return parts.every((part) => typeof part === 'string') ? parts.join('') : null;
}

/** Whether a cell holds the turns of a chat, readable or not. */
export const holdsTurns = (value: TableValue | undefined): value is readonly TableValue[] =>
  isList(value) &&
  value.length > 0 &&
  value.every((turn) => isTurn(turn) && (typeof turn.role === 'string' || typeof turn.from === 'string'));

/** Turns written as JSON in a text, such as in a cell of a CSV file, are turns. The row itself where there are none. */
export function withTurns(row: TableRow): TableRow {
  const found = Object.entries(row).flatMap(([name, value]): [string, TableValue][] => {
    if (typeof value !== 'string' || !/^\s*\[\s*\{/.test(value)) return [];
    const parsed = toValue(parseExactJson(value));
    return holdsTurns(parsed) ? [[name, parsed]] : [];
  });
  return found.length === 0 ? row : { ...row, ...Object.fromEntries(found) };
}

/** The one column of a record that holds a whole chat, ending in an answer; null where there is none, or several. */
export function chatColumnOf(row: TableRow): string | null {
  const [name, ...others] = Object.keys(row).filter((key) => holdsTurns(row[key]));
  if (name === undefined || others.length > 0) return null;
  const messages = messagesOf(row[name]);
  return messages === null || messages.at(-1)?.role === 'assistant' ? name : null;
}

const isList = (value: TableValue | undefined): value is readonly TableValue[] => Array.isArray(value);

const isTurn = (value: TableValue | undefined): value is TableRow => isRecord(value);

/** What `readPreference` reads of a record. */
export const PREFERENCE_KEYS: readonly string[] = [
  ...['input', 'prompt', 'question', 'instruction', 'system'],
  ...['preferred_output', 'non_preferred_output', 'preferred_completion', 'non_preferred_completion'],
  ...['chosen', 'rejected'],
];

/**
 * A preference pair in OpenAI's form (`input.messages`, `preferred_output` or `preferred_completion`, and the same with
 * `non_`) or in TRL's (`prompt`, `chosen`, `rejected`, as texts or as messages, the prompt perhaps only inside them).
 * or as Anthropic's transcripts, `Human: …` and `Assistant: …`, which are their own prompt. Every turn before the two answers is the prompt. Null when it is neither, or when the turns differ.
 */
export function readPreference(row: TableRow): PreferencePair | null {
  const given = isTurn(row.input) ? messagesOf(row.input.messages) : promptOf(row);
  const isBare = given === null && row.input === undefined;
  const answer = (value: TableValue | undefined) => answerOf((isBare ? transcriptOf(value) : null) ?? value);
  const chosen = answer(row.preferred_output ?? row.preferred_completion ?? row.chosen);
  const rejected = answer(row.non_preferred_output ?? row.non_preferred_completion ?? row.rejected);
  if (chosen === null || rejected === null) return null;
  if (!sameMessages(chosen.before, rejected.before)) return null;
  const prompt = joinTurns(given ?? [], chosen.before);
  return prompt.length === 0 ? null : { prompt, preferred: chosen.answer, other: rejected.answer };
}

/** The turns of a transcript, each after an empty line and `Human:` or `Assistant:`; null of any other text. */
function transcriptOf(value: TableValue | undefined): TableValue | null {
  if (typeof value !== 'string' || !/^\s*Human:/.test(value)) return null;
  const [, ...parts] = `\n\n${value.trimStart()}`.split(/\n\n(Human|Assistant):/);
  return parts.flatMap((speaker, at) =>
    at % 2 === 0 ? [{ role: speaker === 'Human' ? 'user' : 'assistant', content: (parts[at + 1] ?? '').trim() }] : [],
  );
}

/** The prompt and the turns that come with an answer, which often begin with that prompt, or end in it. */
export function joinTurns(prompt: readonly ChatMessage[], before: readonly ChatMessage[]): readonly ChatMessage[] {
  const begins = sameMessages(before.slice(0, prompt.length), prompt);
  const ends = sameMessages(before.slice(before.length - prompt.length), prompt);
  return prompt.length <= before.length && (begins || ends) ? before : [...prompt, ...before];
}

export const sameMessages = (a: readonly ChatMessage[], b: readonly ChatMessage[]): boolean =>
  a.length === b.length && a.every(({ role, content }, n) => role === b[n]?.role && content === b[n]?.content);

/** The prompt of a pair: a text, turns, or an Alpaca instruction with its input. */
function promptOf(row: TableRow): readonly ChatMessage[] | null {
  const prompt = row.prompt ?? row.question;
  const system: readonly ChatMessage[] =
    typeof row.system === 'string' && row.system.trim() !== '' ? [{ role: 'system', content: row.system }] : [];
  if (typeof prompt === 'string') return [...system, { role: 'user', content: prompt }];
  const turns = messagesOf(prompt);
  if (turns !== null) return turns[0]?.role === 'system' ? turns : [...system, ...turns];
  if (typeof row.instruction !== 'string') return null;
  const parts = [row.instruction, row.input].filter((part) => typeof part === 'string' && part.trim() !== '');
  return [...system, { role: 'user', content: parts.join('\n\n') }];
}

export function answerOf(
  value: TableValue | undefined,
): { readonly before: readonly ChatMessage[]; readonly answer: string } | null {
  if (typeof value === 'string') return { before: [], answer: value };
  const messages = messagesOf(value);
  const last = messages?.at(-1);
  return messages === null || last?.role !== 'assistant'
    ? null
    : { before: messages.slice(0, -1), answer: last.content };
}

/** Earlier turns in Alpaca's form, pairs of a question and its answer; null when they are something else. */
export function historyOf(value: TableValue | undefined): readonly ChatMessage[] | null {
  if (value === undefined || value === null || value === '') return [];
  if (!isList(value)) return null;
  const turns = value.map((pair): readonly ChatMessage[] | null => {
    if (!isList(pair) || pair.length !== 2) return null;
    const [user, assistant] = pair;
    if (typeof user !== 'string' || typeof assistant !== 'string') return null;
    return [
      { role: 'user', content: user },
      { role: 'assistant', content: assistant },
    ];
  });
  return turns.every((pair) => pair !== null) ? turns.flat() : messagesOf(value);
}
