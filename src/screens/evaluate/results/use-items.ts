import { useMemo } from 'react';
import type { EvaluatedItem, Evaluation } from '../../../domain/evaluation/types.ts';
import { useAppState, useWorkbench } from '../../../state/context.tsx';
import { latestOperation } from '../../../state/selectors.ts';
import { useThrottled } from '../../dataset/browse/lagging.ts';

/** While answers come in, items are read again at most this often. */
const EVERY_MS = 400;

/** The newest evaluation run when it is of this evaluation; null when another was run since, or none. */
export function useRun(evaluationId: string) {
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
export function useItems(evaluationId: string, running: boolean): readonly EvaluatedItem[] {
  const { evaluate } = useWorkbench();
  const version = useThrottled(
    useAppState((state) => state.evaluationsVersion),
    running ? EVERY_MS : 0,
  );
  // biome-ignore lint/correctness/useExhaustiveDependencies: the version says when there are new answers
  return useMemo(() => evaluate.items(evaluationId), [evaluate, evaluationId, version]);
}
