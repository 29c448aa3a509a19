import { useEffect, useState } from 'react';
import type { EvaluationSummary } from '../../../domain/evaluation/summary/types.ts';
import { summaryParts } from '../../../domain/evaluation/summary.ts';
import type { EvaluatedItem, Evaluation } from '../../../domain/evaluation/types.ts';

/** Figures are worked out this long at a time; then keys are heard. */
const AT_ONCE_MS = 8;

const known = new WeakMap<readonly EvaluatedItem[], EvaluationSummary>();

/** The figures of these items; the last ones stay while new ones are worked out. Null until there are any. */
export function useSummary(evaluation: Evaluation, items: readonly EvaluatedItem[]): EvaluationSummary | null {
  const [summary, setSummary] = useState<EvaluationSummary | null>(() => known.get(items) ?? null);
  useEffect(() => {
    const before = known.get(items);
    if (before !== undefined) {
      setSummary(before);
      return;
    }
    const parts = summaryParts(items, evaluation.plan);
    let timer: NodeJS.Timeout | null = null;
    const work = (): void => {
      const end = performance.now() + AT_ONCE_MS;
      let step = parts.next();
      while (step.done !== true && performance.now() < end) step = parts.next();
      if (step.done !== true) {
        timer = setTimeout(work, 0);
        return;
      }
      if (step.value === null) return;
      known.set(items, step.value);
      setSummary(step.value);
    };
    timer = setTimeout(work, 0);
    return () => {
      if (timer !== null) clearTimeout(timer);
    };
  }, [items, evaluation]);
  return summary;
}
