import { Box, Text } from 'ink';
import { type Dispatch, type ReactNode, useEffect } from 'react';
import { useBodySize } from '../../../components/frame/index.ts';
import { Line } from '../../../components/line/index.ts';
import { PaneBox, type PaneSize } from '../../../components/panes/index.ts';
import { ProgressBar } from '../../../components/progress/index.ts';
import { Spinner } from '../../../components/spinner/index.ts';
import { byteSize, percent } from '../../../domain/text/figures.ts';
import { trainUploadBindings } from '../../../keys/bindings/train.ts';
import { useBindings } from '../../../keys/index.ts';
import { useAppState, useWorkbench } from '../../../state/context.tsx';
import { ProblemText } from '../job/problem.tsx';
import type { Before, TrainAction } from '../reducer.ts';
import { useBack } from '../use-back.ts';
import { useProvider } from '../use-provider.ts';
import { type UploadPhase, uploadPhase } from './phase.ts';

export interface UploadViewProps {
  readonly before: Before;
  readonly dispatch: Dispatch<TrainAction>;
}

function usePhase(before: Before): UploadPhase {
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
