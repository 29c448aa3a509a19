import type { CooperativeTask } from '../common/cooperative.ts';
import { compileGrader, type GraderSpec } from './graders/graders.ts';
import { labelSet, normaliseLabel } from './graders/labels.ts';
import type { Interval } from './statistics/intervals.ts';
import type { EvaluatedItem } from './types.ts';

/** What needs no model, for an accuracy to be read beside. */
export interface Baseline {
  /** The most frequent target, as the grader names it; of two as frequent, the one that comes first. */
  readonly majority: string;
  /** Of all items: what the grader would find right if the answer were always `majority`. */
  readonly majorityShare: number;
  /** How many there are to guess from; null where the targets are no classes. */
  readonly classes: number | null;
}

/** How an accuracy stands to the better of majority and chance; `unclear` while its 95% interval holds that share. */
export type BaselineVerdict = 'above' | 'below' | 'unclear';

/** What guessing one of the classes, each as often, would get right; null without classes. */
export const chanceShare = ({ classes }: Baseline): number | null => (classes === null ? null : 1 / classes);

/** Null when nothing is graded. */
export function againstBaseline(
  { graded, interval }: { readonly graded: number; readonly interval: Interval },
  baseline: Baseline,
): BaselineVerdict | null {
  if (graded === 0) return null;
  const share = Math.max(baseline.majorityShare, chanceShare(baseline) ?? 0);
  if (interval.low > share) return 'above';
  return interval.high < share ? 'below' : 'unclear';
}

/** Items graded before others get a turn. */
const AT_ONCE = 200;

/**
 * What always answering the most frequent target comes to by this very grader. Null where there is no target, or none
 * is right or wrong: with a model that judges, and without a pass mark. Texts of which none comes twice are not held
 * against one another by similarity: that takes long, and no one answer is the obvious one.
 */
export function* baselineOf(
  items: readonly EvaluatedItem[],
  grader: GraderSpec,
  classes: readonly string[] | null,
): CooperativeTask<Baseline | null> {
  const common = mostFrequent(items.map(({ item }) => item.target.trim()).filter((target) => target !== ''));
  const compiled = compileGrader(grader);
  if (common === null || !compiled.ok || compiled.value.by !== 'rules') return null;
  if (grader.kind === 'similarity' && (grader.threshold === null || common.times === 1)) return null;
  const { grade } = compiled.value;
  let right = 0;
  for (const [at, { item }] of items.entries()) {
    if (at % AT_ONCE === AT_ONCE - 1) yield;
    const { passed } = grade(common.target, item.target, item.slots);
    if (passed === null) return null;
    if (passed) right += 1;
  }
  const majority = classes === null ? common.target : (labelSet(classes)(common.target) ?? common.target);
  return { majority, majorityShare: right / items.length, classes: classes?.length ?? null };
}

/** Targets that differ as labels do not are counted together; of those, the most frequent spelling. */
function mostFrequent(targets: readonly string[]): { readonly target: string; readonly times: number } | null {
  const [group] = byNumber(Map.groupBy(targets, normaliseLabel));
  const [spelling] = byNumber(Map.groupBy(group ?? [], (target) => target));
  const [target] = spelling ?? [];
  return target === undefined ? null : { target, times: group?.length ?? 0 };
}

const byNumber = (groups: ReadonlyMap<string, readonly string[]>): readonly (readonly string[])[] =>
  [...groups.values()].toSorted((a, b) => b.length - a.length);
