import { useEffect, useRef, useState } from 'react';
import type { EvaluationSummary } from '../../../domain/evaluation/summary/types.ts';
import { summaryParts } from '../../../domain/evaluation/summary.ts';
import type { EvaluatedItem, Evaluation } from '../../../domain/evaluation/types.ts';

/** Figures are worked out this long at a time; then keys are heard. */
const AT_ONCE_MS = 8;

const known = new WeakMap<readonly EvaluatedItem[], EvaluationSummary>();

/** After figures are there, newer ones wait this long: while answers come in, each lot of them is other items. */
const REST_MS = 500;

/** The figures of these items; the last ones stay while new ones are worked out. Null until there are any. */
export function useSummary(evaluation: Evaluation, items: readonly EvaluatedItem[]): EvaluationSummary | null {
  const [summary, setSummary] = useState<EvaluationSummary | null>(() => known.get(items) ?? null);
  // Work that has begun is ended, though there may be newer items by then: else a fast run would never show any.
  const [target, setTarget] = useState(items);
  const [done, setDone] = useState<readonly EvaluatedItem[] | null>(null);
  const shown = useRef(summary !== null);
  if (done === target && target !== items) setTarget(items);
  useEffect(() => {
    const end = (found: EvaluationSummary | null): void => {
      if (found !== null) known.set(target, found);
      shown.current = found !== null;
      setSummary(found);
      setDone(target);
    };
    const before = known.get(target);
    if (before !== undefined) {
      end(before);
      return;
    }
    const parts = summaryParts(target, evaluation.plan);
    const work = (): void => {
      const until = performance.now() + AT_ONCE_MS;
      let step = parts.next();
      while (step.done !== true && performance.now() < until) step = parts.next();
      if (step.done === true) end(step.value);
      else timer = setTimeout(work, 0);
    };
    let timer = setTimeout(work, shown.current ? REST_MS : 0);
    return () => clearTimeout(timer);
  }, [target, evaluation]);
  return summary;
}
