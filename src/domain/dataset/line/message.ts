import { type CountedMessage, hasLongRun, LONGEST_RUN } from '../../chat/tokens.ts';
import { isRecord, type JsonRecord, presentMembers } from '../../common/json.ts';
import { isBlank } from '../../text/blank.ts';
import { misreadIn } from '../../text/misread.ts';
import { nearestName } from '../../text/nearest.ts';
import { type LineReport, quoted } from './report.ts';
import { checkToolCalls } from './tools.ts';

/** What of a content can be read and counted. */
export interface ContentText {
  readonly text: string;
  readonly images: number;
  /** Something stands there that is no text, such as a number, or a part of another API: what it says is not known. */
  readonly isUnread: boolean;
}

const NONE: ContentText = { text: '', images: 0, isUnread: false };
const UNREAD: ContentText = { ...NONE, isUnread: true };
const MAX_IMAGE_BYTES = 10 * 1024 * 1024;
const IMAGE_DATA = /^data:([a-z0-9.+-]+\/[a-z0-9.+-]+)?((?:;[^;,]*)*),/i;
const IMAGE_TYPES: readonly string[] = ['image/jpeg', 'image/jpg', 'image/png', 'image/webp'];

/**
 * Checks a message's content: text, or parts (OpenAI's vision fine-tuning guide: images in user messages only; JPEG,
 * PNG or WEBP; 10 MB each). `where` names the message in messages to the person.
 */
function checkContent(content: unknown, role: string, where: string, report: LineReport): ContentText {
  if (typeof content === 'string') {
    checkText(content, where, report);
    return { ...NONE, text: content };
  }
  if (!Array.isArray(content)) {
    report.error(
      'content-type',
      `The content of ${where} is ${quoted(content)}, not text.`,
      'Put the content in quotes.',
    );
    return UNREAD;
  }
  let text = '';
  let images = 0;
  let isUnread = false;
  content.forEach((part: unknown, index) => {
    const found = checkPart(part, role, `part ${index + 1} of ${where}`, report);
    text += found.text;
    images += found.images;
    isUnread ||= found.isUnread;
  });
  checkText(text, where, report);
  return { text, images, isUnread };
}

/** Characters that no text is meant to have; line ends, tabs and page breaks are no fault. */
const UNDRAWN = /[\0-\x08\x0e-\x1f\x7f\ufffd]/;

/** Says what is odd about a text, whoever says it. */
export function checkText(text: string, where: string, report: LineReport): void {
  if (hasLongRun(text)) {
    const message = `${where} holds more than ${LONGEST_RUN} characters without a break, such as encoded data.`;
    report.warn('unbroken-run', message, 'Remove it, or put spaces or lines into it: models learn little from it.');
  }
  const [undrawn] = UNDRAWN.exec(text) ?? [];
  if (undrawn === '\ufffd') {
    const message = `${where} holds U+FFFD, which stands for bytes that were lost when the text was decoded.`;
    report.warn(
      'replacement-character',
      message,
      'Read the text again in its own encoding: luthier import --encoding.',
    );
  } else if (undrawn !== undefined) {
    const code = undrawn.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0');
    report.warn(
      'control-character',
      `${where} holds the control character U+${code}.`,
      'Remove it, unless it is meant.',
    );
  }
  const misread = misreadIn(text);
  if (misread !== null) {
    const message = `${where} holds ${misread.found} for ${misread.meant}: UTF-8 that was read as windows-1252.`;
    report.warn('misread-text', message, 'Read the original again, as UTF-8.');
  }
  if (!text.isWellFormed()) {
    report.warn(
      'bad-unicode',
      `${where} holds half of a character (a lone surrogate).`,
      'Remove the broken character.',
    );
  }
}

function checkPart(part: unknown, role: string, where: string, report: LineReport): ContentText {
  const type = isRecord(part) ? part.type : undefined;
  if (isRecord(part) && type === 'text' && typeof part.text === 'string') return { ...NONE, text: part.text };
  if (isRecord(part) && type === 'refusal' && role === 'assistant' && typeof part.refusal === 'string') {
    return { ...NONE, text: part.refusal };
  }
  if (isRecord(part) && type === 'image_url') {
    checkImage(part, role, where, report);
    return { ...NONE, images: 1 };
  }
  const fix =
    'Use {"type": "text", "text": "..."} or, in a user message, {"type": "image_url", "image_url": {"url": "..."}}.';
  report.error('content-part', `${where} is ${quoted(part)}, which is no part of a message.`, fix);
  return UNREAD;
}

