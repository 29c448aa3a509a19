import { stopsShort } from '../rubbish/endings.ts';
import { answerFlags, type ContentFlag } from '../rubbish/flags.ts';
import { REFUSAL_WITHIN, readsAsRefusal } from '../rubbish/refusals.ts';
import { type AnswerLength, lengthOf, lengthOfWords, PASSAGE } from '../rubbish/repeats.ts';
import { type Content, isSpace } from './content.ts';
import { FENCE } from './scan.ts';

const NO_FLAGS: readonly ContentFlag[] = [];
const SPACE = 0x20;
const isAmong = (signs: string): Uint8Array =>
  Uint8Array.from({ length: 256 }, (_, byte) => Number(signs.includes(String.fromCharCode(byte))));

/** What may stand before a refusal, and its first letters, in lower case. */
const BEFORE_REFUSAL = isAmong('"\'*_>');
const REFUSALS = [
  'i',
  'we',
  'as',
  'lo',
  'pe',
  'di',
  'es',
  'tu',
  'en',
  'le',
  'je',
  'so',
  'my',
  'ap',
  'un',
  're',
  'th',
  'yo',
];
const LETTERS = 32;
const FIRST_LETTERS = new Uint8Array(LETTERS * LETTERS);
for (const letters of REFUSALS) {
  const [first = 0, second] = Buffer.from(letters);
  for (let other = 0; other < LETTERS; other += 1)
    if (second === undefined || (second & 31) === other) FIRST_LETTERS[(first & 31) * LETTERS + other] = 1;
}
/** What an answer ends in that may have been cut, and what it begins with where it may be JSON. */
const OPEN_END = isAmong('abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789,;:-');
const JSON_START = isAmong('[{');
/** What code begins and ends with, of which one says nothing of the other. */
const CODE = isAmong('[{<]}>');

/**
 * As `answerFlags` says of a text that is not empty. Few of ASCII are looked at as a text: those that begin as refusals do, and those that lack
 * an end mark.
 */
export function flagsOf(content: Content, met: number): readonly ContentFlag[] {
  const { bytes, start, end, text } = content;
  if (text !== null) return answerFlags({ text });
  const isRefusal =
    mayRefuse(content) && readsAsRefusal(bytes.toString('latin1', start, Math.min(end, start + REFUSAL_WITHIN)));
  const isShort = ((met & FENCE) !== 0 || mayStopShort(content)) && stopsShort(bytes.toString('latin1', start, end));
  if (!isRefusal && !isShort) return NO_FLAGS;
  return [...(isRefusal ? (['refused'] as const) : []), ...(isShort ? (['truncated'] as const) : [])];
}

function mayRefuse({ bytes, start, end }: Content): boolean {
  let at = start;
  while (at < end && (isSpace(bytes[at] ?? 0) || BEFORE_REFUSAL[bytes[at] ?? 0] === 1)) at += 1;
  return FIRST_LETTERS[((bytes[at] ?? 0) & 31) * LETTERS + ((bytes[at + 1] ?? 0) & 31)] === 1;
}

const mayStopShort = (content: Content): boolean =>
  OPEN_END[lastOf(content)] === 1 || JSON_START[firstOf(content)] === 1;

/** As `lengthOf` says of a text. */
export function lengthIn(content: Content): AnswerLength {
  const { bytes, start, end, text } = content;
  if (text !== null) return lengthOf(text);
  if (CODE[firstOf(content)] === 1 && CODE[lastOf(content)] === 1)
    return lengthOf(bytes.toString('latin1', start, end));
  let words = 0;
  let isBetween = true;
  for (let at = start; at < end && words < PASSAGE; at += 1) {
    const isBlank = (bytes[at] ?? 0) <= SPACE;
    if (isBetween && !isBlank) words += 1;
    isBetween = isBlank;
  }
  return lengthOfWords(words);
}

/** The first and the last byte that is no white space, of a text that has one. */
function firstOf({ bytes, start, end }: Content): number {
  let at = start;
  while (at < end && isSpace(bytes[at] ?? 0)) at += 1;
  return bytes[at] ?? 0;
}

function lastOf({ bytes, start, end }: Content): number {
  let at = end - 1;
  while (at > start && isSpace(bytes[at] ?? 0)) at -= 1;
  return bytes[at] ?? 0;
}
