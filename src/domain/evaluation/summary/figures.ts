import { bootstrapParts, mean } from '../statistics/bootstrap.ts';
import { mcnemar } from '../statistics/mcnemar.ts';
import type { Parts } from '../statistics/parts.ts';
import { moreRows } from '../statistics/power.ts';
import { wilson } from '../statistics/wilson.ts';
import type { EvaluatedItem, GraderSpec, ModelRef, Score } from '../types.ts';
import type { GraderFigures, PairSummary } from './types.ts';

/** The score of a model on an item by a grader, all by place; null where there is none. */
export function scoreAt({ predictions }: EvaluatedItem, modelIndex: number, graderIndex: number): Score | null {
  const prediction = predictions[modelIndex];
  return prediction?.status === 'done' ? (prediction.scores[graderIndex] ?? null) : null;
}

/** Whether scores say more than right and wrong do. */
const isGraded = (scores: readonly Score[]): boolean => scores.some(({ value, passed }) => value !== (passed ? 1 : 0));

export function* graderFigures(grader: GraderSpec, scores: readonly Score[], seed: number): Parts<GraderFigures> {
  const graded = scores.length;
  const passed = scores.filter((score) => score.passed).length;
  const values = scores.map(({ value }) => value);
  return {
    grader,
    graded,
    passed,
    accuracy: graded === 0 ? null : passed / graded,
    interval: wilson(passed, graded),
    meanScore: mean(values),
    meanInterval: isGraded(scores) ? yield* bootstrapParts(values, seed) : null,
  };
}

export interface Side {
  readonly model: ModelRef;
  /** By item; null where the model has no score. */
  readonly scores: readonly (Score | null)[];
}

/** Two models on the items both have a score for. */
export function* pairSummary(one: Side, other: Side, seed: number): Parts<PairSummary> {
  const both = one.scores.flatMap((first, index) => {
    const second = other.scores[index] ?? null;
    return first === null || second === null ? [] : [{ first, second }];
  });
  const count = (first: boolean, second: boolean) =>
    both.filter((pair) => pair.first.passed === first && pair.second.passed === second).length;
  const [onlyFirst, onlySecond] = [count(true, false), count(false, true)];
  const n = both.length;
  return {
    first: one.model,
    second: other.model,
    n,
    onlyFirst,
    onlySecond,
    bothRight: count(true, true),
    bothWrong: count(false, false),
    difference: n === 0 ? null : (onlySecond - onlyFirst) / n,
    p: mcnemar(onlyFirst, onlySecond),
    moreRows: moreRows(onlyFirst, onlySecond, n),
    scoreDifference: yield* scoreDifference(both, seed),
  };
}

function* scoreDifference(
  both: readonly { readonly first: Score; readonly second: Score }[],
  seed: number,
): Parts<PairSummary['scoreDifference']> {
  if (!isGraded(both.flatMap(({ first, second }) => [first, second]))) return null;
  const differences = both.map(({ first, second }) => second.value - first.value);
  const average = mean(differences);
  const interval = yield* bootstrapParts(differences, seed);
  return average === null || interval === null ? null : { mean: average, interval };
}