function checkImage(part: JsonRecord, role: string, where: string, report: LineReport): void {
  if (role !== 'user') {
    report.error(
      'image-role',
      `${where} is an image; only user messages may hold images.`,
      'Move it to a user message.',
    );
  }
  const url = isRecord(part.image_url) ? part.image_url.url : undefined;
  if (typeof url !== 'string' || url === '') {
    report.error('image-url', `${where} names no image.`, 'Write "image_url": {"url": "https://..."} or a data URL.');
    return;
  }
  if (/^https?:\/\//i.test(url)) return;
  const data = IMAGE_DATA.exec(url);
  if (data === null) {
    report.error('image-url', `${where} is neither an http(s) address nor a data URL.`, 'Use one of the two.');
    return;
  }
  if (!IMAGE_TYPES.includes((data[1] ?? '').toLowerCase())) {
    report.error('image-type', `${where} is ${data[1] ?? 'of no known type'}.`, 'Convert it to JPEG, PNG or WEBP.');
  }
  const encoded = url.length - data[0].length;
  if ((data[2] ?? '').includes('base64') && (encoded * 3) / 4 > MAX_IMAGE_BYTES) {
    report.error('image-size', `${where} is larger than 10 MB.`, 'Shrink the image.');
  }
}

const ROLES = ['system', 'user', 'assistant', 'tool', 'function'] as const;
/** The keys of a message. */
export const MESSAGE_KEYS: readonly string[] = [
  'role',
  'content',
  'name',
  'weight',
  'refusal',
  'tool_calls',
  'tool_call_id',
  'function_call',
];
const KNOWN_KEYS: ReadonlySet<string> = new Set(MESSAGE_KEYS);

export type LineRole = (typeof ROLES)[number];

/** A message of a training line, as far as it can be read. */
export interface LineMessage extends ContentText {
  readonly role: LineRole;
  /** Its text; of parts, their text joined. */
  readonly text: string;
  /** False for assistant messages of weight 0, which are context only. */
  readonly learned: boolean;
  /** True when role and one text are all there is: no parts, tool calls, names or weights. */
  readonly plain: boolean;
  readonly toolCallIds: readonly string[];
  /** It calls a tool or, in the old way, a function. */
  readonly calls: boolean;
  /** Its provider marked it as a refusal, or as cut at the maximum of tokens. */
  readonly refused: boolean;
  readonly cut: boolean;
  readonly counted: CountedMessage;
  /** What of it is learned where it is an answer: its text, and the names and arguments of its calls. */
  readonly spoken: readonly string[];
}

/** Checks one message by the rules of the fine-tuning guide and the chat API; null when it has no usable role. */
export function checkMessage(
  given: unknown,
  where: string,
  tools: ReadonlySet<string> | null,
  report: LineReport,
): LineMessage | null {
  if (!isRecord(given)) {
    report.error(
      'message-type',
      `${where} is ${quoted(given)}, not an object.`,
      'Write {"role": "...", "content": "..."}.',
    );
    return null;
  }
  const message = presentMembers(given);
  const others = checkKeys(message, where, report);
  const role = checkRole(message.role, where, report);
  if (role === null) return null;
  const named = checkName(message.name, where, report);
  const learned = checkWeight(message, role, where, report);
  const calls = checkCalls(message, role, where, tools, report);
  const content = checkPresence(message, role, where, report)
    ? checkContent(message.content, role, where, report)
    : { ...NONE, isUnread: others.some((key) => isFilled(message[key])) };
  const isEmpty = isBlank(content.text) && content.images === 0 && !content.isUnread;
  if (isEmpty && message.content !== undefined) {
    checkEmpty(role, calls.ids.length > 0, where, report);
  }
  const spoken = [content.text, ...calls.texts].filter((text) => text !== '');
  const isPlain = Object.keys(message).every((key) => key === 'role' || key === 'content');
  return {
    role,
    ...content,
    learned,
    plain: isPlain && typeof message.content === 'string' && role !== 'tool' && role !== 'function',
    toolCallIds: calls.ids,
    calls: message.tool_calls !== undefined || message.function_call !== undefined,
    refused: isFilled(message.refusal) || hasRefusal(message.content),
    cut: message.finish_reason === 'length',
    counted: { values: [role, ...spoken, ...(named ? [String(message.name)] : [])], named },
    spoken,
  };
}

/** Gives the keys that are not known. */
function checkKeys(message: JsonRecord, where: string, report: LineReport): readonly string[] {
  const unknown = Object.keys(message).filter((key) => !KNOWN_KEYS.has(key));
  for (const key of unknown) {
    const near = nearestName(key, MESSAGE_KEYS);
    report.warn(
      'unknown-message-key',
      `${where} has the unknown key ${quoted(key)}.`,
      near === null ? 'Remove it.' : `Did you mean ${near}?`,
    );
  }
  return unknown;
}

function checkRole(role: unknown, where: string, report: LineReport): LineRole | null {
  const known = ROLES.find((name) => name === role);
  if (known === 'function') {
    report.warn('old-function-role', `${where} has the old role function.`, 'Use role tool with tool_call_id.');
  }
  if (known !== undefined) return known;
  const choices = 'Use system, user, assistant or tool.';
  if (role === 'developer') {
    const what = `${where} has the role developer, which is system's newer name; training files take the older one.`;
    report.error('unknown-role', what, 'Write system in its place.');
  } else if (role === undefined) report.error('missing-role', `${where} has no role.`, choices);
  else {
    const near = typeof role === 'string' ? nearestName(role, ROLES) : null;
    report.error(
      'unknown-role',
      `${where} has the role ${quoted(role)}.`,
      near === null ? choices : `Did you mean ${near}? ${choices}`,
    );
  }
  return null;
}

function checkName(name: unknown, where: string, report: LineReport): boolean {
  if (name === undefined) return false;
  if (typeof name === 'string' && /^[^\s<|\\/>]{1,64}$/.test(name)) return true;
  report.error(
    'bad-name',
    `The name of ${where} is ${quoted(name)}.`,
    'Use 1 to 64 characters without spaces, <, |, \\, / and >.',
  );
  return false;
}

function checkWeight(message: JsonRecord, role: LineRole, where: string, report: LineReport): boolean {
  const { weight } = message;
  if (weight === undefined) return role === 'assistant';
  if (role !== 'assistant') {
    report.error('weight-role', `${where} has a weight; only assistant messages may.`, 'Remove the weight.');
    return false;
  }
  if (weight !== 0 && weight !== 1) {
    report.error('bad-weight', `The weight of ${where} is ${quoted(weight)}.`, 'Use 0 (context only) or 1 (learned).');
  }
  return weight !== 0;
}

function checkCalls(
  message: JsonRecord,
  role: LineRole,
  where: string,
  tools: ReadonlySet<string> | null,
  report: LineReport,
): { readonly ids: readonly string[]; readonly texts: readonly string[] } {
  if (message.function_call !== undefined) {
    report.warn('old-function-call', `${where} has the old function_call.`, 'Use tool_calls.');
  }
  if (role === 'tool' && (typeof message.tool_call_id !== 'string' || message.tool_call_id === '')) {
    report.error(
      'tool-call-id',
      `${where} does not say which call it answers.`,
      'Add tool_call_id, the id of the tool call.',
    );
  }
  if (message.tool_calls === undefined) return { ids: [], texts: [] };
  if (role !== 'assistant') {
    report.error(
      'tool-calls-role',
      `${where} has tool_calls; only assistant messages may.`,
      'Move them to the assistant message.',
    );
    return { ids: [], texts: [] };
  }
  return checkToolCalls(message.tool_calls, tools, where, report);
}

function checkPresence(message: JsonRecord, role: LineRole, where: string, report: LineReport): boolean {
  if (message.content !== undefined) return true;
  const speaksOtherwise =
    message.tool_calls !== undefined || message.function_call !== undefined || isFilled(message.refusal);
  if (role !== 'assistant' || !speaksOtherwise) {
    report.error('missing-content', `${where} has no content.`, 'Add "content": "...".');
  }
  return false;
}

const hasRefusal = (content: unknown): boolean =>
  Array.isArray(content) && content.some((part: unknown) => isRecord(part) && part.type === 'refusal');

const isFilled = (value: unknown): boolean => typeof value === 'string' && !isBlank(value);

function checkEmpty(role: LineRole, calls: boolean, where: string, report: LineReport): void {
  if (role === 'assistant' && !calls) {
    report.error('empty-content', `The answer of ${where} is empty.`, 'Write the answer, or remove the line.');
  } else if (role === 'system' || role === 'user') {
    report.warn('empty-content', `${where} (${role}) is empty.`, 'Write its text, or remove the message.');
  }
}
