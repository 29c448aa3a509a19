import type { ChatMessage, Role } from '../chat/types.ts';
import { isRecord, parseJson } from '../common/json.ts';
import type { Template } from '../template/types.ts';
import { withoutByteOrderMark } from '../text/decoding.ts';
import { type LegacyConvention, type LegacyPair, legacyToChat } from './legacy-pairs.ts';
import { parseChatLine } from './line/chat.ts';
import type { LineMessage } from './line/message.ts';
import { LineReport } from './line/report.ts';
import { exampleOf, isTrainable, type TrainableRows } from './row.ts';
import type { ChatExample, DatasetFinding, Row } from './types.ts';

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

/** An example as one JSONL line, with its line end. */
export type LineWriter = (example: ChatExample) => string;

const plainMessages = ({ messages }: ChatExample): readonly ChatMessage[] =>
  messages.map(({ role, content }) => ({ role, content }));

export const chatLine: LineWriter = (example) => `${JSON.stringify({ messages: plainMessages(example) })}\n`;

export const legacyLine: LineWriter = (example) => `${JSON.stringify(chatToLegacy(plainMessages(example)))}\n`;

/** The training lines of the rows that are trained on, in their order, one at a time. */
export function* exportLines(
  rows: Iterable<Row>,
  template: Template,
  lineOf: LineWriter,
  which: TrainableRows,
): Generator<string, void, undefined> {
  for (const row of rows) if (isTrainable(row, which)) yield lineOf(exampleOf(row, template));
}

export interface ImportedLine {
  /** The messages before the answer, and the answer; null when the line cannot become a row. */
  readonly example: { readonly prompt: readonly ChatMessage[]; readonly completion: string } | null;
  readonly findings: readonly DatasetFinding[];
}

/**
 * One line of a chat or prompt/completion file as a row's messages. A pair keeps its text as it stands, unless its whole
 * file keeps to the old convention. Rows hold plain text: a line with images, tools,
 * names or weights is refused by name, never imported in part. Blank lines give nothing.
 */
export function readImportLine(
  text: string,
  lineNumber: number,
  convention: LegacyConvention | null = null,
): ImportedLine {
  const pair = legacyPairOf(text);
  if (pair !== null) {
    const [user, assistant] = convention === null ? asItStands(pair) : legacyToChat(pair, convention);
    return { example: { prompt: [user], completion: assistant.content }, findings: [] };
  }
  const { line, findings } = parseChatLine(text, lineNumber);
  if (line === null || findings.some((finding) => finding.severity === 'error')) return { example: null, findings };
  const messages = line.messages.flatMap(plainMessage);
  const answer = messages.at(-1);
  if (messages.length < line.messages.length || answer === undefined) {
    const report = new LineReport(lineNumber);
    report.error(
      'not-plain',
      `The line has ${inTheWay(line.messages).join(', ')}, which rows cannot hold.`,
      'Train on the file as it is.',
    );
    return { example: null, findings: [...findings, ...report.findings] };
  }
  return { example: { prompt: messages.slice(0, -1), completion: answer.content }, findings };
}

/** What of the messages is more than plain text, by name. */
function inTheWay(messages: readonly LineMessage[]): readonly string[] {
  const named = [
    messages.some(({ images }) => images > 0) && 'images',
    messages.some(({ role, toolCallIds }) => role === 'tool' || role === 'function' || toolCallIds.length > 0) &&
      'tools',
    messages.some(({ counted }) => counted.named) && 'names',
    messages.some(({ role, learned }) => role === 'assistant' && !learned) && 'weights',
  ].filter((name) => name !== false);
  return named.length > 0 ? named : ['keys beside role and content'];
}

const asItStands = ({ prompt, completion }: LegacyPair): readonly [ChatMessage, ChatMessage] => [
  { role: 'user', content: prompt },
  { role: 'assistant', content: completion },
];

function legacyPairOf(text: string): ReturnType<typeof readLegacyPair> {
  return text.includes('"completion"') ? readLegacyPair(parseJson(withoutByteOrderMark(text))) : null;
}

function plainMessage(message: LineMessage): ChatMessage[] {
  const role: Role | null = message.role === 'function' ? null : message.role;
  return message.plain && role !== null ? [{ role, content: message.text }] : [];
}
