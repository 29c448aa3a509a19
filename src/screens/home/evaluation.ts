import { useMemo } from 'react';
import { useAppState, useWorkbench } from '../../state/context.tsx';
import { latestOperation } from '../../state/selectors.ts';
import { useResults } from '../evaluate/list/use-results.ts';
import type { EvaluationFacts } from './workflow.ts';

/** How the newest evaluation stands; null before the first. */
export function useEvaluationFacts(): EvaluationFacts | null {
  const { evaluate } = useWorkbench();
  const version = useAppState((state) => state.evaluationsVersion);
  const project = useAppState((state) => state.project.id);
  const run = useAppState((state) => latestOperation(state, 'evaluate'));
  // biome-ignore lint/correctness/useExhaustiveDependencies: version and project say when there is another
  const newest = useMemo(() => evaluate.list().slice(0, 1), [evaluate, version, project]);
  const live = run !== null && run.endedAt === null ? run : null;
  // While it runs only how far it is gets told, so nothing need be counted.
  const idle = live === null;
  const counted = useMemo(() => (idle ? newest : []), [idle, newest]);
  const results = useResults(counted);
  const [evaluation] = newest;
  if (evaluation === undefined) return null;
  const running = live === null ? null : { done: live.detail.done + live.detail.reused, total: live.detail.total };
  return {
    running,
    models: evaluation.plan.models.map(({ model }) => model),
    result: results.get(evaluation.id) ?? null,
    items: evaluation.items,
  };
}
