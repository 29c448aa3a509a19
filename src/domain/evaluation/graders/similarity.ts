import * as z from 'zod';
import { ok } from '../../common/outcome.ts';
import { accepted, comparison, defineGrader, type Grader, notAmount, outOfRange, readAmount } from './grader.ts';
import { asideShape } from './set-aside.ts';

/**
 * chrF: how many character n-grams two texts share, n from 1 to 6, white space left out. Popović, "chrF: character
 * n-gram F-score for automatic MT evaluation", WMT 2015 (W15-3049), with beta 2 as in "chrF deconstructed", WMT 2016
 * (W16-2341) and as sacreBLEU computes a sentence by default: precision and recall averaged over the orders that
 * both texts have, then F-beta. It asks for no language and no tokeniser, and is linear in the texts.
 */
const ORDERS = [1, 2, 3, 4, 5, 6] as const;
const BETA_SQUARED = 4;

/** chrF of `answer` against `target`, 0 to 1 (sacreBLEU says it times 100). Two empty texts are the same: 1. */
export function chrF(answer: string, target: string): number {
  const [hypothesis, reference] = [characters(answer), characters(target)];
  if (hypothesis.length === 0 && reference.length === 0) return 1;
  const orders = ORDERS.filter((n) => hypothesis.length >= n && reference.length >= n);
  if (orders.length === 0) return 0;
  let precision = 0;
  let recall = 0;
  for (const n of orders) {
    const matches = sharedGrams(hypothesis, reference, n);
    precision += matches / (hypothesis.length - n + 1);
    recall += matches / (reference.length - n + 1);
  }
  if (precision + recall === 0) return 0;
  precision /= orders.length;
  recall /= orders.length;
  return ((1 + BETA_SQUARED) * precision * recall) / (BETA_SQUARED * precision + recall);
}

/** The value is chrF itself. It passes when that reaches `threshold`; null is no pass mark. */
export function similarityGrader(threshold: number | null): Grader {
  return (answer, target) => {
    const value = chrF(answer, target);
    return {
      value,
      passed: threshold === null ? null : value >= threshold,
      note: `chrF ${value.toFixed(2)}, ${comparison(answer, target)}`,
    };
  };
}

/** A text as a row of characters without white space. */
interface Characters {
  readonly length: number;
  readonly gram: (at: number, n: number) => string;
}

/** By code points. Nearly all text has no pair of surrogates, and is cut where it lies. */
function characters(text: string): Characters {
  const bare = text.replaceAll(/\s+/g, '');
  if (!/[\ud800-\udfff]/.test(bare)) return { length: bare.length, gram: (at, n) => bare.slice(at, at + n) };
  const points = [...bare];
  return { length: points.length, gram: (at, n) => points.slice(at, at + n).join('') };
}

function sharedGrams(hypothesis: Characters, reference: Characters, n: number): number {
  const left = new Map<string, number>();
  for (let at = 0; at + n <= reference.length; at += 1) {
    const gram = reference.gram(at, n);
    left.set(gram, (left.get(gram) ?? 0) + 1);
  }
  let shared = 0;
  for (let at = 0; at + n <= hypothesis.length; at += 1) {
    const gram = hypothesis.gram(at, n);
    const count = left.get(gram) ?? 0;
    if (count === 0) continue;
    left.set(gram, count - 1);
    shared += 1;
  }
  return shared;
}

/** Of a command line that names none. */
const USUAL_THRESHOLD = 0.5;

/** A similarity in [0, 1]; passes at `threshold`. */
export const similarity = defineGrader({
  schema: z.object({ kind: z.literal('similarity'), threshold: z.number().nullable(), ...asideShape }),
  nameOf: ({ threshold }) => (threshold === null ? 'similarity (chrF)' : `similarity (chrF) of ${threshold} or more`),
  choice: { label: 'similar text', note: 'chrF (Popović 2015)', place: 9 },
  fields: {
    marked: { input: 'toggle', label: 'Counts', initial: true, words: ['right from a pass mark', 'the mean alone'] },
    threshold: { input: 'number', label: 'Passes at', initial: 0.8, rules: { min: 0, max: 1, step: 0.05 } },
  },
  readDraft: (draft) => accepted({ kind: 'similarity', threshold: draft('marked') ? draft('threshold') : null }),
  draftOf: ({ threshold }) => (threshold === null ? { marked: false } : { marked: true, threshold }),
  flag: {
    form: 'similarity[:THRESHOLD|:mean]',
    read: (rest) => {
      if (rest === 'mean') return accepted({ kind: 'similarity', threshold: null });
      const threshold = rest === null ? USUAL_THRESHOLD : readAmount(rest);
      return threshold === null ? notAmount(rest ?? '') : accepted({ kind: 'similarity', threshold });
    },
  },
  usuallyAside: [],
  classesOf: () => null,
  grading: {
    by: 'rules',
    compile: ({ threshold }) =>
      threshold === null || (threshold >= 0 && threshold <= 1)
        ? ok(similarityGrader(threshold))
        : outOfRange('The threshold of the similarity', 'from 0 to 1'),
  },
});
