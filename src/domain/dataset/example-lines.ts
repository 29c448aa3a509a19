import { API_ROLES, type ChatMessage } from '../chat/types.ts';
import { isRecord, parseJson } from '../common/json.ts';
import type { Template } from '../template/types.ts';
import { withoutByteOrderMark } from '../text/decoding.ts';
import { type LegacyConvention, type LegacyPair, legacyToChat } from './legacy-pairs.ts';
import { parseChatLine, repeatedKeyFindings } from './line/chat.ts';
import type { LineMessage } from './line/message.ts';
import { exampleOf, isTrainable, type TrainableRows } from './row.ts';
import type { ChatExample, DatasetFinding, Row } from './types.ts';
import { lostInText, shownLine, wholeLineOf } from './whole-lines.ts';

/** How the old form is written here; see `legacy-pairs.ts`. */
const LEGACY_SEPARATOR = '\n\n###\n\n';
const LEGACY_STOP = ' END';

/** The pair of a parsed JSON line; null when it is of another form. */
function readLegacyPair(value: unknown): LegacyPair | null {
  if (!isRecord(value) || typeof value.prompt !== 'string' || typeof value.completion !== 'string') return null;
  return { prompt: value.prompt, completion: value.completion };
}

/**
 * An example as a pair. One user message is the prompt as it stands, a system message goes before it; a longer
 * conversation is written with its roles, since the old form knows none.
 */
export function chatToLegacy(messages: readonly ChatMessage[]): LegacyPair {
  const before = messages.slice(0, -1);
  const turns = before.filter((message) => message.role !== 'system');
  const [only] = turns;
  const conversation =
    turns.length === 1 && only !== undefined
      ? [only.content]
      : turns.map(({ role, content }) => `${role.slice(0, 1).toUpperCase()}${role.slice(1)}: ${content}`);
  const system = before.filter((message) => message.role === 'system').map((message) => message.content);
  return {
    prompt: [...system, ...conversation].join('\n\n') + LEGACY_SEPARATOR,
    completion: ` ${messages.at(-1)?.content ?? ''}${LEGACY_STOP}`,
  };
}

/** An example as one JSONL line, with its line end; null where the form cannot hold it. */
export type LineWriter<Line extends string | null = string | null> = (example: ChatExample) => Line;

const plainMessages = ({ messages }: ChatExample): readonly ChatMessage[] =>
  messages.map(({ role, content }) => ({ role, content }));

export const chatLine: LineWriter<string> = (example) =>
  `${example.whole ?? JSON.stringify({ messages: plainMessages(example) })}\n`;

/** Texts are all this form has: what a line kept whole says beside them would be lost. */
export const legacyLine: LineWriter = (example) =>
  example.whole !== undefined && lostInText(example.whole).length > 0
    ? null
    : `${JSON.stringify(chatToLegacy(plainMessages(example)))}\n`;

/** The training lines of the rows that are trained on, in their order, one at a time. */
export function* exportLines(
  rows: Iterable<Row>,
  template: Template,
  lineOf: LineWriter,
  which: TrainableRows,
): Generator<string, void, undefined> {
  for (const row of rows) {
    const line = isTrainable(row, which) ? lineOf(exampleOf(row, template)) : null;
    if (line !== null) yield line;
  }
}

export interface ImportedLine {
  /** The messages before the answer, and the answer; null when the line cannot become a row. */
  readonly example: ReadExample | null;
  readonly findings: readonly DatasetFinding[];
}

export interface ReadExample {
  readonly prompt: readonly ChatMessage[];
  readonly completion: string;
  /** The line as it stands, where prompt and completion do not say it all. */
  readonly whole?: string;
}

/**
 * One line of a chat or prompt/completion file as a row's messages. A pair keeps its text as it stands, unless its whole
 * file keeps to the old convention. A line with tools, images, names or weights is kept whole. Blank lines give nothing.
 */
export function readImportLine(
  text: string,
  lineNumber: number,
  convention: LegacyConvention | null = null,
): ImportedLine {
  const pair = legacyPairOf(text);
  if (pair !== null) {
    const findings = repeatedKeyFindings(text, lineNumber);
    if (findings.length > 0) return { example: null, findings };
    const [user, assistant] = convention === null ? asItStands(pair) : legacyToChat(pair, convention);
    return { example: { prompt: [user], completion: assistant.content }, findings: [] };
  }
  const { line, findings } = parseChatLine(text, lineNumber);
  if (line === null || findings.some((finding) => finding.severity === 'error')) return { example: null, findings };
  const whole = line.plain ? null : wholeLineOf(text);
  const messages = whole === null ? line.messages.map(textMessage) : shownLine(whole);
  const answer = messages.at(-1);
  if (answer === undefined) return { example: null, findings };
  const example = { prompt: messages.slice(0, -1), completion: answer.content, ...(whole === null ? {} : { whole }) };
  return { example, findings };
}

const textMessage = ({ role, text }: LineMessage): ChatMessage => ({ role: API_ROLES[role], content: text });

const asItStands = ({ prompt, completion }: LegacyPair): readonly [ChatMessage, ChatMessage] => [
  { role: 'user', content: prompt },
  { role: 'assistant', content: completion },
];

function legacyPairOf(text: string): ReturnType<typeof readLegacyPair> {
  return text.includes('"completion"') ? readLegacyPair(parseJson(withoutByteOrderMark(text))) : null;
}
