import type { CooperativeTask } from '../common/cooperative.ts';
import {
  type EvaluationSummary,
  FEWEST_ITEMS,
  type ModelSummary,
  type PairSummary,
  scoreAt,
} from '../evaluation/metrics.ts';
import { normalQuantile, pairedDifference } from '../evaluation/statistics/difference.ts';
import { bootstrapTask, type Interval, mean } from '../evaluation/statistics/intervals.ts';
import { holm, signFlipTask } from '../evaluation/statistics/many.ts';
import { summaryTask } from '../evaluation/summary.ts';
import type { EvaluatedItem, EvaluationPlan } from '../evaluation/types.ts';
import type { Candidate } from './candidates.ts';

export interface CandidateFigures extends Candidate {
  readonly summary: ModelSummary;
  /** US$ of 1,000 calls like those measured; null when the price is unknown. */
  readonly per1000Usd: number | null;
  /** Milliseconds from sending to the whole answer; null where none was timed. */
  readonly latencyP50Ms: number | null;
  readonly latencyP95Ms: number | null;
  /** Tokens of a call on average; null without answers. */
  readonly promptTokens: number | null;
  readonly completionTokens: number | null;
}

/** Two candidates on the items both answered, by their places. */
export interface ComparedPair {
  readonly first: number;
  readonly second: number;
  readonly pair: PairSummary;
  /** Accuracy, or mean score, of the second less the first; null without an item of both. */
  readonly difference: number | null;
  /** 95%, of this pair alone. */
  readonly interval: Interval | null;
  /** Of this pair alone. */
  readonly p: number;
  /** Corrected for all pairs, after Holm. */
  readonly adjusted: number;
}

/** What is shown of not being worse than the best. */
export interface NonInferiority {
  /** Points as a share: 0.02 for two. Of mean scores in their own unit. */
  readonly margin: number;
  /** Places of candidates that are shown to be no more than the margin below every other. */
  readonly shown: readonly number[];
  /** Of those, the cheapest by the price of its calls; null where none is shown, or no price is known. */
  readonly cheapest: number | null;
  /** Of those, the ones whose price is unknown. */
  readonly unpriced: readonly number[];
}

export interface Comparison {
  readonly summary: EvaluationSummary;
  readonly candidates: readonly CandidateFigures[];
  readonly pairs: readonly ComparedPair[];
  /** The highest accuracy, or mean score; the first of several. Null where nothing is measured. */
  readonly best: number | null;
  /** Null where no margin was set, or fewer than two are measured. */
  readonly notWorse: NonInferiority | null;
}

export interface ComparisonOptions {
  readonly margin: number | null;
  /** Of what is drawn. */
  readonly seed?: number;
}

/** Of claims about the best: the chance of even one false one. */
const ALPHA = 0.05;

/** The figures of a bake-off, a part at a time. Null without a grader. */
export function* comparisonTask(
  items: readonly EvaluatedItem[],
  candidates: readonly Candidate[],
  { graders }: Pick<EvaluationPlan, 'graders'>,
  { margin, seed = 1 }: ComparisonOptions,
): CooperativeTask<Comparison | null> {
  const summary = yield* summaryTask(items, { models: candidates.map(({ model }) => model), graders }, { seed });
  if (summary === null) return null;
  const figures = candidates.flatMap((candidate, place) => {
    const own = summary.models[place];
    return own === undefined ? [] : [figuresOf(candidate, own, items, place)];
  });
  const tested: Omit<ComparedPair, 'adjusted'>[] = [];
  let at = 0;
  for (const first of candidates.keys()) {
    for (let second = first + 1; second < candidates.length; second += 1) {
      const pair = summary.pairs[at];
      at += 1;
      if (pair === undefined || pair.n === 0) continue;
      yield;
      tested.push(yield* testedPair(items, pair, first, second, seed));
    }
  }
  const adjusted = holm(tested.map(({ p }) => p));
  const pairs = tested.map((pair, place) => ({ ...pair, adjusted: adjusted[place] ?? 1 }));
  const measured = figures.flatMap(({ summary: { main } }, place) => (levelOf(main) === null ? [] : [place]));
  const best = measured.reduce<number | null>((top, place) => (isAbove(figures, place, top) ? place : top), null);
  const notWorse =
    margin === null || measured.length < 2
      ? null
      : yield* nonInferiority(items, figures, { measured, pairs, margin, seed });
  return { summary, candidates: figures, pairs, best, notWorse };
}

const levelOf = ({ accuracy, meanScore, graded }: ModelSummary['main']): number | null =>
  graded > 0 ? accuracy : meanScore;

function isAbove(figures: readonly CandidateFigures[], place: number, top: number | null): boolean {
  const own = figures[place];
  const other = top === null ? undefined : figures[top];
  if (own === undefined || other === undefined) return own !== undefined;
  return (levelOf(own.summary.main) ?? 0) > (levelOf(other.summary.main) ?? 0);
}

