import { isRecord, type JsonRecord, parseExactJson, presentMembers } from '../common/json.ts';
import { API_ROLES, type ChatMessage, isApiRole } from './types.ts';

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

/** A message of the API as it is shown: its role, its text with a place for each image, and its calls. */
export function shownMessage(message: JsonRecord): ChatMessage {
  const { role, content, refusal } = presentMembers(message);
  const parts = Array.isArray(content) ? content : [content ?? refusal];
  const images = parts.some(isImage);
  const text = parts.map(shownPart).join(images ? '\n' : '');
  return { role: isApiRole(role) ? API_ROLES[role] : 'user', content: textWithCalls(text, callsOf(message)) };
}

const isImage = (part: unknown): part is JsonRecord => isRecord(part) && part.type === 'image_url';

function shownPart(part: unknown): string {
  if (typeof part === 'string') return part;
  if (isImage(part)) return `[image ${addressOf(part.image_url)}]`;
  const text = isRecord(part) ? (part.text ?? part.refusal) : '';
  return typeof text === 'string' ? text : '';
}

/** Where an image is; of one that is in the line itself, its kind. */
function addressOf(image: unknown): string {
  const url = isRecord(image) ? image.url : image;
  if (typeof url !== 'string') return 'without an address';
  return url.startsWith('data:') ? (/^data:[^;,]*/.exec(url)?.[0].slice('data:'.length) ?? '') : url;
}
