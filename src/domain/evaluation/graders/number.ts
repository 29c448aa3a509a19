import * as z from 'zod';
import {
  absoluteOf,
  compareExact,
  type ExactNumber,
  exactNumber,
  exactText,
  hasDecimals,
  negativeOf,
  plusExact,
  timesExact,
} from '../../common/exact-number.ts';
import { ok } from '../../common/outcome.ts';
import { type FoundNumber, type NumberPlace, type NumberReading, readNumber } from './find-number.ts';
import { accepted, defineGrader, type Grader, notAmount, outOfRange, readAmount, verdict, wrong } from './grader.ts';
import { asideShape } from './set-aside.ts';

/** Room for a fraction that was written in decimals which never end, of its size where that is above 1. */
const ROUNDING: ExactNumber = { over: 1n, under: 1_000_000_000_000n };
const NONE: ExactNumber = { over: 0n, under: 1n };
const HUNDREDTH: ExactNumber = { over: 1n, under: 100n };

/**
 * Passes when the numbers of answer and target differ by at most `tolerance`, or with `relative` by at most
 * `tolerance` per cent of the target. They are compared to their last digit, as they are written. `12%` beside a target
 * without the sign is 0.12.
 */
export function numberGrader(tolerance: number, relative: boolean, take: NumberPlace = 'final'): Grader {
  const allowed = exactNumber(String(tolerance)) ?? NONE;
  return (answer, target) => {
    const wanted = readNumber(target, take);
    if (wanted.number === null) return wrong(noNumber('target', wanted));
    const given = readNumber(answer, take);
    if (given.number === null) return wrong(noNumber('answer', given));
    const alike = given.number.percent === wanted.number.percent;
    const [got, want] = [amountOf(given.number, alike), amountOf(wanted.number, alike)];
    const room = relative ? timesExact(timesExact(allowed, HUNDREDTH), absoluteOf(want)) : allowed;
    const distance = absoluteOf(plusExact(got, negativeOf(want)));
    const note = `${exactText(got)} for ${exactText(want)}, ${given.how}`;
    return verdict(compareExact(distance, plusExact(room, roundingOf(got, want))) <= 0, note);
  };
}

const noNumber = (where: string, { other }: NumberReading): string =>
  other === null ? `no number in the ${where}` : `no number in the ${where}: ${other} is a date, time or version`;

const amountOf = (found: FoundNumber, alike: boolean): ExactNumber =>
  found.percent && !alike ? timesExact(found.value, HUNDREDTH) : found.value;

function roundingOf(got: ExactNumber, want: ExactNumber): ExactNumber {
  if (hasDecimals(got) && hasDecimals(want)) return NONE;
  const size = absoluteOf(want);
  return compareExact(size, { over: 1n, under: 1n }) > 0 ? timesExact(size, ROUNDING) : ROUNDING;
}

const TAKES_FIRST = { take: 'first' } as const;

const parameters = z.object({
  kind: z.literal('number'),
  tolerance: z.number(),
  relative: z.boolean(),
  /** Absent, the final answer. */
  take: z.enum(['final', 'first']).optional(),
  ...asideShape,
});

/** The number that the answer ends in is within `tolerance` of the target's (absolute, or relative with `%`). */
export const number = defineGrader({
  schema: parameters,
  nameOf: ({ tolerance, relative, take }) =>
    `${take === 'first' ? 'first ' : ''}number within ${tolerance}${relative ? '%' : ''}`,
  choice: { label: 'number', note: 'within a tolerance', place: 5 },
  fields: {
    tolerance: { input: 'number', label: 'Tolerance', initial: 0, rules: { min: 0, step: 0.1 } },
    relative: { input: 'toggle', label: 'Measured', initial: false, words: ['in % of the target', 'absolute'] },
    first: { input: 'toggle', label: 'Counts', initial: false, words: ['the first number', 'the final answer'] },
  },
  readDraft: (draft) =>
    accepted({
      kind: 'number',
      tolerance: draft('tolerance'),
      relative: draft('relative'),
      ...(draft('first') ? TAKES_FIRST : {}),
    }),
  draftOf: ({ tolerance, relative, take }) => ({ tolerance, relative, first: take === 'first' }),
  flag: {
    form: 'number[:TOLERANCE[%]][:first]',
    read: (rest) => {
      const first = rest === 'first' || rest?.endsWith(':first') === true;
      const amount = rest?.replace(/:?first$/, '') || '0';
      const typed = amount.replace(/%$/, '');
      const tolerance = readAmount(typed);
      if (tolerance === null) return notAmount(typed);
      return accepted({
        kind: 'number',
        tolerance,
        relative: amount.endsWith('%'),
        ...(first ? TAKES_FIRST : {}),
      });
    },
  },
  usuallyAside: ['thoughts', 'markdown'],
  classesOf: () => null,
  format: ({ take }) => ({
    does: 'hold a number',
    holds: (answer) => readNumber(answer, take ?? 'final').number !== null,
  }),
  grading: {
    by: 'rules',
    compile: ({ tolerance, relative, take }) =>
      Number.isFinite(tolerance) && tolerance >= 0
        ? ok(numberGrader(tolerance, relative, take))
        : outOfRange('The tolerance', '0 or more'),
  },
});
