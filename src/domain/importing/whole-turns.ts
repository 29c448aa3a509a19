import { isApiRole } from '../chat/types.ts';
import { isRecord } from '../common/json.ts';
import { readImportLine } from '../dataset/example-lines.ts';
import { lostInText, REQUEST_FIELDS, wholeLineOf } from '../dataset/whole-lines.ts';
import type { Converted, ImportedExample, TableRow, TableValue } from './records.ts';

type Turns = TableValue | undefined;

/**
 * Turns of several columns as one chat line that is kept whole, with the tools of `row`; null where roles and texts say
 * it all, or where a turn is no message of the API.
 */
export function wholeTurns(parts: readonly Turns[], row: TableRow, line: number): Converted | null {
  const text = lineOf(parts, row);
  if (text === null) return null;
  const { example, findings } = readImportLine(text, line);
  return { examples: example === null ? [] : [{ ...example, cell: {}, rating: 'unrated' }], findings };
}

function lineOf(parts: readonly Turns[], row: TableRow): string | null {
  const messages = parts.flatMap((part) => (Array.isArray(part) ? part : []));
  if (!messages.every((message) => isRecord(message) && isApiRole(message.role))) return null;
  const fields = REQUEST_FIELDS.flatMap((key) => (Object.hasOwn(row, key) ? [[key, row[key]] as const] : []));
  const whole = wholeLineOf(JSON.stringify({ messages, ...Object.fromEntries(fields) }));
  return whole === null || lostInText(whole).length === 0 ? null : whole;
}

const isMembers = (value: Turns): value is TableRow => isRecord(value);
const isTurns = (value: Turns): value is readonly TableValue[] => Array.isArray(value) && value.length > 0;

/**
 * A preference pair of messages that say more than roles and texts, in OpenAI's form or TRL's with the prompt apart, as
 * its two lines; null where it is another.
 */
export function wholePair(row: TableRow, line: number): Converted | null {
  const input = isMembers(row.input) ? row.input : row;
  const prompt = input.messages ?? row.prompt;
  const preferred = row.preferred_output ?? row.chosen;
  const other = row.non_preferred_output ?? row.rejected;
  if (![prompt, preferred, other].every(isTurns)) return null;
  const lines = [preferred, other].map((answer) => lineOf([prompt, answer], input));
  if (lines.every((text) => text === null)) return null;
  const read = [preferred, other].map((answer, n) =>
    readImportLine(lines[n] ?? JSON.stringify({ messages: [prompt, answer].flat() }), line),
  );
  const findings = read.flatMap((one) => one.findings);
  const [first, second] = read.map(({ example }) => example);
  if (!first || !second) return { examples: [], findings };
  const examples: readonly ImportedExample[] = [
    { ...first, cell: {}, rating: 'accepted' },
    { ...second, cell: {}, rating: 'rejected' },
  ];
  return { examples, findings };
}

/** Who speaks in ShareGPT's form where a tool is called or answers. */
const TOOL_SPEAKERS: readonly unknown[] = ['function_call', 'function', 'observation', 'tool', 'tool_call'];

/** What stands in the way of reading turns as texts, by name; empty where it is something else. */
export function inTheWay(parts: readonly Turns[]): readonly string[] {
  const messages = parts.flatMap((part) => (Array.isArray(part) ? part : []));
  const named = lostInText(JSON.stringify({ messages }));
  const calls = messages.some((turn) => isRecord(turn) && TOOL_SPEAKERS.includes(turn.from ?? turn.role));
  return calls && !named.includes('tools') ? ['tools', ...named] : named;
}
