import { isRecord, type JsonRecord } from '../../json/record.ts';
import { hasLongRun, LONGEST_RUN } from '../../tokens/count.ts';
import { type LineReport, shown } from './report.ts';

/** What of a content can be read and counted. */
export interface ContentText {
  readonly text: string;
  readonly images: number;
}

const NONE: ContentText = { text: '', images: 0 };
const MAX_IMAGE_BYTES = 10 * 1024 * 1024;
const IMAGE_DATA = /^data:([a-z0-9.+-]+\/[a-z0-9.+-]+)?((?:;[^;,]*)*),/i;
const IMAGE_TYPES: readonly string[] = ['image/jpeg', 'image/jpg', 'image/png', 'image/webp'];

/**
 * Checks a message's content: text, or parts (OpenAI's vision fine-tuning guide: images in user messages only; JPEG,
 * PNG or WEBP; 10 MB each). `where` names the message in messages to the person.
 */
export function checkContent(content: unknown, role: string, where: string, report: LineReport): ContentText {
  if (typeof content === 'string') {
    checkText(content, where, report);
    return { text: content, images: 0 };
  }
  if (!Array.isArray(content)) {
    report.error(
      'content-type',
      `The content of ${where} is ${shown(content)}, not text.`,
      'Put the content in quotes.',
    );
    return NONE;
  }
  let text = '';
  let images = 0;
  content.forEach((part: unknown, index) => {
    const found = checkPart(part, role, `part ${index + 1} of ${where}`, report);
    text += found.text;
    images += found.images;
  });
  checkText(text, where, report);
  return { text, images };
}

function checkText(text: string, where: string, report: LineReport): void {
  if (hasLongRun(text)) {
    const message = `${where} holds more than ${LONGEST_RUN} characters without a break, such as encoded data.`;
    report.warn('unbroken-run', message, 'Remove it, or put spaces or lines into it: models learn little from it.');
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
  if (isRecord(part) && type === 'text' && typeof part.text === 'string') return { text: part.text, images: 0 };
  if (isRecord(part) && type === 'refusal' && role === 'assistant' && typeof part.refusal === 'string') {
    return { text: part.refusal, images: 0 };
  }
  if (isRecord(part) && type === 'image_url') {
    checkImage(part, role, where, report);
    return { text: '', images: 1 };
  }
  const fix =
    'Use {"type": "text", "text": "..."} or, in a user message, {"type": "image_url", "image_url": {"url": "..."}}.';
  report.error('content-part', `${where} is ${shown(part)}, which is no part of a message.`, fix);
  return NONE;
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
