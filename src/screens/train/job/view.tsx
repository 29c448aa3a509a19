import { Box } from 'ink';
import { type Dispatch, type ReactNode, useMemo, useState } from 'react';
import { Chart } from '../../../components/chart/index.ts';
import { ConfirmDialog } from '../../../components/dialog/index.ts';
import { useBodySize } from '../../../components/frame/index.ts';
import { PaneBox } from '../../../components/panes/index.ts';
import { useSyncKeys } from '../../../components/tracking/index.ts';
import { plural } from '../../../domain/text/figures.ts';
import { explainJobError } from '../../../domain/training/explain.ts';
import { type JobRecord, TERMINAL_STATUSES } from '../../../domain/training/types.ts';
import { useAppState, useWorkbench } from '../../../state/context.tsx';
import type { Metric, TrainAction, TrainState } from '../reducer.ts';
import { CheckpointTable } from './checkpoints.tsx';
import { EventList } from './events.tsx';
import { JobHeader } from './header.tsx';
import { jobLayout } from './layout.ts';
import { ProblemText } from './problem.tsx';
import { Reader } from './reader.tsx';
import { useJobKeys } from './use-job-keys.ts';
import { type JobNews, seriesOf, useNews } from './use-news.ts';

export interface JobViewProps {
  readonly record: JobRecord;
  readonly state: TrainState;
  readonly dispatch: Dispatch<TrainAction>;
}

const METRIC_TITLES: Readonly<Record<Metric, string>> = { loss: 'Loss', accuracy: 'Token accuracy' };

const UNKNOWN_CAUSE = { code: '', message: '', param: null };

/** Why the news of a job cannot be read now; null while they can. */
function useTrouble(jobId: string) {
  return useAppState(
    (state) =>
      state.operations.find(
        ({ detail, endedAt }) => endedAt === null && detail.kind === 'watch' && detail.jobId === jobId,
      )?.problem ?? null,
  );
}

/** One job, live: where it stands, its curves, its events or checkpoints. */
export function JobView({ record, state, dispatch }: JobViewProps): ReactNode {
  const size = useBodySize();
  const { job } = record;
  const news = useNews(job.id);
  const trouble = useTrouble(job.id);
  const [dialog, setDialog] = useState<'cancel' | 'read' | null>(null);
  // Null keeps to the newest event while they come.
  const [event, setEvent] = useState<number | null>(null);
  const [checkpoint, setCheckpoint] = useState(0);
  const selected = Math.min(event ?? news.events.length - 1, news.events.length - 1);
  const chosen = news.checkpoints[Math.min(checkpoint, news.checkpoints.length - 1)];
  const atCheckpoints = state.lower === 'checkpoints';
  const wandb = useSyncKeys({ kind: 'job', id: job.id }, '');
  useJobKeys({
    record,
    wandb,
    dispatch,
    model: (atCheckpoints ? chosen?.model : null) ?? job.fineTunedModel,
    measured: news.points.length > 0,
    readable: !atCheckpoints && selected >= 0,
    onAskCancel: () => setDialog('cancel'),
    onRead: () => setDialog('read'),
  });
  const failed = job.status === 'failed';
  const layout = jobLayout(size, { problem: failed, measured: news.points.length > 0 });
  return (
    <Box flexDirection="column" width={size.columns} height={size.rows} flexShrink={0}>
      <JobHeader record={record} news={news} trouble={trouble} width={size.columns} rows={layout.header} />
      {failed ? (
        <PaneBox title="Why it failed" focused={false} width={size.columns} height={layout.problem}>
          {(inner) => (
            <ProblemText
              problem={explainJobError(job.error ?? UNKNOWN_CAUSE)}
              width={inner.columns}
              height={inner.rows}
              focus={false}
            />
          )}
        </PaneBox>
      ) : null}
      <Box flexDirection={layout.sideBySide ? 'row' : 'column'} flexShrink={0}>
        {layout.chart.rows > 0 ? (
          <Curves job={record} news={news} state={state} width={layout.chart.columns} height={layout.chart.rows} />
        ) : null}
        <PaneBox
          title={
            atCheckpoints
              ? `${plural(news.checkpoints.length, 'checkpoint')} (v events)`
              : `${plural(news.events.length, 'event')} (v checkpoints)`
          }
          focused
          width={layout.lower.columns}
          height={layout.lower.rows}
        >
          {(inner) =>
            atCheckpoints ? (
              <CheckpointTable
                checkpoints={news.checkpoints}
                selected={checkpoint}
                onSelect={setCheckpoint}
                size={inner}
              />
            ) : (
              <EventList
                events={news.events}
                selected={selected}
                onSelect={(index) => setEvent(index >= news.events.length - 1 ? null : index)}
                size={inner}
              />
            )
          }
        </PaneBox>
      </Box>
      {dialog === 'cancel' ? <AskCancel record={record} onDone={() => setDialog(null)} /> : null}
      {dialog === 'read' ? (
        <Reader title="Event" text={news.events[selected]?.message ?? ''} onClose={() => setDialog(null)} />
      ) : null}
      {wandb.question}
    </Box>
  );
}

interface CurvesProps {
  readonly job: JobRecord;
  readonly news: JobNews;
  readonly state: TrainState;
  readonly width: number;
  readonly height: number;
}

function Curves({ job: record, news, state, width, height }: CurvesProps): ReactNode {
  const { metric, log } = state;
  const series = useMemo(() => seriesOf(news.points, metric), [news.points, metric]);
  const nothing = TERMINAL_STATUSES.has(record.job.status)
    ? 'Nothing was measured.'
    : 'No measurements yet: they come when the job runs.';
  const drawn = series.some(({ points }) => points.length > 0);
  const other = metric === 'loss' ? 'm token accuracy' : 'm loss';
  return (
    <PaneBox title={`${METRIC_TITLES[metric]} (${other})`} focused={false} width={width} height={height}>
      {(inner) => (
        <Chart
          series={series}
          width={inner.columns}
          height={inner.rows}
          log={log}
          empty={drawn ? 'A larger terminal has room for the chart.' : nothing}
        />
      )}
    </PaneBox>
  );
}

function AskCancel({ record, onDone }: { readonly record: JobRecord; readonly onDone: () => void }): ReactNode {
  const { train, navigation } = useWorkbench();
  const cancel = async (): Promise<void> => {
    const outcome = await train.act(record.job.id, 'cancel');
    if (outcome.ok) navigation.note(outcome.value);
    else navigation.problem(outcome.problem);
  };
  return (
    <ConfirmDialog
      title="Cancel the job?"
      lines={[
        'It ends without a tuned model and cannot be resumed.',
        'Events, curves and checkpoints so far are kept.',
        'What was trained so far may be billed. p pauses instead.',
      ]}
      confirmLabel="cancel the job"
      danger
      onConfirm={() => {
        onDone();
        void cancel();
      }}
      onCancel={onDone}
    />
  );
}
