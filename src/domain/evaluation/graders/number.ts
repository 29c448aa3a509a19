import { type Grader, RIGHT, wrong } from './text.ts';

/** The first number found in a text. */
export interface FoundNumber {
  /** As written, a percent sign left aside: 12.5 for `12.5%`. */
  readonly value: number;
  readonly percent: boolean;
}

const SIGN = '[-+\\u2212]';
const CURRENCY = '(?:\\p{Lu}{0,2}\\p{Sc}|(?:USD|EUR|GBP|CHF|JPY)(?!\\p{L}))\\s?';
/** Groups of three: `1,234,567.8`, with an apostrophe or a fixed or thin space likewise. */
const ENGLISH = "\\d{1,3}(?<gap>[,'\\u2019\\u00a0\\u202f\\u2009])\\d{3}(?:\\k<gap>\\d{3})*(?!\\d)(?:\\.\\d+)?";
/** `1.234.567,8` */
const EUROPEAN = '\\d{1,3}(?:\\.\\d{3})+,\\d+';
const PLAIN = '(?:\\d+(?:\\.\\d+)?|\\.\\d+)(?:[eE][-+]?\\d+)?';

/** Not inside a word or a longer number: the 2 of `B2B` and of `GPT-2` is a name's, not an amount. */
const NUMBER = new RegExp(
  `(?<![\\p{L}\\d_.]|\\p{L}-)(?<before>${SIGN})?(?:${CURRENCY})?(?<after>${SIGN})?` +
    `(?:(?<european>${EUROPEAN})|(?<english>${ENGLISH})|(?<plain>${PLAIN}))\\s?(?<percent>%)?`,
  'u',
);

/**
 * The first number of a text: sign before or after a currency, thousands separators, decimals, exponent, percent
 * sign. A lone comma is a thousands separator only before exactly three digits (`1,234`); a decimal comma is read
 * only where dots group the thousands (`1.234,5`). Null when there is none.
 */
export function firstNumber(text: string): FoundNumber | null {
  const found = NUMBER.exec(text)?.groups;
  if (found === undefined) return null;
  const { before, after, european, english, plain, percent } = found;
  const digits = european?.replaceAll('.', '').replace(',', '.') ?? english?.replaceAll(/[^\d.]/g, '') ?? plain;
  const size = Number(digits);
  if (!Number.isFinite(size)) return null;
  const negative = isMinus(before) !== isMinus(after);
  return { value: negative ? -size : size, percent: percent !== undefined };
}

const isMinus = (sign: string | undefined): boolean => sign !== undefined && sign !== '+';

/** Room for the rounding of decimal fractions: 0.3 is within 0.1 of 0.2. */
const ROUNDING = 1e-12;

/**
 * Passes when the first numbers of answer and target differ by at most `tolerance`, or with `relative` by at most
 * `tolerance` per cent of the target. `12%` beside a target without the sign is 0.12.
 */
export function numberGrader(tolerance: number, relative: boolean): Grader {
  return (answer, target) => {
    const wanted = firstNumber(target);
    if (wanted === null) return wrong('no number in the target');
    const given = firstNumber(answer);
    if (given === null) return wrong('no number in the answer');
    const alike = given.percent === wanted.percent;
    const [got, want] = [amountOf(given, alike), amountOf(wanted, alike)];
    const room = relative ? (tolerance / 100) * Math.abs(want) : tolerance;
    const slack = ROUNDING * Math.max(1, Math.abs(want));
    return Math.abs(got - want) <= room + slack ? RIGHT : wrong(`${got} for ${want}`);
  };
}

const amountOf = (found: FoundNumber, alike: boolean): number =>
  found.percent && !alike ? found.value / 100 : found.value;
