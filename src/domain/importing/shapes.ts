import type { ChatMessage } from '../chat/types.ts';
import { isRecord, WrittenNumber } from '../common/json.ts';
import { readImportLine } from '../dataset/example-lines.ts';
import type { LegacyConvention, LegacyPair } from '../dataset/legacy-pairs.ts';
import { LineReport } from '../dataset/line/report.ts';
import { REQUEST_FIELDS } from '../dataset/whole-lines.ts';
import { suggestsPair } from './columns.ts';
import { type Converted, type TableRow, type TableValue, textOf } from './records.ts';
import { chatColumnOf, historyOf, holdsTurns, messagesOf, PREFERENCE_KEYS, readPreference } from './turns.ts';
import { inTheWay, wholePair, wholeTurns } from './whole-turns.ts';

interface ShapeEntry {
  readonly label: string;
  /** Whether records of this shape become rows without a mapping of columns. */
  readonly asIs: boolean;
  /** The record's keys that its examples hold. */
  readonly takes: (row: TableRow) => readonly string[];
  /** By the record's keys. The first shape of the table that fits is the record's. */
  readonly fits: (row: TableRow) => boolean;
  /** `text` is the line as it stands in its file; null where the record came as columns. Never throws. */
  readonly convert: (
    row: TableRow,
    line: number,
    text: string | null,
    convention: LegacyConvention | null,
  ) => Converted;
}

/** What pandas' `to_json` writes: each column an object from the rows' numbers to the cells, or a list of cells; or columns and data. */
function isByColumn(row: TableRow): boolean {
  const columns = Object.values(row);
  if (columns.length < 2) return false;
  if (Array.isArray(row.columns) && Array.isArray(row.data)) return true;
  const [first] = columns;
  const length = Array.isArray(first) ? first.length : 0;
  return (
    columns.every((column) => isRecord(column) && Object.keys(column)[0] === '0') ||
    (length > 1 &&
      suggestsPair(Object.keys(row)) &&
      columns.every((column) => Array.isArray(column) && column.length === length && column.every(isScalar)))
  );
}

const isScalar = (value: TableValue): boolean =>
  typeof value !== 'object' || value === null || value instanceof WrittenNumber;

/** ShareGPT's `from` in the place of `role`. */
const hasSpeakers = (value: TableValue | undefined): boolean =>
  holdsTurns(value) && value.some((turn) => isRecord(turn) && turn.role === undefined);

const isText = (value: TableValue | undefined): boolean => typeof value === 'string';
const has = (row: TableRow, name: string): boolean => Object.hasOwn(row, name) && row[name] !== null;

