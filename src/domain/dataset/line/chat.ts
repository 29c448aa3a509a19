import type { CountedMessage } from '../../chat/tokens.ts';
import { isRecord, type JsonRecord, parseJson, presentMembers } from '../../common/json.ts';
import { jsonFault } from '../../common/json-fault.ts';
import { repeatedKey } from '../../common/json-keys.ts';
import { withoutByteOrderMark } from '../../text/decoding.ts';
import { nearestName } from '../../text/nearest.ts';
import type { DatasetFinding } from '../types.ts';
import { checkMessage, type LineMessage } from './message.ts';
import { LineReport, quoted } from './report.ts';
import { checkTools } from './tools.ts';

/** The keys of a chat line. */
export const LINE_KEYS = ['messages', 'tools', 'parallel_tool_calls', 'functions'];
/** Keys that an import writes beside the messages, for a split to divide the lines by. */
const SPLIT_KEYS: readonly string[] = ['label', 'group'];
const SPLIT_FIX = 'luthier split, which it is there for, leaves it out; so does luthier check --fix.';
const MAX_IMAGES = 10;

/** What a check counts of a line of either kind. */
export interface CheckedLine {
  readonly messages: readonly LineMessage[];
  readonly counted: readonly CountedMessage[];
}

export interface ChatLine extends CheckedLine {
  /** True when the roles and texts of its messages are all it says. */
  readonly plain: boolean;
}

export interface ParsedChatLine {
  /** What could be read, even of a line with errors; null when nothing could. */
  readonly line: ChatLine | null;
  readonly findings: readonly DatasetFinding[];
}

/**
 * Reads one line of a chat training file and finds everything wrong with it, by OpenAI's fine-tuning guide, API
 * reference and observed refusals. `lineNumber` counts from 1. Never throws.
 */
export function parseChatLine(text: string, lineNumber: number): ParsedChatLine {
  const report = new LineReport(lineNumber);
  const record = parseObject(text, report);
  const line = record === null ? null : readLine(record, report);
  return { line, findings: report.findings };
}

/** The object a line holds; null, with why in the report, when it holds none. */
export function parseObject(text: string, report: LineReport): JsonRecord | null {
  const source = withoutByteOrderMark(text);
  if (source !== text) {
    report.warn(
      'byte-order-mark',
      'The line starts with a byte order mark.',
      'Save the file as UTF-8 without BOM (Azure alone wants one).',
    );
  }
  if (source.trim() === '') {
    report.warn('blank-line', 'The line is blank.', 'Remove it.');
    return null;
  }
  try {
    const value: unknown = JSON.parse(source);
    if (isRecord(value)) {
      reportRepeatedKey(source, value, report);
      return value;
    }
    report.error('not-an-object', `The line is ${quoted(value)}, not an object.`, objectFix(value));
  } catch {
    reportFault(source, report);
  }
  return null;
}

function objectFix(value: unknown): string {
  const isObjectText = typeof value === 'string' && isRecord(parseJson(value));
  if (!Array.isArray(value) && !isObjectText) return 'Write {"messages": [...]} on one line.';
  const what = isObjectText ? 'JSON within a text (json.dumps called twice)' : 'a JSON list';
  return `Of ${what}, luthier import FILE --out NEW.jsonl makes one object a line.`;
}

/** What is said of a JSON text in which a key stands twice in one object; nothing of any other text. */
export function repeatedKeyFindings(text: string, lineNumber: number): readonly DatasetFinding[] {
  const report = new LineReport(lineNumber);
  const source = withoutByteOrderMark(text);
  reportRepeatedKey(source, parseJson(source), report);
  return report.findings;
}

/** Readers differ in which of the two counts. */
function reportRepeatedKey(source: string, value: unknown, report: LineReport): void {
  const repeated = repeatedKey(source, value);
  if (repeated === null) return;
  const { after, column } = placeIn(source, repeated.offset);
  const what = `The key ${quoted(repeated.key)} stands twice in one object (column ${column}), and only one of the two is read.`;
  report.error('repeated-key', what, 'Remove one of the two.', after);
}

