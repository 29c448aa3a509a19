import { isRecord, type JsonRecord, parseExactJson, presentMembers } from '../common/json.ts';

/** A call of a function as its name and its arguments. */
export interface ToolCall {
  readonly name: string;
  /** The arguments as a value; a text that is not JSON where `malformed`. */
  readonly arguments: unknown;
  /** The model wrote arguments that are not JSON. */
  readonly malformed: boolean;
}

/** Begins a line that shows a call, so that a call and a text that looks like one are told apart. */
const MARK = '[tool call] ';
const LINE = /^\[tool call\] ([^\s(]+)\((.*)\)$/;

/**
 * The calls of an assistant message: `tool_calls`, or the one `function_call` of older models (API reference, chat
 * completions). What is no call of a function is left out.
 */
export function callsOf(message: JsonRecord): readonly ToolCall[] {
  const { tool_calls: calls, function_call: old } = presentMembers(message);
  const functions = Array.isArray(calls)
    ? calls.map((call: unknown) => (isRecord(call) ? call.function : null))
    : [old];
  return functions.flatMap((called: unknown) =>
    isRecord(called) && typeof called.name === 'string' ? [readCall(called.name, called.arguments)] : [],
  );
}

function readCall(name: string, written: unknown): ToolCall {
  // Without arguments some servers send an empty text.
  if (written == null || written === '') return { name, arguments: {}, malformed: false };
  if (typeof written !== 'string') return { name, arguments: written, malformed: false };
  const value = parseExactJson(written);
  return value === undefined
    ? { name, arguments: written, malformed: true }
    : { name, arguments: value, malformed: false };
}

/** A message's text and under it its calls, a line each: `[tool call] get_weather({"city":"Bonn"})`. */
export function textWithCalls(text: string, calls: readonly ToolCall[]): string {
  return [...(text.trim() === '' && calls.length > 0 ? [] : [text]), ...calls.map(callLine)].join('\n');
}

function callLine({ name, arguments: value, malformed }: ToolCall): string {
  const written = malformed ? String(value).replaceAll(/\s+/g, ' ') : JSON.stringify(value);
  return `${MARK}${name}(${written})`;
}

/** A text as `textWithCalls` writes it, taken apart again: the calls are the lines at its end that are marked as such. */
export function readTextWithCalls(shown: string): { readonly text: string; readonly calls: readonly ToolCall[] } {
  const lines = shown.trimEnd().split('\n');
  const calls: ToolCall[] = [];
  for (let at = lines.length - 1; at >= 0; at -= 1) {
    const found = LINE.exec(lines[at] ?? '');
    if (found === null) break;
    calls.unshift(readCall(found[1] ?? '', found[2]));
    lines.pop();
  }
  return { text: calls.length === 0 ? shown : lines.join('\n'), calls };
}
