import { createRandom, permutation } from '../common/random.ts';
import type { Interval } from '../evaluation/statistics/intervals.ts';
import type { CandidateFigures, ComparedPair, Comparison } from './comparison.ts';
import { targetId } from './target.ts';
import type { BakeoffTarget } from './target-settings.ts';

/** What one share of the rows came to. */
export interface CurveStop {
  readonly share: number;
  readonly candidate: number;
  /** Accuracy, or mean score; null where nothing is measured. */
  readonly level: number | null;
  /** 95%; null of nothing. */
  readonly interval: Interval | null;
}

/** From one share to the next larger: what the rows that were added did. */
export interface CurveStep {
  readonly from: number;
  readonly to: number;
  readonly difference: number;
  /** 95%, paired. */
  readonly interval: Interval;
  /** About how many more held-out items would show a difference; 0 where they do, null where no number is known. */
  readonly moreItems: number | null;
}

/** `rising`: the last rows that were added helped; `flat`: they gained less than the margin; `unclear`: the items are too few to say. */
export type CurveVerdict = 'rising' | 'flat' | 'unclear';

export interface LearningCurve {
  /** The target on all rows. */
  readonly target: BakeoffTarget;
  /** The smallest share first. */
  readonly stops: readonly CurveStop[];
  readonly steps: readonly CurveStep[];
  /** Would more rows help? Null before two shares are measured. */
  readonly verdict: CurveVerdict | null;
}

/** The targets that are the same but for their share of the rows, as curves; none where there is only one share. */
export function learningCurves(
  targets: readonly BakeoffTarget[],
  comparison: Pick<Comparison, 'candidates' | 'pairs'>,
  margin: number | null,
): readonly LearningCurve[] {
  const groups = Map.groupBy(targets, (target) => targetId({ ...target, share: 1 }));
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined || group.length < 2) return [];
    const stops = group
      .toSorted((a, b) => a.share - b.share)
      .flatMap((target) => {
        const place = comparison.candidates.findIndex((one) => one.targetId === targetId(target));
        const found = comparison.candidates[place];
        return found === undefined ? [] : [stopOf(target.share, place, found)];
      });
    const measured = stops.filter(({ level }) => level !== null);
    const steps = measured.slice(1).flatMap((to, at) => {
      const from = measured[at];
      const step = from === undefined ? null : stepBetween(from, to, comparison.pairs);
      return step === null ? [] : [step];
    });
    return [{ target: { ...first, share: 1 }, stops, steps, verdict: verdictOf(steps.at(-1), margin) }];
  });
}

function stopOf(share: number, candidate: number, { summary: { main } }: CandidateFigures): CurveStop {
  const marked = main.graded > 0;
  return {
    share,
    candidate,
    level: marked ? main.accuracy : main.meanScore,
    interval: marked ? main.interval : main.meanInterval,
  };
}

function stepBetween(from: CurveStop, to: CurveStop, pairs: readonly ComparedPair[]): CurveStep | null {
  const straight = pairs.find(({ first, second }) => first === from.candidate && second === to.candidate);
  const turned = pairs.find(({ first, second }) => first === to.candidate && second === from.candidate);
  const found = straight ?? turned;
  if (found === undefined || found.difference === null || found.interval === null) return null;
  const { difference, interval, pair } = found;
  const ends = { from: from.share, to: to.share, moreItems: pair.moreRows };
  if (found === straight) return { ...ends, difference, interval };
  return { ...ends, difference: -difference, interval: { low: -interval.high, high: -interval.low } };
}

function verdictOf(last: CurveStep | undefined, margin: number | null): CurveVerdict | null {
  if (last === undefined) return null;
  if (last.interval.low > 0) return 'rising';
  return margin !== null && last.interval.high < margin ? 'flat' : 'unclear';
}

/** How many of `total` rows a share is: at least one where there are any. */
export const rowsOfShare = (share: number, total: number): number =>
  total === 0 ? 0 : Math.max(1, Math.min(total, Math.round(share * total)));

/**
 * A share of the rows, in their own order, drawn by the seed. A smaller share is part of every larger one of the same seed and rows, so that
 * two points of a learning curve differ by rows that were added and by nothing else.
 */
export function subsetOf<T>(rows: readonly T[], share: number, seed: number): readonly T[] {
  const wanted = rowsOfShare(share, rows.length);
  if (wanted === rows.length) return rows;
  const chosen = new Set(permutation(rows.length, createRandom(seed)).subarray(0, wanted));
  return rows.filter((_, place) => chosen.has(place));
}
