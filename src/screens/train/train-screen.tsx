import { type Dispatch, type ReactNode, useLayoutEffect, useReducer } from 'react';
import { latestOperation } from '../../app/core/state.ts';
import { useAppState, useWorkbench } from '../../app/react.tsx';
import type { Workbench } from '../../app/workbench.ts';
import { JobView } from './job/job-view.tsx';
import { CompareView } from './job-comparison.tsx';
import { JobsView } from './job-list.tsx';
import { NewJobView } from './new-job/new-job-view.tsx';
import { initialTrainState, initialView, type TrainAction, type TrainState, trainReducer } from './reducer.ts';
import { FilesView } from './remote-files.tsx';
import { UploadView } from './upload.tsx';

/** What one looked at in each project, for as long as its workbench lives. */
const savedStates = new WeakMap<Workbench, Map<string, TrainState>>();

/** The screen's state, found again as it was left. */
function useTrain(projectId: string): readonly [TrainState, Dispatch<TrainAction>] {
  const workbench = useWorkbench();
  const jobs = useAppState((state) => state.jobs);
  const operations = useAppState((state) => state.operations);
  const upload = useAppState((state) => latestOperation(state, 'upload'));
  const rows = useAppState((state) => state.counts.total);
  const [state, dispatch] = useReducer(trainReducer, null, () => {
    const known = savedStates.get(workbench)?.get(projectId);
    if (known !== undefined) return known;
    return initialTrainState(initialView({ jobs, upload, operationIds: operations.map(({ id }) => id), rows }));
  });
  useLayoutEffect(() => {
    const projects = savedStates.get(workbench) ?? new Map<string, TrainState>();
    savedStates.set(workbench, projects.set(projectId, state));
  }, [workbench, projectId, state]);
  return [state, dispatch];
}

export interface TrainViewProps {
  readonly state: TrainState;
  readonly dispatch: Dispatch<TrainAction>;
}

/** Files, jobs, one job. */
export function TrainScreen(): ReactNode {
  const projectId = useAppState((state) => state.project.id);
  return <Train key={projectId} projectId={projectId} />;
}

function Train({ projectId }: { readonly projectId: string }): ReactNode {
  const [state, dispatch] = useTrain(projectId);
  const jobs = useAppState((all) => all.jobs);
  const { view } = state;
  switch (view.kind) {
    case 'jobs':
      return <JobsView state={state} dispatch={dispatch} />;
    case 'new':
      return <NewJobView dispatch={dispatch} />;
    case 'upload':
      return <UploadView before={view.before} dispatch={dispatch} />;
    case 'job': {
      const record = jobs.find(({ job }) => job.id === view.jobId);
      if (record === undefined) return <JobsView state={state} dispatch={dispatch} />;
      return <JobView key={view.jobId} record={record} state={state} dispatch={dispatch} />;
    }
    case 'compare':
      return <CompareView state={state} dispatch={dispatch} />;
    case 'files':
      return <FilesView dispatch={dispatch} />;
  }
}
