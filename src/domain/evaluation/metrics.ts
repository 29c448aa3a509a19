import type { CooperativeTask } from '../common/cooperative.ts';
import type { ModelRef } from '../provider/models.ts';
import type { Baseline } from './baseline.ts';
import type { Score } from './graders/grader.ts';
import type { GraderSpec } from './graders/graders.ts';
import type { ClassMetrics, ConfusionMatrix, MacroMetrics } from './statistics/confusion.ts';
import { bootstrapTask, type Interval, mean, wilson } from './statistics/intervals.ts';
import { mcnemar, moreRows } from './statistics/paired.ts';
import type { EvaluatedItem } from './types.ts';

/** What one grader says of one model. Failed and pending items are in no figure. */
export interface GraderMetrics {
  readonly grader: GraderSpec;
  /** Answers that this grader says are right or wrong: what the shares are of. None without a pass mark. */
  readonly graded: number;
  readonly passed: number;
  /** Passed of graded; null when nothing is graded. */
  readonly accuracy: number | null;
  /** Wilson's 95% interval of the accuracy. */
  readonly interval: Interval;
  readonly meanScore: number | null;
  /** 95% percentile bootstrap; null where scores are only 0 and 1, which `interval` covers, or fewer than two. */
  readonly meanInterval: Interval | null;
}

/** Of scores that are a mean alone: nothing is right or wrong. */
export const isMean = ({ graded, meanScore }: GraderMetrics): boolean => graded === 0 && meanScore !== null;

/** Classes of a model's answers, after normalising labels; see `classesOf`. */
export interface ClassReport {
  readonly matrix: ConfusionMatrix;
  readonly classes: readonly ClassMetrics[];
  readonly macro: MacroMetrics | null;
  /** Answers that named no label of the set. */
  readonly outside: number;
}

export interface ModelSummary {
  readonly model: ModelRef;
  readonly answered: number;
  /** Of the answered, those that ended at the limit of tokens: graded as they stand. */
  readonly cut: number;
  /** Calls that failed: neither right nor wrong. */
  readonly failed: number;
  readonly pending: number;
  /** By the grader that decides. */
  readonly main: GraderMetrics;
  /** By every grader, in the order of the plan. */
  readonly graders: readonly GraderMetrics[];
  readonly promptTokens: number;
  readonly completionTokens: number;
  /** US$ of the answers whose price is known; null when none is. */
  readonly costUsd: number | null;
  /** Answers whose cost is unknown, so `costUsd` leaves them out. */
  readonly unpriced: number;
  readonly classes: ClassReport | null;
  /** By the grader that decides; null where it expects no format. */
  readonly format: FormatShare | null;
}

/** How many answers have the format that the grader expects, right or wrong. */
export interface FormatShare {
  /** What they do: `name a label`. */
  readonly does: string;
  readonly count: number;
  readonly of: number;
}

/** Two models on the items that both have a score for. */
export interface PairSummary {
  readonly first: ModelRef;
  readonly second: ModelRef;
  readonly n: number;
  readonly bothRight: number;
  /** McNemar's b. */
  readonly onlyFirst: number;
  /** McNemar's c. */
  readonly onlySecond: number;
  readonly bothWrong: number;
  /** Accuracy of the second less that of the first, on these items; null when there are none, or no pass mark. */
  readonly difference: number | null;
  /** Exact McNemar, two-sided. Of several pairs each is tested by itself, uncorrected. */
  readonly p: number;
  /** About how many more items would separate them: 0 when they are, null when they do not differ, or the items are too few. */
  readonly moreRows: number | null;
  /** Mean score of the second less the first, and its 95% paired bootstrap; null where scores are only 0 and 1. */
  readonly scoreDifference: { readonly mean: number; readonly interval: Interval } | null;
}

export interface SliceCell {
  readonly graded: number;
  readonly passed: number;
  readonly accuracy: number | null;
  readonly interval: Interval;
}

export interface SliceRow {
  readonly value: string;
  readonly items: number;
  /** In the order of the plan's models. */
  readonly models: readonly SliceCell[];
}

export interface SliceTable {
  readonly kind: 'slot' | 'label' | 'length';
  readonly name: string;
  /** Most items first; lengths from short to long. */
  readonly rows: readonly SliceRow[];
  /** Values past the hundred with the most items. */
  readonly omitted: number;
}

export interface EvaluationSummary {
  readonly items: number;
  /** The grader that decides right or wrong. */
  readonly grader: GraderSpec;
  /** Its place in the plan. */
  readonly graderIndex: number;
  /** Null when the targets are of no classes. */
  readonly baseline: Baseline | null;
  readonly models: readonly ModelSummary[];
  /** Every two models, the earlier of the plan first. */
  readonly pairs: readonly PairSummary[];
  readonly slices: readonly SliceTable[];
  /** By the grader that decides; null of one model, and where no item is answered by all. */
  readonly best: BestModel | null;
  /** So few items that no share of them says anything. */
  readonly tooFew: boolean;
}

/** Fewer items than this leave an interval as wide as half of all there is. */
export const FEWEST_ITEMS = 10;

/** The score of a model on an item by a grader, all by place; null where there is none. */
export function scoreAt({ predictions }: EvaluatedItem, modelIndex: number, graderIndex: number): Score | null {
  const prediction = predictions[modelIndex];
  return prediction?.status === 'done' ? (prediction.scores[graderIndex] ?? null) : null;
}

