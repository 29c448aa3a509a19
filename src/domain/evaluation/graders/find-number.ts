import { type ExactNumber, exactNumber, negativeOf, plusExact, timesExact } from '../../common/exact-number.ts';
import { withPlainNumbers } from './number-spelling.ts';

/** A number found in a text. */
export interface FoundNumber {
  /** As written, to its last digit, a percent sign left aside: 12.5 for `12.5%`. */
  readonly value: ExactNumber;
  readonly percent: boolean;
}

/** Which number of a text counts: the answer it ends in, or the first. */
export type NumberPlace = 'final' | 'first';

/** The number that counts, or what stands in its place: a date, a time or a version is none. */
export interface NumberReading {
  readonly number: FoundNumber | null;
  /** How it was found: `after ####`. */
  readonly how: string;
  /** A date, time or version that was read as no number. */
  readonly other: string | null;
}

const MONTH =
  '(?:[Jj]an(?:uary)?|[Ff]eb(?:ruary)?|[Mm]ar(?:ch)?|[Aa]pr(?:il)?|[Mm]ay|[Jj]une?|[Jj]uly?|[Aa]ug(?:ust)?|' +
  '[Ss]ept?(?:ember)?|[Oo]ct(?:ober)?|[Nn]ov(?:ember)?|[Dd]ec(?:ember)?)\\.?';
const DATE =
  '\\d{4}(?<ymd>[-/.])\\d{1,2}\\k<ymd>\\d{1,2}(?:T[\\d:.+]*Z?)?|\\d{1,2}(?<dmy>[-/.])\\d{1,2}\\k<dmy>(?:\\d{4}|\\d{2})|' +
  `\\d{1,2}(?:st|nd|rd|th)?\\s+(?:of\\s+)?${MONTH},?\\s+\\d{4}|${MONTH}\\s+\\d{1,2}(?:st|nd|rd|th)?,?\\s+\\d{4}`;
const TIME = '\\d{1,2}(?::\\d{2}){1,2}';
/** `1.2.3`, but not `1.234.567`, which groups thousands. */
const VERSION = '(?!\\d{1,3}(?:\\.\\d{3})+(?![\\d.]))\\d+(?:\\.\\d+){2,}';

const SIGN = '[-+\\u2212\\u2013\\ufe63\\uff0d]';
const CURRENCY = '(?:\\p{Lu}{0,2}\\p{Sc}|(?:USD|EUR|GBP|CHF|JPY)(?!\\p{L}))\\s?';
/** Groups of three: `1,234,567.8`, with an apostrophe, an underscore or a space likewise; `12,34,567` of India. */
const ENGLISH =
  "(?:[1-9]\\d{0,2}(?<gap>[,'_ \\u2019\\u00a0\\u202f\\u2009])\\d{3}(?:\\k<gap>\\d{3})*|[1-9]\\d?(?:,\\d{2})+,\\d{3})" +
  '(?!\\d|\\s?[/\\u2044])(?:\\.\\d+|(?<!,\\d{3}),\\d+(?![\\d,]*,\\d)(?!\\d))?';
/** `1.234.567,8` and `1.234.567` */
const EUROPEAN = '\\d{1,3}(?:(?:\\.\\d{3})+,\\d+|(?:\\.\\d{3}){2,}(?![\\d.]))';
/** `1 1/2` and `1/2`, but not a part of `1/2/3`. */
const FRACTION = '(?:(?<whole>\\d+)\\s+)?(?<over>\\d+)\\s?[/\\u2044]\\s?(?<under>\\d+)(?![/\\d]|\\.\\d)';
/** `0,5`, but not the start of a list: `1,2,3`. */
const COMMA = '\\d+,\\d+(?![\\d,]*,\\d)(?!\\d)';
const PLAIN = '(?:\\d+(?:\\.\\d+)?|\\.\\d+)(?:[eE][-+]?\\d+)?';
const MULTIPLES = { thousand: '1e3', million: '1e6', billion: '1e9', trillion: '1e12' } as const;
const MULTIPLE = '(?:\\s?(?<multiple>[Tt]housand|[MmBb]illion|[Tt]rillion)(?!\\p{L}))?';

/** Not inside a word or a longer number: the 2 of `B2B` and of `GPT-2` is a name's, not an amount. */
const NUMBER = new RegExp(
  `(?<![\\p{L}\\d_.]|\\p{L}-)(?:(?<other>(?:${DATE}|${TIME}|${VERSION})(?![\\p{L}\\d]|[.:/-]\\d))|` +
    `(?<before>${SIGN})?(?:${CURRENCY})?(?<after>${SIGN})?` +
    `(?:(?<european>${EUROPEAN})|(?<english>${ENGLISH})|${FRACTION}|(?<comma>(?<!\\d,)${COMMA})|(?<plain>${PLAIN}))` +
    `${MULTIPLE}\\s?(?<percent>%|per\\s?cent(?!\\p{L}))?)`,
  'gu',
);