/** Every shape a record may have before any mapping. A new one is an entry here, above `table`, which takes the rest. */
const RECORD_SHAPES = {
  chat: {
    label: 'chat messages',
    asIs: true,
    takes: () => [...CHAT_KEYS, 'system'],
    fits: (row) => Array.isArray(row.messages) && !hasSpeakers(row.messages),
    // Other keys are no fault of a line that is read for its messages.
    convert: (row, line, text) => convertLine(text === null || hasOthers(row) ? chatText(row) : text, line),
  },
  sharegpt: {
    label: 'ShareGPT conversations',
    asIs: true,
    takes: () => ['conversations', 'system'],
    fits: (row) => Array.isArray(row.conversations),
    convert: fromShareGpt,
  },
  dpo: {
    label: 'preference pairs',
    asIs: true,
    takes: () => PREFERENCE_KEYS,
    fits: (row) =>
      has(row, 'preferred_output') || has(row, 'preferred_completion') || (has(row, 'chosen') && has(row, 'rejected')),
    convert: fromPair,
  },
  alpaca: {
    label: 'Alpaca instructions',
    asIs: true,
    takes: () => ['instruction', 'input', 'output', 'system', 'history'],
    fits: (row) => isText(row.instruction) && isText(row.output),
    convert: fromAlpaca,
  },
  turns: {
    label: 'prompts and completions of turns',
    asIs: true,
    takes: () => ['prompt', 'completion', 'system'],
    fits: ({ prompt, completion }) =>
      [prompt, completion].every((part) => isText(part) || Array.isArray(part)) &&
      (Array.isArray(prompt) || Array.isArray(completion)),
    convert: fromTurns,
  },
  'prompt-completion': {
    label: 'prompt and completion',
    asIs: true,
    takes: () => ['prompt', 'completion', 'system'],
    fits: (row) => pairOf(row) !== null,
    convert: (row, line, text, convention) => convertLine(text ?? JSON.stringify(row), line, convention),
  },
  'chat-column': {
    label: 'a chat in one column',
    asIs: true,
    takes: (row) => [chatColumnOf(row) ?? '', 'system'],
    fits: (row) => chatColumnOf(row) !== null && !suggestsPair(Object.keys(row)),
    convert: fromChatColumn,
  },
  'by-column': {
    label: 'a table written column by column',
    asIs: true,
    takes: (row) => Object.keys(row),
    fits: isByColumn,
    convert: (_, line) =>
      refused(line, 'A table written column by column', "Write it by rows: to_json(orient='records', lines=True)."),
  },
  table: {
    label: 'a table',
    asIs: false,
    takes: () => [],
    fits: () => true,
    convert: (row, line, text) => convertLine(text ?? JSON.stringify(row), line),
  },
} satisfies Record<string, ShapeEntry>;

/** What a record already is, before any mapping. */
export type RecordShape = keyof typeof RECORD_SHAPES;

const isShape = (name: string): name is RecordShape => Object.hasOwn(RECORD_SHAPES, name);
const SHAPES = Object.keys(RECORD_SHAPES).filter(isShape);

/** What a record already is, by its keys. A table is what is none of the known forms. */
export const shapeOf = (row: TableRow): RecordShape => SHAPES.find((shape) => shapeEntry(shape).fits(row)) ?? 'table';

/** What is known of a shape. */
export const shapeEntry = (shape: RecordShape): ShapeEntry => RECORD_SHAPES[shape];

/** The record as a prompt and its completion, both texts; null when it is of another shape. */
export function pairOf({ prompt, completion }: TableRow): LegacyPair | null {
  return typeof prompt === 'string' && typeof completion === 'string' ? { prompt, completion } : null;
}

/** What most of the records are; a table when there are none. */
export function shapeOfMost(rows: readonly TableRow[]): RecordShape {
  const counts = new Map<RecordShape, number>();
  for (const row of rows) counts.set(shapeOf(row), (counts.get(shapeOf(row)) ?? 0) + 1);
  return [...counts].toSorted(([, a], [, b]) => b - a)[0]?.[0] ?? 'table';
}

function fromShareGpt(row: TableRow, line: number): Converted {
  const whole = wholeTurns([row.conversations], row, line);
  if (whole !== null) return whole;
  const messages = messagesOf(row.conversations);
  if (messages === null)
    return refusedTurns(
      line,
      'conversations',
      [row.conversations],
      'Write from (human, gpt, system) and value in each.',
    );
  const system = textOf(row.system);
  const before = system === '' || messages[0]?.role === 'system' ? [] : [{ role: 'system' as const, content: system }];
  return fromMessages([...before, ...messages], line);
}

function fromAlpaca(row: TableRow, line: number): Converted {
  const user = [row.instruction, row.input].map(textOf).filter((part) => part.trim() !== '');
  const system = textOf(row.system);
  const history = historyOf(row.history);
  if (history === null) return refused(line, 'history', 'Write [["question", "answer"], ...].');
  return fromMessages(
    [
      ...(system === '' ? [] : [{ role: 'system' as const, content: system }]),
      ...history,
      { role: 'user', content: user.join('\n\n') },
      { role: 'assistant', content: textOf(row.output) },
    ],
    line,
  );
}

