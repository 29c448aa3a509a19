import { useEffect, useMemo, useState } from 'react';
import { latestOperation } from '../../app/core/state.ts';
import { useAppState, useWorkbench } from '../../app/react.tsx';
import type { EvaluatedItem, Evaluation } from '../../domain/evaluation/types.ts';
import { accuracySummary } from '../feedback/verdict.ts';
import { useThrottled } from './use-debounced.ts';

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
  const version = useAppState((state) => state.evaluationsVersion);
  const project = useAppState((state) => state.project.id);
  // biome-ignore lint/correctness/useExhaustiveDependencies: version and project say when the list is another
  return useMemo(() => evaluate.list(), [evaluate, version, project]);
}

/** Every item of an evaluation, read again when answers came. */
export function useEvaluatedItems(evaluationId: string, running: boolean): readonly EvaluatedItem[] {
  const { evaluate } = useWorkbench();
  const version = useThrottled(
    useAppState((state) => state.evaluationsVersion),
    running ? READ_INTERVAL_MS : 0,
  );
  // biome-ignore lint/correctness/useExhaustiveDependencies: the version says when there are new answers
  return useMemo(() => evaluate.items(evaluationId), [evaluate, evaluationId, version]);
}

/** How each evaluation ended, in words, by id. Counted one at a time between keys, for each reads all its answers. */
export function useEvaluationResults(evaluations: readonly Evaluation[]): ReadonlyMap<string, string> {
  const { evaluate } = useWorkbench();
  const version = useAppState((state) => state.evaluationsVersion);
  const [results, setResults] = useState<ReadonlyMap<string, string>>(new Map());
  // biome-ignore lint/correctness/useExhaustiveDependencies: the version says when there are other answers to count
  useEffect(() => {
    const waiting = [...evaluations];
    const known = new Map<string, string>();
    let timer: NodeJS.Timeout | null = null;
    const next = (): void => {
      const one = waiting.shift();
      if (one === undefined) return;
      known.set(one.id, accuracySummary(evaluate.items(one.id), one.plan.models.length));
      setResults((before) => new Map([...before, ...known]));
      timer = setTimeout(next, 0);
    };
    timer = setTimeout(next, 0);
    return () => {
      if (timer !== null) clearTimeout(timer);
    };
  }, [evaluate, evaluations, version]);
  return results;
}