type Found = { readonly number: FoundNumber } | { readonly other: string };

/**
 * The numbers of a text in their order: sign before or after a currency, thousands separators, decimals, fractions,
 * exponent, percent sign; dates, times and versions between them as what they are. A lone comma is a thousands
 * separator before exactly three digits (`1,234`, not `0,125`), else a decimal comma.
 */
function found(text: string): readonly Found[] {
  return [...text.matchAll(NUMBER)].flatMap(({ groups = {} }): readonly Found[] => {
    const { other } = groups;
    if (other !== undefined) return [{ other }];
    const size = sizeOf(groups);
    if (size === null) return [];
    const negative = isMinus(groups.before) !== isMinus(groups.after);
    return [{ number: { value: negative ? negativeOf(size) : size, percent: groups.percent !== undefined } }];
  });
}

function sizeOf({
  european,
  english,
  gap,
  comma,
  plain,
  whole = '0',
  over,
  under,
  multiple,
}: Partial<Record<string, string>>): ExactNumber | null {
  if (over !== undefined) return fractionOf(whole, over, under ?? '0');
  const written = exactNumber(
    european?.replaceAll('.', '').replace(',', '.') ??
      (english === undefined ? undefined : ungrouped(english, gap ?? ',')) ??
      comma?.replace(',', '.') ??
      plain ??
      '',
  );
  const times = exactNumber(Object.entries(MULTIPLES).find(([word]) => word === multiple?.toLowerCase())?.[1] ?? '1');
  return written === null || times === null ? null : timesExact(written, times);
}

/** `1 234,5` as `1234.5`: a comma that groups nothing is a decimal comma. */
const ungrouped = (grouped: string, gap: string): string => grouped.replaceAll(gap, '').replace(',', '.');

function fractionOf(whole: string, over: string, under: string): ExactNumber | null {
  const [full, part, parts] = [exactNumber(whole), exactNumber(over), exactNumber(under)];
  if (full === null || part === null || parts === null || parts.over === 0n) return null;
  return plusExact(full, { over: part.over, under: parts.over });
}

const isMinus = (sign: string | undefined): boolean => sign !== undefined && sign !== '+';

/** What a marked answer begins with, all of it no letter, so that a heading `#### Step 2` marks none. */
const HASHES = /####\s*([^\p{L}\n]*\d[^\n]*)/gu;
const ANSWER_IS = /\banswer[*_`"\s]*(?:is|:|=)[:*_`"\s]*([^\n]*)/gi;

const lastOf = (text: string, pattern: RegExp): string | null => [...text.matchAll(pattern)].at(-1)?.[1] ?? null;

/** The inside of the last `\boxed{…}`, whose braces may hold others. */
function boxed(text: string): string | null {
  const start = text.lastIndexOf('\\boxed{');
  if (start < 0) return null;
  let depth = 0;
  for (let at = start + '\\boxed'.length; at < text.length; at += 1) {
    if (text[at] === '{') depth += 1;
    if (text[at] === '}') depth -= 1;
    if (depth === 0) return text.slice(start + '\\boxed{'.length, at);
  }
  return text.slice(start + '\\boxed{'.length);
}

const MARKED: readonly (readonly [how: string, marked: (text: string) => string | null])[] = [
  ['after ####', (text) => lastOf(text, HASHES)],
  ['in \\boxed{}', boxed],
  ['after "answer is"', (text) => lastOf(text, ANSWER_IS)?.replace(/^.*=/, '') ?? null],
];

/**
 * The number that a text ends in: after `####` (GSM8K), in `\boxed{}` (MATH), after "the answer is", else the last;
 * or the first, where that is chosen. Where a date, time or version stands in its place there is none.
 */
export function readNumber(written: string, place: NumberPlace): NumberReading {
  const text = withPlainNumbers(written);
  if (place === 'first') return asReading(found(text).at(0), 'the first number');
  for (const [how, markedIn] of MARKED) {
    const first = found(markedIn(text) ?? '').at(0);
    if (first !== undefined) return asReading(first, how);
  }
  return asReading(found(text).at(-1), 'the last number');
}

/** Whether a text holds one number and no more: a list of them, a range or a telephone number is none. */
export const isOneNumber = (text: string): boolean => {
  const [one, ...others] = found(withPlainNumbers(text));
  return one !== undefined && 'number' in one && others.length === 0;
};

function asReading(one: Found | undefined, how: string): NumberReading {
  if (one === undefined) return { number: null, how, other: null };
  return 'other' in one ? { number: null, how, other: one.other } : { number: one.number, how, other: null };
}
