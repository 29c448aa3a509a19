import { type Dispatch, useLayoutEffect, useReducer } from 'react';
import { useAppState, useWorkbench } from '../../state/context.tsx';
import { latestOperation } from '../../state/selectors.ts';
import type { Workbench } from '../../state/workbench/types.ts';
import { type EvaluateAction, type EvaluateState, evaluateReducer, initialEvaluate } from './reducer.ts';

/** What one looked at in each project, for as long as its workbench lives. */
const left = new WeakMap<Workbench, Map<string, EvaluateState>>();

/** The screen's state, found again as it was left; the first time with what runs, else the list. */
export function useEvaluate(projectId: string): readonly [EvaluateState, Dispatch<EvaluateAction>] {
  const workbench = useWorkbench();
  const run = useAppState((state) => latestOperation(state, 'evaluate'));
  const [state, dispatch] = useReducer(evaluateReducer, null, () => {
    const known = left.get(workbench)?.get(projectId);
    if (known !== undefined) return known;
    const running = run !== null && run.endedAt === null;
    return initialEvaluate(running ? { kind: 'answers', id: run.detail.evaluationId } : { kind: 'list' });
  });
  useLayoutEffect(() => {
    const projects = left.get(workbench) ?? new Map<string, EvaluateState>();
    left.set(workbench, projects.set(projectId, state));
  }, [workbench, projectId, state]);
  return [state, dispatch];
}
