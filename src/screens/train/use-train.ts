import { type Dispatch, useLayoutEffect, useReducer } from 'react';
import { useAppState, useWorkbench } from '../../state/context.tsx';
import { latestOperation } from '../../state/selectors.ts';
import type { Workbench } from '../../state/workbench/types.ts';
import { openingView } from './opening.ts';
import { initialTrain, type TrainAction, type TrainState, trainReducer } from './reducer.ts';

/** What one looked at in each project, for as long as its workbench lives. */
const left = new WeakMap<Workbench, Map<string, TrainState>>();

/** The screen's state, found again as it was left. */
export function useTrain(projectId: string): readonly [TrainState, Dispatch<TrainAction>] {
  const workbench = useWorkbench();
  const jobs = useAppState((state) => state.jobs);
  const operations = useAppState((state) => state.operations);
  const upload = useAppState((state) => latestOperation(state, 'upload'));
  const rows = useAppState((state) => state.counts.total);
  const [state, dispatch] = useReducer(trainReducer, null, () => {
    const known = left.get(workbench)?.get(projectId);
    if (known !== undefined) return known;
    return initialTrain(openingView({ jobs, upload, operationIds: operations.map(({ id }) => id), rows }));
  });
  useLayoutEffect(() => {
    const projects = left.get(workbench) ?? new Map<string, TrainState>();
    left.set(workbench, projects.set(projectId, state));
  }, [workbench, projectId, state]);
  return [state, dispatch];
}
