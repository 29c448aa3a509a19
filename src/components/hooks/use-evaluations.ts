import { useEffect, useState } from 'react';
import { latestOperation } from '../../app/core/state.ts';
import { useAppState, useRead, useWorkbench } from '../../app/react.tsx';
import type { EvaluatedItem, Evaluation } from '../../domain/evaluation/types.ts';
import { accuracySummary } from '../feedback/verdict.ts';

/** While answers come in, items are read again at most this often. */
const READ_INTERVAL_MS = 400;

/** The newest evaluation run when it is of this evaluation; null when another was run since, or none. */
export function useEvaluationRun(evaluationId: string) {
  return useAppState((state) => {
    const run = latestOperation(state, 'evaluate');
    return run?.detail.evaluationId === evaluationId ? run : null;
  });
}

/** Evaluations of the project, newest first. */
export function useEvaluations(): readonly Evaluation[] {
  const { evaluate } = useWorkbench();
  return useRead(['evaluations'], () => evaluate.list(), [evaluate]);
}

/** Every item of an evaluation, read again when answers came. */
export function useEvaluatedItems(evaluationId: string, running: boolean): readonly EvaluatedItem[] {
  const { evaluate } = useWorkbench();
  return useRead(['evaluations'], () => evaluate.items(evaluationId), [evaluate, evaluationId], {
    everyMs: running ? READ_INTERVAL_MS : 0,
  });
}

/** How each evaluation ended, in words, by id. Counted one at a time between keys, for each reads all its answers. */
export function useEvaluationResults(evaluations: readonly Evaluation[]): ReadonlyMap<string, string> {
  const { evaluate } = useWorkbench();
  const [results, setResults] = useState<ReadonlyMap<string, string>>(new Map());
  // Another list, and so counted again, whenever there are other answers.
  const uncounted = useRead(['evaluations'], () => [...evaluations], [evaluations]);
  useEffect(() => {
    const waiting = [...uncounted];
    const known = new Map<string, string>();
    let timer: NodeJS.Timeout | null = null;
    const next = (): void => {
      const one = waiting.shift();
      if (one === undefined) return;
      const summary = accuracySummary(evaluate.items(one.id), one.plan.models.length);
      known.set(one.id, evaluate.learnedSince(one.id) === 0 ? summary : `${summary}, no longer comparable`);
      setResults((before) => new Map([...before, ...known]));
      timer = setTimeout(next, 0);
    };
    timer = setTimeout(next, 0);
    return () => {
      if (timer !== null) clearTimeout(timer);
    };
  }, [evaluate, uncounted]);
  return results;
}
