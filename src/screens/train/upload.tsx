import { Box, Text } from 'ink';
import { type Dispatch, type ReactNode, useEffect } from 'react';
import { useAppState, useWorkbench } from '../../app/react.tsx';
import type { FileUploadProgress, OperationSnapshot } from '../../app/runtime/operation.ts';
import { ProblemText } from '../../components/feedback/problem-text.tsx';
import { ProgressBar } from '../../components/feedback/progress-bar.tsx';
import { Spinner } from '../../components/feedback/spinner.tsx';
import { useBack } from '../../components/hooks/use-back.ts';
import { useProvider } from '../../components/hooks/use-provider.ts';
import { useBodySize } from '../../components/layout/frame.tsx';
import { PaneBox, type PaneSize } from '../../components/layout/panes.tsx';
import { Line } from '../../components/text/line.tsx';
import { byteSize, percent } from '../../domain/text/format.ts';
import type { JobRecord } from '../../domain/training/types.ts';
import { trainUploadBindings } from '../../keys/bindings/train.ts';
import { useBindings } from '../../keys/hooks.tsx';
import type { StateBeforeStart, TrainAction } from './reducer.ts';

type UploadPhase =
  /** The rows are put together; nothing is sent yet. */
  | { readonly kind: 'preparing' }
  | { readonly kind: 'sending'; readonly operation: OperationSnapshot; readonly upload: FileUploadProgress }
  /** It ended without a job. */
  | { readonly kind: 'ended'; readonly operation: OperationSnapshot }
  /** It never began; the notice says why. */
  | { readonly kind: 'refused' }
  | { readonly kind: 'job'; readonly jobId: string };

export interface UploadFacts {
  readonly before: StateBeforeStart;
  readonly projectId: string;
  readonly jobs: readonly JobRecord[];
  /** Newest first, of all projects. */
  readonly operations: readonly OperationSnapshot[];
  /** Id of the notice of a problem; null when there is none. */
  readonly problemId: number | null;
}

/** How far the start of a job has come, by what is there now and was not before. */
export function uploadPhase({ before, projectId, jobs, operations, problemId }: UploadFacts): UploadPhase {
  const known = operations.filter(({ id }) => before.operationIds.includes(id));
  const operation = operations.find(
    ({ id, projectId: of, detail }) =>
      of === projectId &&
      !before.operationIds.includes(id) &&
      (detail.kind === 'upload' || (detail.kind === 'watch' && !before.jobIds.includes(detail.jobId))),
  );
  const own = operation?.detail.kind === 'watch' ? operation.detail.jobId : null;
  // A start of before, still under way, brings a new job as well: until that one is known, none counts as ours.
  const unclear = known.some(({ detail, endedAt }) => detail.kind === 'upload' && endedAt === null);
  const theirs = known.flatMap(({ detail }) => (detail.kind === 'watch' ? [detail.jobId] : []));
  const job = jobs.find(({ job: { id } }) =>
    own === null ? !unclear && !before.jobIds.includes(id) && !theirs.includes(id) : id === own,
  );
  if (job !== undefined) return { kind: 'job', jobId: job.job.id };
  if (operation?.detail.kind === 'upload') {
    if (operation.endedAt !== null) return { kind: 'ended', operation };
    return { kind: 'sending', operation, upload: operation.detail };
  }
  return problemId !== null && problemId !== before.noticeId ? { kind: 'refused' } : { kind: 'preparing' };
}

export interface UploadViewProps {
  readonly before: StateBeforeStart;
  readonly dispatch: Dispatch<TrainAction>;
}

function usePhase(before: StateBeforeStart): UploadPhase {
  const projectId = useAppState((state) => state.project.id);
  const jobs = useAppState((state) => state.jobs);
  const operations = useAppState((state) => state.operations);
  const problemId = useAppState((state) => (state.notice?.kind === 'problem' ? state.notice.id : null));
  return uploadPhase({ before, projectId, jobs, operations, problemId });
}

/** The files on their way, until there is a job to watch. */
export function UploadView({ before, dispatch }: UploadViewProps): ReactNode {
  const { columns, rows } = useBodySize();
  const { navigation } = useWorkbench();
  const phase = usePhase(before);
  const jobId = phase.kind === 'job' ? phase.jobId : null;
  const refused = phase.kind === 'refused' || (phase.kind === 'ended' && phase.operation.problem === null);
  useEffect(() => {
    if (jobId !== null) dispatch({ type: 'open', jobId });
    else if (refused) dispatch({ type: 'show', view: { kind: 'new' } });
  }, [jobId, refused, dispatch]);
  const failed = phase.kind === 'ended';
  useBindings('screen', trainUploadBindings, {
    'train.upload.again': {
      run: () => dispatch({ type: 'show', view: { kind: 'new' } }),
      disabledReason: failed ? null : 'the job is being started',
    },
    'train.upload.cancel': {
      run: () => {
        if (phase.kind === 'sending') navigation.cancelOperation(phase.operation.id);
      },
      disabledReason: phase.kind === 'sending' ? null : 'nothing is being sent',
    },
    'train.upload.back': useBack(() => dispatch({ type: 'show', view: { kind: 'jobs' } })),
  });
  return (
    <Box flexDirection="column" width={columns} height={rows} flexShrink={0}>
      <PaneBox title={failed ? 'The job could not be started' : 'Starting a job'} focused width={columns} height={rows}>
        {(size) => <Progress phase={phase} size={size} />}
      </PaneBox>
    </Box>
  );
}

function Progress({ phase, size }: { readonly phase: UploadPhase; readonly size: PaneSize }): ReactNode {
  const provider = useProvider();
  if (phase.kind === 'ended') {
    const { problem } = phase.operation;
    return problem === null ? null : <ProblemText problem={problem} width={size.columns} height={size.rows} focus />;
  }
  if (phase.kind !== 'sending' || phase.upload.totalBytes === 0) {
    return <Spinner label="Putting the rows together" width={size.columns} />;
  }
  const { filename, sentBytes, totalBytes } = phase.upload;
  const fraction = sentBytes / totalBytes;
  const bar = Math.max(10, Math.min(40, size.columns - 40));
  return (
    <Box flexDirection="column">
      <Line text={`Uploading ${filename} to ${provider.name}`} width={size.columns} />
      <Box height={1} flexShrink={0}>
        <ProgressBar fraction={fraction} width={bar} />
        <Text wrap="truncate-end">
          {'  '}
          {percent(fraction)} {byteSize(sentBytes)} of {byteSize(totalBytes)}
        </Text>
      </Box>
      <Box height={1} />
      <Spinner
        label={fraction < 1 ? 'Then the job is created and watched.' : 'Sent. The provider is creating the job.'}
        width={size.columns}
      />
    </Box>
  );
}