/** Whether scores say more than right and wrong do. */
const isGraded = (scores: readonly Score[]): boolean =>
  scores.some(({ value, passed }) => passed === null || value !== (passed ? 1 : 0));

export function* graderMetrics(
  grader: GraderSpec,
  scores: readonly Score[],
  seed: number,
): CooperativeTask<GraderMetrics> {
  const graded = scores.filter((score) => score.passed !== null).length;
  const passed = scores.filter((score) => score.passed).length;
  const values = scores.map(({ value }) => value);
  return {
    grader,
    graded,
    passed,
    accuracy: graded === 0 ? null : passed / graded,
    interval: wilson(passed, graded),
    meanScore: mean(values),
    meanInterval: isGraded(scores) ? yield* bootstrapTask(values, seed) : null,
  };
}

export interface ModelScores {
  readonly model: ModelRef;
  /** By item; null where the model has no score. */
  readonly scores: readonly (Score | null)[];
}

/** Two models on the items both have a score for. */
export function* pairSummary(one: ModelScores, other: ModelScores, seed: number): CooperativeTask<PairSummary> {
  const both = one.scores.flatMap((first, index) => {
    const second = other.scores[index] ?? null;
    return first === null || second === null ? [] : [{ first, second }];
  });
  const count = (first: boolean, second: boolean) =>
    both.filter((pair) => pair.first.passed === first && pair.second.passed === second).length;
  const [onlyFirst, onlySecond] = [count(true, false), count(false, true)];
  const n = both.length;
  const more = moreRows(onlyFirst, onlySecond, n);
  return {
    first: one.model,
    second: other.model,
    n,
    onlyFirst,
    onlySecond,
    bothRight: count(true, true),
    bothWrong: count(false, false),
    difference: both.every((pair) => pair.first.passed === null) ? null : (onlySecond - onlyFirst) / n,
    p: mcnemar(onlyFirst, onlySecond),
    moreRows: n < FEWEST_ITEMS && more !== 0 ? null : more,
    scoreDifference: yield* scoreDifference(both, seed),
  };
}

function* scoreDifference(
  both: readonly { readonly first: Score; readonly second: Score }[],
  seed: number,
): CooperativeTask<PairSummary['scoreDifference']> {
  if (!isGraded(both.flatMap(({ first, second }) => [first, second]))) return null;
  const differences = both.map(({ first, second }) => second.value - first.value);
  const average = mean(differences);
  const interval = yield* bootstrapTask(differences, seed);
  return average === null || interval === null ? null : { mean: average, interval };
}

export interface Candidate {
  readonly model: ModelRef;
  readonly passed: number;
  /** Null without a pass mark. */
  readonly accuracy: number | null;
  readonly meanScore: number;
}

export interface BestModel {
  readonly best: Candidate;
  /** All of them, best first. */
  readonly ranking: readonly Candidate[];
  /** Items that every candidate has a score for: nothing else is compared. */
  readonly items: number;
  /** Candidates no worse than the best in both measures, distinguished only by their order. */
  readonly tied: readonly ModelRef[];
  /** Exact McNemar p of the best against the next; null without a next or without a pass mark. At 0.05 or more chance may have chosen. */
  readonly p: number | null;
}

/**
 * The best of several models (checkpoints of a job, say) by one grader of the plan, on the items all of them
 * answered. Most passed wins; then the higher mean score; then the earlier in `models`, so list checkpoints by step:
 * of two equal ones, the one trained less has had less chance to overfit. Null when nothing can be compared.
 */
export function bestModel(
  items: readonly EvaluatedItem[],
  models: readonly ModelRef[],
  graderIndex = 0,
): BestModel | null {
  const shared = items.flatMap((evaluated) => {
    const scores = models.flatMap((_, place) => scoreAt(evaluated, place, graderIndex) ?? []);
    return scores.length === models.length ? [scores] : [];
  });
  if (shared.length === 0) return null;
  const ranked = models
    .map((model, place) => {
      const scores = shared.flatMap((row) => row[place] ?? []);
      const passed = scores.filter((score) => score.passed).length;
      const meanScore = scores.reduce((sum, { value }) => sum + value, 0) / scores.length;
      const marked = scores.some((score) => score.passed !== null);
      return { place, candidate: { model, passed, accuracy: marked ? passed / scores.length : null, meanScore } };
    })
    .toSorted((a, b) => b.candidate.passed - a.candidate.passed || b.candidate.meanScore - a.candidate.meanScore);
  const [first, second] = ranked;
  if (first === undefined) return null;
  const tied = ranked.filter(
    ({ candidate }) => candidate.passed === first.candidate.passed && candidate.meanScore === first.candidate.meanScore,
  );
  const only = (right: number, wrong: number) =>
    shared.filter((row) => row[right]?.passed === true && row[wrong]?.passed === false).length;
  return {
    best: first.candidate,
    ranking: ranked.map(({ candidate }) => candidate),
    items: shared.length,
    tied: tied.slice(1).map(({ candidate }) => candidate.model),
    p:
      second === undefined || first.candidate.accuracy === null
        ? null
        : mcnemar(only(first.place, second.place), only(second.place, first.place)),
  };
}
