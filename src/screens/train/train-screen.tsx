import type { Dispatch, ReactNode } from 'react';
import { latestOperation } from '../../app/core/state.ts';
import { useAppState, useScreenState } from '../../app/react.tsx';
import { useAllJobs } from '../../components/hooks/use-all-jobs.ts';
import { BakeoffComparisonView } from './bakeoff/comparison-view.tsx';
import { BakeoffPlanView } from './bakeoff/plan-view.tsx';
import { BakeoffRunView } from './bakeoff/run-view.tsx';
import { JobView } from './job/job-view.tsx';
import { CompareView } from './job-comparison.tsx';
import { JobsView } from './job-list.tsx';
import { TRAIN_STATE, TRAIN_STATE_WITHOUT_UPLOAD } from './kept-state.ts';
import { NewJobView } from './new-job/new-job-view.tsx';
import { initialTrainState, initialView, type TrainAction, type TrainState, trainReducer } from './reducer.ts';
import { FilesView } from './remote-files.tsx';
import { UploadView } from './upload.tsx';

/** The screen's state, found again as it was left; the first time with what there is to see. */
function useTrain(): readonly [TrainState, Dispatch<TrainAction>] {
  const jobs = useAppState((state) => state.jobs);
  const operations = useAppState((state) => state.operations);
  const upload = useAppState((state) => latestOperation(state, 'upload'));
  const rows = useAppState((state) => state.counts.total);
  return useScreenState(upload === null ? TRAIN_STATE_WITHOUT_UPLOAD : TRAIN_STATE, trainReducer, () =>
    initialTrainState(initialView({ jobs, upload, operationIds: operations.map(({ id }) => id), rows })),
  );
}

export interface TrainViewProps {
  readonly state: TrainState;
  readonly dispatch: Dispatch<TrainAction>;
}

/** Files, jobs, one job. */
export function TrainScreen(): ReactNode {
  const projectId = useAppState((state) => state.project.id);
  return <Train key={projectId} />;
}

function Train(): ReactNode {
  const [state, dispatch] = useTrain();
  const jobs = useAllJobs();
  const { view } = state;
  switch (view.kind) {
    case 'jobs':
      return <JobsView state={state} dispatch={dispatch} />;
    case 'new':
      return <NewJobView field={state.field} draft={state.draft} dispatch={dispatch} />;
    case 'upload':
      return <UploadView before={view.before} dispatch={dispatch} />;
    case 'job': {
      const record = jobs.find(({ job }) => job.id === view.jobId);
      if (record === undefined) return <JobsView state={state} dispatch={dispatch} />;
      return <JobView key={view.jobId} record={record} state={state} dispatch={dispatch} />;
    }
    case 'compare':
      return <CompareView key={state.marked.join(' ')} state={state} dispatch={dispatch} />;
    case 'files':
      return <FilesView dispatch={dispatch} />;
    case 'bakeoff-plan':
      return <BakeoffPlanView draft={state.draft} dispatch={dispatch} />;
    case 'bakeoff':
      return <BakeoffRunView key={view.id} id={view.id} log={state.log} dispatch={dispatch} />;
    case 'bakeoff-comparison':
      return <BakeoffComparisonView key={view.id} id={view.id} dispatch={dispatch} />;
  }
}
