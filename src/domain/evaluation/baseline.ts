import type { CooperativeTask } from '../common/cooperative.ts';
import type { Grader } from './graders/grader.ts';
import { compileGrader, type GraderSpec } from './graders/graders.ts';
import { labelSet, normaliseLabel } from './graders/labels.ts';
import type { Interval } from './statistics/intervals.ts';
import type { EvaluatedItem, EvaluationItem } from './types.ts';

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
  const isRight = alwaysAnswering(common.target, compiled.value.grade);
  let right = 0;
  for (const [at, { item }] of items.entries()) {
    if (at % AT_ONCE === AT_ONCE - 1) yield;
    const passed = isRight(item);
    if (passed === null) return null;
    if (passed) right += 1;
  }
  const majority = classes === null ? common.target : (labelSet(classes)(common.target) ?? common.target);
  return { majority, majorityShare: right / items.length, classes: classes?.length ?? null };
}

/** How one answer is graded for each item. Targets that come again are graded once, but where there are slots to look at. */
function alwaysAnswering(answer: string, grade: Grader): (item: EvaluationItem) => boolean | null {
  const known = new Map<string, boolean | null>();
  return ({ target, slots }) => {
    if (slots !== undefined) return grade(answer, target, slots).passed;
    const before = known.get(target);
    if (before !== undefined) return before;
    const { passed } = grade(answer, target);
    known.set(target, passed);
    return passed;
  };
}

/** Targets that differ as labels do not are counted together; of those, the most frequent spelling. */
function mostFrequent(targets: readonly string[]): { readonly target: string; readonly times: number } | null {
  const spellings = [...Map.groupBy(targets, (target) => target)].map(([target, all]) => ({
    target,
    times: all.length,
  }));
  const groups = [...Map.groupBy(spellings, ({ target }) => normaliseLabel(target)).values()].map((own) => ({
    own,
    times: own.reduce((sum, { times }) => sum + times, 0),
  }));
  const [group] = groups.toSorted((a, b) => b.times - a.times);
  const [spelling] = group?.own.toSorted((a, b) => b.times - a.times) ?? [];
  return group === undefined || spelling === undefined ? null : { target: spelling.target, times: group.times };
}
