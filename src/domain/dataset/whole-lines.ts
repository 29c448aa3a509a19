import { readTextWithCalls, shownMessage } from '../chat/shown-message.ts';
import type { ChatMessage, RawRequest } from '../chat/types.ts';
import { isRecord, type JsonRecord, parseExactJson, presentMembers, WrittenNumber } from '../common/json.ts';
import { withoutByteOrderMark } from '../text/decoding.ts';

/**
 * Lines that are more than roles and texts: tools, images, names, weights. They are kept as the JSON text they came as,
 * so that what is exported and trained has every value of the file; what is shown is read off that text.
 */

/** What a line may hold beside its messages; a request has the same keys (API reference, chat completions). */
export const REQUEST_FIELDS: readonly string[] = [
  'tools',
  'tool_choice',
  'parallel_tool_calls',
  'functions',
  'function_call',
];

/**
 * A chat line as one line of JSON that is to be kept whole; null when roles and texts are all it says. Keys that are no
 * part of a chat line are left out; where there are none, the text stays as it is.
 */
export function wholeLineOf(text: string): string | null {
  const source = withoutByteOrderMark(text).trim();
  const record = recordOf(source);
  if (isPlain(record)) return null;
  const kept = Object.entries(record).filter(([key]) => key === 'messages' || REQUEST_FIELDS.includes(key));
  const asItStands = kept.length === Object.keys(record).length && !source.includes('\n');
  return asItStands ? source : JSON.stringify(Object.fromEntries(kept));
}

function isPlain(record: JsonRecord): boolean {
  return Object.keys(fieldsOf(record)).length === 0 && messagesIn(record).every(isPlainMessage);
}

function isPlainMessage(message: JsonRecord): boolean {
  const { role, content, ...more } = presentMembers(message);
  const speaks = role === 'system' || role === 'user' || role === 'assistant';
  return speaks && typeof content === 'string' && Object.keys(more).length === 0;
}

const recordOf = (text: string): JsonRecord => {
  const value = parseExactJson(text);
  return isRecord(value) ? value : {};
};

const messagesIn = ({ messages }: JsonRecord): readonly JsonRecord[] =>
  Array.isArray(messages) ? messages.filter(isRecord) : [];

/** Its tools, and how they are called: without tools the latter says nothing, and servers refuse it. */
function fieldsOf(record: JsonRecord): JsonRecord {
  const said = Object.entries(record).filter(([key, value]) => REQUEST_FIELDS.includes(key) && !isNothing(value));
  return said.some(([key]) => key === 'tools' || key === 'functions') ? Object.fromEntries(said) : {};
}

const isNothing = (value: unknown): boolean => value === null || (Array.isArray(value) && value.length === 0);

/** Its messages as they are shown, the answer last. */
export const shownLine = (whole: string): readonly ChatMessage[] => messagesIn(recordOf(whole)).map(shownMessage);

/**
 * What of a line a form of plain texts would lose, by name, such as `tools`. Nothing of a line that only says what is
 * so without saying it, as `weight: 1` does.
 */
export function lostInText(whole: string): readonly string[] {
  const record = recordOf(whole);
  const messages = messagesIn(record).map(presentMembers);
  const has = (test: (message: JsonRecord) => boolean): boolean => messages.some(test);
  return [
    (Object.keys(fieldsOf(record)).length > 0 ||
      has(({ role, tool_calls: calls, function_call: call }) =>
        [role === 'tool', role === 'function', calls !== undefined, call !== undefined].includes(true),
      )) &&
      'tools',
    has(
      ({ content }) => Array.isArray(content) && content.some((part) => isRecord(part) && part.type === 'image_url'),
    ) && 'images',
    has(({ name }) => name !== undefined) && 'names',
    has(isContext) && 'weights',
    has(({ refusal }) => refusal !== undefined) && 'refusals',
  ].filter((name) => name !== false);
}

/** What a line has that its shown messages do not show: `tools: get_weather`, `message 2: weight 0`. */
export function besideText(whole: string): readonly string[] {
  const record = recordOf(whole);
  const { tools, functions, ...more } = fieldsOf(record);
  const defined = [tools, functions].flatMap((list) => (Array.isArray(list) ? list : [])).map(toolName);
  const fields = Object.entries(more).map(([key, value]) => `${key}: ${JSON.stringify(value)}`);
  const messages = messagesIn(record).flatMap((message, at) => {
    const { name, weight } = presentMembers(message);
    const facts = [
      ...(name === undefined ? [] : [`name ${written(name)}`]),
      ...(weight === undefined ? [] : [`weight ${written(weight)}`]),
    ];
    return facts.length === 0 ? [] : [`message ${at + 1}: ${facts.join(', ')}`];
  });
  return [...(defined.length === 0 ? [] : [`tools: ${defined.join(', ')}`]), ...fields, ...messages];
}