function figuresOf(
  candidate: Candidate,
  summary: ModelSummary,
  items: readonly EvaluatedItem[],
  place: number,
): CandidateFigures {
  const { answered, unpriced, costUsd, promptTokens, completionTokens } = summary;
  const times = items
    .flatMap(({ predictions }) => {
      const prediction = predictions[place];
      return prediction?.status === 'done' ? (prediction.latencyMs ?? []) : [];
    })
    .toSorted((a, b) => a - b);
  return {
    ...candidate,
    summary,
    per1000Usd: costUsd === null || answered === unpriced ? null : (costUsd / (answered - unpriced)) * 1000,
    latencyP50Ms: rank(times, 0.5),
    latencyP95Ms: rank(times, 0.95),
    promptTokens: answered === 0 ? null : promptTokens / answered,
    completionTokens: answered === 0 ? null : completionTokens / answered,
  };
}

/** The nearest rank (NIST handbook, 7.2.6.2): a time that was measured, never one between two. */
function rank(sorted: readonly number[], share: number): number | null {
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? null;
}

function* testedPair(
  items: readonly EvaluatedItem[],
  pair: PairSummary,
  first: number,
  second: number,
  seed: number,
): CooperativeTask<Omit<ComparedPair, 'adjusted'>> {
  const places = { first, second, pair };
  if (pair.difference !== null) {
    const { difference, low, high } = pairedDifference(turned(pair));
    return { ...places, difference, interval: { low, high }, p: pair.p };
  }
  const differences = scoreDifferences(items, first, second);
  const interval = pair.scoreDifference?.interval ?? (yield* bootstrapTask(differences, seed));
  return { ...places, difference: mean(differences), interval, p: yield* signFlipTask(differences, seed) };
}

/** The counts seen from the second. */
const turned = ({ bothRight, onlyFirst, onlySecond, bothWrong }: PairSummary) => ({
  bothRight,
  bothWrong,
  onlyFirst: onlySecond,
  onlySecond: onlyFirst,
});

/** Of the second less the first. */
function scoreDifferences(items: readonly EvaluatedItem[], first: number, second: number): readonly number[] {
  return items.flatMap((item) => {
    const [one, other] = [scoreAt(item, first, 0), scoreAt(item, second, 0)];
    return one === null || other === null ? [] : [other.value - one.value];
  });
}

interface Ranked {
  readonly measured: readonly number[];
  readonly pairs: readonly ComparedPair[];
  readonly margin: number;
  readonly seed: number;
}

/**
 * Which candidates are shown to be no more than the margin below the best, whichever that is. For one of them each comparison with another must
 * show it: an intersection-union test, which needs no correction for the number of others (Berger, Technometrics 24 (1982)
 * 295-300), nor a choice of the best beforehand (the constrained comparisons of Hsu, Annals of Statistics 12 (1984) 1136-1144,
 * rest on the same). For the number of candidates each is tested at 5% divided by it (Bonferroni), one-sided: then all
 * claims hold together with 95%, and one may be chosen by its price.
 */
function* nonInferiority(
  items: readonly EvaluatedItem[],
  figures: readonly CandidateFigures[],
  { measured, pairs, margin, seed }: Ranked,
): CooperativeTask<NonInferiority> {
  const tail = ALPHA / measured.length;
  const shown: number[] = [];
  for (const place of measured) {
    let holds = true;
    for (const other of measured) {
      if (other === place || !holds) continue;
      const found = pairs.find(
        ({ first, second }) => (first === place && second === other) || (first === other && second === place),
      );
      yield;
      const most = found === undefined ? null : yield* mostBelow(items, found, place, tail, seed);
      holds = most !== null && most < margin;
    }
    if (holds) shown.push(place);
  }
  const priced = shown.filter((place) => figures[place]?.per1000Usd !== null);
  const price = (place: number): number => figures[place]?.per1000Usd ?? Number.POSITIVE_INFINITY;
  const level = (place: number): number => levelOf(figures[place]?.summary.main ?? NOTHING) ?? 0;
  const [cheapest = null] = priced.toSorted((a, b) => price(a) - price(b) || level(b) - level(a));
  return { margin, shown, cheapest, unpriced: shown.filter((place) => figures[place]?.per1000Usd === null) };
}

const NOTHING = { accuracy: null, meanScore: null, graded: 0 } as ModelSummary['main'];

/** How far below the other `place` may be at most, at the level of the claims; null where the items are too few to say. */
function* mostBelow(
  items: readonly EvaluatedItem[],
  { first, second, pair, difference }: ComparedPair,
  place: number,
  tail: number,
  seed: number,
): CooperativeTask<number | null> {
  if (difference === null || pair.n < FEWEST_ITEMS) return null;
  if (pair.difference !== null) {
    const z = normalQuantile(1 - tail);
    // From the side of the other: how much more often it is right.
    return pairedDifference(place === second ? pair : turned(pair), z).high;
  }
  const differences = scoreDifferences(items, place, place === first ? second : first);
  return (yield* bootstrapTask(differences, seed, undefined, tail))?.high ?? null;
}