function fromChatColumn(row: TableRow, line: number): Converted {
  const name = chatColumnOf(row) ?? '';
  const whole = wholeTurns([row[name]], row, line);
  if (whole !== null) return whole;
  const messages = messagesOf(row[name]);
  if (messages !== null) return fromMessages(messages, line);
  return refusedTurns(
    line,
    `The turns in ${name}`,
    [row[name]],
    'Write role (user, assistant, system) and content in each.',
  );
}

const asTurns = (value: TableValue | undefined, role: 'user' | 'assistant'): readonly ChatMessage[] | null =>
  typeof value === 'string' ? [{ role, content: value }] : messagesOf(value);

/** TRL's conversational form: the prompt's messages, and those that complete it. */
function fromTurns(row: TableRow, line: number): Converted {
  const asked = typeof row.prompt === 'string' ? [{ role: 'user', content: row.prompt }] : row.prompt;
  const said = typeof row.completion === 'string' ? [{ role: 'assistant', content: row.completion }] : row.completion;
  const whole = wholeTurns([asked, said], row, line);
  if (whole !== null) return whole;
  const prompt = asTurns(row.prompt, 'user');
  const completion = asTurns(row.completion, 'assistant');
  if (prompt === null || completion === null)
    return refusedTurns(
      line,
      'The turns',
      [row.prompt, row.completion],
      'Write role and content in each message of prompt and completion.',
    );
  return fromMessages([...prompt, ...completion], line);
}

function fromPair(row: TableRow, line: number): Converted {
  const whole = wholePair(row, line);
  if (whole !== null) return whole;
  const pair = readPreference(row);
  if (pair === null)
    return refusedTurns(
      line,
      'The preference pair',
      Object.values(row),
      'Write input, preferred_output and non_preferred_output, or prompt, chosen and rejected, with equal turns before the two answers.',
    );
  const { prompt, preferred, other } = pair;
  const checked = fromMessages([...prompt, { role: 'assistant', content: preferred }], line);
  if (checked.examples.length === 0) return checked;
  return {
    examples: [
      { prompt, completion: preferred, cell: {}, rating: 'accepted' },
      { prompt, completion: other, cell: {}, rating: 'rejected' },
    ],
    findings: checked.findings,
  };
}

/** What a line of a chat file may hold; other columns of a table stay behind. */
const CHAT_KEYS = ['messages', ...REQUEST_FIELDS];

const hasOthers = (row: TableRow): boolean => Object.keys(row).some((key) => !CHAT_KEYS.includes(key));

/** Columns as one line of a chat file. */
function chatText(row: TableRow): string {
  const kept = Object.fromEntries(CHAT_KEYS.flatMap((key) => (Object.hasOwn(row, key) ? [[key, row[key]]] : [])));
  return JSON.stringify(kept);
}

export const fromMessages = (messages: readonly ChatMessage[], line: number): Converted =>
  convertLine(JSON.stringify({ messages }), line);

/** A line of a chat or prompt/completion file. */
export function convertLine(text: string, line: number, convention: LegacyConvention | null = null): Converted {
  const { example, findings } = readImportLine(text, line, convention);
  return { examples: example === null ? [] : [{ ...example, cell: {}, rating: 'unrated' }], findings };
}

/** Turns that cannot be read, by the name of what is in the way where it has one. */
function refusedTurns(line: number, what: string, parts: readonly (TableValue | undefined)[], fix: string): Converted {
  const named = inTheWay(parts);
  if (named.length === 0) return refused(line, what, fix);
  const report = new LineReport(line);
  const message = `${what} has ${named.join(', ')}, which this form is not read with.`;
  report.error('unreadable-record', message, 'Write chat lines, with messages and tools as the API has them.');
  return { examples: [], findings: report.findings };
}

function refused(line: number, what: string, fix: string): Converted {
  const report = new LineReport(line);
  report.error('unreadable-record', `${what} cannot be read.`, fix);
  return { examples: [], findings: report.findings };
}
