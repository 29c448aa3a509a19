import type { Dispatch, ReactNode } from 'react';
import { useAppState } from '../../state/context.tsx';
import { CompareView } from './compare/view.tsx';
import { NewJobView } from './create/view.tsx';
import { FilesView } from './files/view.tsx';
import { JobView } from './job/view.tsx';
import { JobsView } from './jobs/view.tsx';
import type { TrainAction, TrainState } from './reducer.ts';
import { UploadView } from './upload/view.tsx';
import { useTrain } from './use-train.ts';

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
