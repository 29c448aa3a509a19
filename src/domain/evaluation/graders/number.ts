import * as z from 'zod';
import { ok } from '../../common/outcome.ts';
import { accepted, defineGrader, type Grader, notAmount, outOfRange, RIGHT, readAmount, wrong } from './grader.ts';

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

const parameters = z.object({ kind: z.literal('number'), tolerance: z.number(), relative: z.boolean() });

/** The first number of the answer is within `tolerance` of the target's (absolute, or relative with `%`). */
export const number = defineGrader({
  schema: parameters,
  nameOf: ({ tolerance, relative }) => `number within ${tolerance}${relative ? '%' : ''}`,
  choice: { label: 'number', note: 'within a tolerance', place: 5 },
  fields: {
    tolerance: { input: 'number', label: 'Tolerance', initial: 0, rules: { min: 0, step: 0.1 } },
    relative: { input: 'toggle', label: 'Measured', initial: false, words: ['in % of the target', 'absolute'] },
  },
  readDraft: (draft) => accepted({ kind: 'number', tolerance: draft('tolerance'), relative: draft('relative') }),
  draftOf: ({ tolerance, relative }) => ({ tolerance, relative }),
  flag: {
    form: 'number[:TOLERANCE[%]]',
    read: (rest) => {
      const typed = rest?.replace(/%$/, '') ?? '0';
      const tolerance = readAmount(typed);
      if (tolerance === null) return notAmount(typed);
      return accepted({ kind: 'number', tolerance, relative: rest?.endsWith('%') === true });
    },
  },
  classesOf: () => null,
  grading: {
    by: 'rules',
    compile: ({ tolerance, relative }) =>
      Number.isFinite(tolerance) && tolerance >= 0
        ? ok(numberGrader(tolerance, relative))
        : outOfRange('The tolerance', '0 or more'),
  },
});
