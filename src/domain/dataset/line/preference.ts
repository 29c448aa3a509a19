import { isRecord, type JsonRecord, presentMembers } from '../../common/json.ts';
import { nearestName } from '../../text/nearest.ts';
import type { DatasetFinding } from '../types.ts';
import { type CheckedLine, checkImages, checkToolAnswers, parseObject, readLine } from './chat.ts';
import { checkMessage, type LineMessage } from './message.ts';
import { LineReport, quoted } from './report.ts';
import { checkTools } from './tools.ts';

/** The keys of a preference line, and of its input. */
export const PREFERENCE_KEYS = ['input', 'preferred_output', 'non_preferred_output'];
export const INPUT_KEYS = ['messages', 'tools', 'parallel_tool_calls'];
const OUTPUT_FIX = 'Write one message: [{"role": "assistant", "content": "..."}].';

/** Supervised lines, or preference lines for DPO; a file holds one kind only. */
export type LineKind = 'chat' | 'preference';

export interface ParsedTrainingLine {
  /** Null when the line is no object. */
  readonly kind: LineKind | null;
  /** What could be read; of a preference line the prompt's messages, then the better and the worse answer. */
  readonly line: CheckedLine | null;
  readonly findings: readonly DatasetFinding[];
}

/** Reads one line of a training file of either kind and finds everything wrong with it. Never throws. */
export function parseTrainingLine(text: string, lineNumber: number): ParsedTrainingLine {
  const report = new LineReport(lineNumber);
  const parsed = parseObject(text, report);
  const record = parsed === null ? null : presentMembers(parsed);
  if (record === null) return { kind: null, line: null, findings: report.findings };
  const kind = isPreference(record) ? 'preference' : 'chat';
  const line = kind === 'preference' ? readPreferenceLine(record, report) : readLine(record, report);
  return { kind, line, findings: report.findings };
}

const isPreference = (record: JsonRecord): boolean =>
  record.messages === undefined && ('preferred_output' in record || 'non_preferred_output' in record);

/** By OpenAI's guide to direct preference optimisation: a prompt, and two answers of one assistant message each. */
function readPreferenceLine(record: JsonRecord, report: LineReport): CheckedLine {
  warnUnknown(Object.keys(record), PREFERENCE_KEYS, '', report);
  const input = isRecord(record.input) ? presentMembers(record.input) : record.input;
  const tools = isRecord(input) ? toolsOf(input, report) : null;
  const prompt = isRecord(input) ? readPrompt(input, tools, report) : [];
  if (!isRecord(input)) {
    report.error('preference-input', `input is ${quoted(input)}, not an object.`, 'Write {"messages": [...]}.');
  }
  const preferred = readAnswer(record.preferred_output, 'preferred_output', tools, report);
  const other = readAnswer(record.non_preferred_output, 'non_preferred_output', tools, report);
  if (preferred !== null && other !== null && sameAnswer(preferred, other)) {
    report.warn('same-answers', 'Both answers are the same: there is nothing to prefer.', 'Remove the line.');
  }
  const messages = [...prompt, ...[preferred, other].filter((message) => message !== null)];
  return { messages, counted: messages.map(({ counted }) => counted) };
}

function warnUnknown(keys: readonly string[], known: readonly string[], where: string, report: LineReport): void {
  for (const key of keys) {
    if (known.includes(key)) continue;
    const near = nearestName(key, known);
    const fix = near === null ? 'Remove it.' : `Did you mean ${near}?`;
    report.warn('unknown-key', `The key ${quoted(key)}${where} is not known.`, fix);
  }
}

function toolsOf(input: JsonRecord, report: LineReport): ReadonlySet<string> | null {
  warnUnknown(Object.keys(input), INPUT_KEYS, ' of input', report);
  return checkTools(input, report);
}

function readPrompt(
  { messages }: JsonRecord,
  tools: ReadonlySet<string> | null,
  report: LineReport,
): readonly LineMessage[] {
  if (!Array.isArray(messages) || messages.length === 0) {
    report.error(
      'messages-type',
      'messages of input is not a list with messages.',
      'Write "input": {"messages": [{"role": "user", ...}]}.',
    );
    return [];
  }
  const read = messages.map((message: unknown, index) => checkMessage(message, `Message ${index + 1}`, tools, report));
  checkToolAnswers(messages, read, report);
  const readable = read.filter((message) => message !== null);
  if (readable.at(-1)?.role === 'assistant') {
    report.error(
      'preference-prompt-end',
      'The prompt ends with an answer already.',
      'End input.messages with what is to be answered.',
    );
  }
  checkImages(readable, report);
  return readable;
}

function readAnswer(
  output: unknown,
  key: string,
  tools: ReadonlySet<string> | null,
  report: LineReport,
): LineMessage | null {
  if (!Array.isArray(output) || output.length !== 1) {
    report.error('preference-output', `${key} is not a list of one message.`, OUTPUT_FIX);
    return null;
  }
  const message = checkMessage(output[0], key, tools, report);
  if (message !== null && message.role !== 'assistant') {
    report.error('preference-output', `${key} is a message of ${message.role}, not of the assistant.`, OUTPUT_FIX);
    return null;
  }
  return message;
}

const sameAnswer = (a: LineMessage, b: LineMessage): boolean => a.plain && b.plain && a.text === b.text;