/** Says where a text stops being JSON; a record that runs over several lines is named by the line of its fault. */
function reportFault(source: string, report: LineReport): void {
  const fault = jsonFault(source);
  if (fault === null) return;
  const { after, column } = placeIn(source, fault.offset);
  const what = fault.name === null ? '' : `: ${fault.name}`;
  const where = fault.cutOff ? 'it ends too early' : `column ${column}${what}`;
  const opened = /^\s*[[{]\s*$/.test(source);
  const made = opened ? 'JSON over several lines' : isTableRow(source) ? 'a table (CSV, TSV)' : null;
  const fix = made === null ? fault.fix : `Of ${made}, luthier import FILE --out NEW.jsonl makes one object a line.`;
  report.error('not-json', `The line is not JSON (${where}).`, fix, after);
}

/** Line ends before an offset, and its column in its line, from 1. */
function placeIn(source: string, offset: number): { readonly after: number; readonly column: number } {
  const lines = source.slice(0, offset).split('\n');
  return { after: lines.length - 1, column: (lines.at(-1) ?? '').length + 1 };
}

/** Cells with nothing of JSON, and no comment, before the first delimiter. */
const isTableRow = (source: string): boolean => /^(?!\/[/*]|#)[^{}[\]:,;\t|]+[,;\t|]/.test(source);

/** A chat line out of its object. */
export function readLine(given: JsonRecord, report: LineReport): ChatLine | null {
  const record = presentMembers(given);
  const { messages } = record;
  if (messages === undefined) {
    reportOtherShape(record, report);
    return null;
  }
  for (const key of Object.keys(record)) {
    if (LINE_KEYS.includes(key)) continue;
    const near = nearestName(key, LINE_KEYS);
    const fix = SPLIT_KEYS.includes(key) ? SPLIT_FIX : 'Remove it.';
    report.warn('unknown-key', `The key ${quoted(key)} is not known.`, near === null ? fix : `Did you mean ${near}?`);
  }
  if (!Array.isArray(messages) || messages.length === 0) {
    report.error(
      'messages-type',
      'messages is not a list with messages.',
      'Write "messages": [{"role": "user", ...}, {"role": "assistant", ...}].',
    );
    return null;
  }
  const tools = checkTools(record, report);
  const read = messages.map((message: unknown, index) => checkMessage(message, `Message ${index + 1}`, tools, report));
  checkToolAnswers(messages, read, report);
  const readable = read.filter((message) => message !== null);
  if (readable.length === read.length) checkConversation(readable, report);
  const plain = readable.every((message) => message.plain) && [record.tools, record.functions].every(isNothing);
  return { messages: readable, counted: readable.map((message) => message.counted), plain };
}

const isNothing = (list: unknown): boolean => list === undefined || (Array.isArray(list) && list.length === 0);

const IMPORT_FIX = 'Of pairs, ShareGPT, Alpaca or columns, luthier import FILE --out NEW.jsonl makes chat lines.';

function reportOtherShape(record: JsonRecord, report: LineReport): void {
  if ('prompt' in record && 'completion' in record) {
    report.error('prompt-completion', 'This is an old prompt/completion line.', IMPORT_FIX);
  } else if ('preferred_output' in record || 'non_preferred_output' in record) {
    report.error(
      'preference-line',
      'This is a preference (DPO) line, not a chat line.',
      'Use a file of chat lines here.',
    );
  } else if ('chosen' in record && 'rejected' in record) {
    const fix = 'Make a preference file of it: luthier import FILE --preference --out NEW.jsonl.';
    report.error('preference-line', 'This is a preference line (chosen, rejected), not a chat line.', fix);
  } else {
    const near = nearestName(Object.keys(record)[0] ?? '', ['messages']);
    const other = Object.keys(record).length > 1 || Object.values(record).some(Array.isArray);
    const fix = other ? IMPORT_FIX : 'Add "messages": [...].';
    report.error('missing-messages', 'There are no messages.', near === null ? fix : `Rename the key to ${near}.`);
  }
}

/** Finds tool messages that answer no call before them, and calls that nothing answers though the talk goes on. */
export function checkToolAnswers(
  messages: readonly unknown[],
  read: readonly (LineMessage | null)[],
  report: LineReport,
): void {
  const called = new Set<string>();
  const answered = new Set<string>();
  read.forEach((message, index) => {
    if (message === null) return;
    for (const id of message.toolCallIds) called.add(id);
    const original = messages[index];
    const answers = message.role === 'tool' && isRecord(original) ? original.tool_call_id : undefined;
    if (typeof answers === 'string') answered.add(answers);
    if (typeof answers === 'string' && answers !== '' && !called.has(answers)) {
      report.error(
        'tool-call-id',
        `Message ${index + 1} answers ${quoted(answers)}, which no call before it has as id.`,
        'Use the id of the call.',
      );
    }
  });
  // A call that ends the line is what is learned.
  read.slice(0, -1).forEach((message, index) => {
    const open = message?.toolCallIds.find((id) => !answered.has(id));
    if (open === undefined) return;
    const what = `No tool message answers the call ${quoted(open)} of message ${index + 1}.`;
    report.warn('unanswered-call', what, 'Add {"role": "tool", "tool_call_id": "...", "content": "..."} after it.');
  });
}

function checkConversation(messages: readonly LineMessage[], report: LineReport): void {
  const answers = messages.filter((message) => message.role === 'assistant');
  if (answers.length === 0) {
    report.error(
      'no-assistant',
      'No assistant message: there is nothing to learn.',
      'Add the answer the model should give.',
    );
  } else if (messages.at(-1)?.role !== 'assistant') {
    report.error(
      'last-not-assistant',
      'The last message is not of the assistant.',
      'End the line with the answer the model should give.',
    );
  }
  if (answers.length > 0 && answers.every((message) => !message.learned)) {
    report.error(
      'nothing-learned',
      'Every assistant message has weight 0.',
      'Give at least one the weight 1, or remove the weights.',
    );
  }
  if (messages.some((message, index) => message.role === 'system' && index > 0)) {
    report.warn('system-not-first', 'A system message stands after the first message.', 'Move it to the front.');
  }
  checkImages(messages, report);
}

/** Finds more images than a line may hold. */
export function checkImages(messages: readonly LineMessage[], report: LineReport): void {
  const images = messages.reduce((total, message) => total + message.images, 0);
  if (images > MAX_IMAGES) {
    report.error(
      'too-many-images',
      `The line has ${images} images; ${MAX_IMAGES} are allowed.`,
      'Split it, or remove some.',
    );
  }
}