function toolName(tool: unknown): string {
  const named = isRecord(tool) && isRecord(tool.function) ? tool.function : tool;
  return isRecord(named) && typeof named.name === 'string' ? named.name : '?';
}

/** Whether an assistant message is not to be learned: its weight is 0. */
const isContext = ({ role, weight }: JsonRecord): boolean =>
  role === 'assistant' && weight != null && Number(written(weight)) === 0;

/** A value as its file writes it: tables of floats have weights such as 0.0. */
const written = (value: unknown): string => (value instanceof WrittenNumber ? value.source : String(value));

/** A line as a question: what is asked, and the answer that is wanted. */
export interface Question {
  readonly prompt: readonly ChatMessage[];
  readonly target: string;
  /** What is sent, where the prompt's texts do not say it all. */
  readonly raw: RawRequest | null;
  /** Messages of the line that are learned; the last of them is the target. */
  readonly learned: number;
}

/**
 * What a line asks. The target is its last assistant message of weight 1 (the default), and all before it is sent, of
 * whatever weight: weights say what is learned, and are no part of a request. What comes after it is left out.
 */
export function questionOf(whole: string): Question | null {
  const record = recordOf(whole);
  const messages = messagesIn(record);
  const learned = messages.flatMap((message, at) => (message.role === 'assistant' && !isContext(message) ? [at] : []));
  const at = learned.at(-1);
  const target = at === undefined ? undefined : messages[at];
  if (target === undefined) return null;
  const before = messages.slice(0, at);
  return {
    prompt: before.map(shownMessage),
    target: shownMessage(target).content,
    raw: rawOf(record, before),
    learned: learned.length,
  };
}

/** What is sent to have the last message of a line again; null where the texts before it say it all. */
export function rawBefore(whole: string): RawRequest | null {
  const record = recordOf(whole);
  return rawOf(record, messagesIn(record).slice(0, -1));
}

function rawOf(record: JsonRecord, before: readonly JsonRecord[]): RawRequest | null {
  const messages = before.map(sentMessage);
  const fields = fieldsOf(record);
  return Object.keys(fields).length === 0 && messages.every(isPlainMessage) ? null : { messages, fields };
}

/** A message as a request has it. A null stands for an absent key, but for the content beside tool calls. */
const sentMessage = (message: JsonRecord): JsonRecord =>
  Object.fromEntries(
    Object.entries(message).filter(([key, value]) => key !== 'weight' && (value !== null || key === 'content')),
  );

/** The line with another answer in the place of its last message: `shown` as `shownMessage` shows one. */
export function withAnswer(whole: string, shown: string): string {
  const record = recordOf(whole);
  const messages = messagesIn(record);
  const last = messages.at(-1) ?? { role: 'assistant' };
  if (shownMessage(last).content === shown) return whole;
  return JSON.stringify({ ...record, messages: [...messages.slice(0, -1), assistantMessage(shown, last)] });
}

/** The answer of a row: the last message of its line, or `shown` as one. Weights are no part of an answer. */
export function answerMessage(whole: string | undefined, shown: string): JsonRecord {
  const last = whole === undefined ? undefined : messagesIn(recordOf(whole)).at(-1);
  return last === undefined ? assistantMessage(shown) : sentMessage(last);
}

/** An answer as the message it is, its calls with the ids of `like` where that has some. */
export function assistantMessage(shown: string, like: JsonRecord = { role: 'assistant' }): JsonRecord {
  const { content: _, tool_calls: old, function_call: __, refusal: ___, ...rest } = like;
  const { text, calls } = readTextWithCalls(shown);
  if (calls.length === 0) return { ...rest, content: text };
  const ids = (Array.isArray(old) ? old : []).map((call: unknown) => (isRecord(call) ? call.id : undefined));
  return {
    ...rest,
    content: text === '' ? null : text,
    tool_calls: calls.map(({ name, arguments: value, malformed }, n) => ({
      id: ids[n] ?? `call_${n + 1}`,
      type: 'function',
      function: { name, arguments: malformed ? value : JSON.stringify(value) },
    })),
  };
}

/** The line with a system message before its others. */
export function withSystemMessage(whole: string, content: string): string {
  const record = recordOf(whole);
  return JSON.stringify({ ...record, messages: [{ role: 'system', content }, ...messagesIn(record)] });
}
