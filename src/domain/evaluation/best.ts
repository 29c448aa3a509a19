import { mcnemar } from './statistics/mcnemar.ts';
import { scoreAt } from './summary/figures.ts';
import type { EvaluatedItem, ModelRef } from './types.ts';

export interface Candidate {
  readonly model: ModelRef;
  readonly passed: number;
  readonly accuracy: number;
  readonly meanScore: number;
}

export interface BestModel {
  readonly best: Candidate;
  /** All of them, best first. */
  readonly ranking: readonly Candidate[];
  /** Items that every candidate has a score for: nothing else is compared. */
  readonly items: number;
  /** Candidates no worse than the best in both measures, told apart only by their order. */
  readonly tied: readonly ModelRef[];
  /** Exact McNemar p of the best against the next; null without a next. At 0.05 or more chance may have chosen. */
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
      return { place, candidate: { model, passed, accuracy: passed / scores.length, meanScore } };
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
    p: second === undefined ? null : mcnemar(only(first.place, second.place), only(second.place, first.place)),
  };
}
