import { Box } from 'ink';
import { type Dispatch, type ReactNode, useMemo, useState } from 'react';
import { useAppState, useSubjectFields, useWorkbench } from '../../../app/react.tsx';
import { LineChart } from '../../../components/charts/line-chart.tsx';
import { ConfirmDialog } from '../../../components/dialogs/confirm-dialog.tsx';
import { ProblemText } from '../../../components/feedback/problem-text.tsx';
import { useProvider } from '../../../components/hooks/use-provider.ts';
import { useBodySize } from '../../../components/layout/frame.tsx';
import { Overlay } from '../../../components/layout/overlay.tsx';
import { PaneBox } from '../../../components/layout/panes.tsx';
import { ScrollText } from '../../../components/text/scroll-text.tsx';
import { useSyncKeys } from '../../../components/tracking/use-sync-keys.tsx';
import { dialectFacts } from '../../../domain/provider/job-dialects.ts';
import { plural } from '../../../domain/text/format.ts';
import { explainJobError } from '../../../domain/training/explain.ts';
import { type JobRecord, TERMINAL_STATUSES } from '../../../domain/training/types.ts';
import { overlayBindings } from '../../../keys/bindings/components.ts';
import { Modal, useBindings } from '../../../keys/hooks.tsx';
import { useTheme } from '../../../theme/theme.tsx';
import { accuracyName } from '../format.ts';
import type { Metric, TrainAction, TrainState } from '../reducer.ts';
import { chartMarks, chartSeries, hyperparameterText, type JobHistory, useJobHistory } from '../use-job-history.ts';
import { DeployDialog } from './deploy-dialog.tsx';
import { DownloadDialog } from './download-dialog.tsx';
import { CheckpointTable, EventList } from './events-and-checkpoints.tsx';
import { ExportDialog } from './export-dialog.tsx';
import { JobHeader } from './header.tsx';
import { JOB_CURSORS, NEW_JOB_CURSORS } from './kept-cursors.ts';
import { settingRows } from './setting-rows.ts';
import { useJobKeys } from './use-job-keys.ts';

export interface JobShape {
  readonly columns: number;
  readonly rows: number;
}

export interface JobFacts {
  /** The job failed: why stands above, or in place of, the chart. */
  readonly problem: boolean;
  /** There is something to draw. */
  readonly measured: boolean;
  /** It is said how the steps are made. */
  readonly machine?: boolean;
  /** Rows of what it is trained by, where there is room for them. */
  readonly settings?: number;
}

export interface JobLayout {
  readonly header: number;
  /** Rows below the header. */
  readonly settings: number;
  /** Rows with the border; 0 when there is no problem. */
  readonly problem: number;
  /** With the border; 0 rows when the problem takes its place. */
  readonly chart: JobShape;
  readonly lower: JobShape;
  readonly sideBySide: boolean;
}

/** From here on chart and events stand side by side. */
const WIDE_COLUMNS = 120;
/** Columns of an event with all figures of a step; those of a chart below which it gives none of its own. */
const EVENTS = 76;
const LEAST_CHART = 60;
/** Fewer body rows than these leave no row for the time line. */
const ROOMY_ROWS = 18;
/** Fewer, as while a problem stands below the smallest body, leave none for the tracker either. */
const TIGHT_ROWS = 12;
/** A chart with its border, legend and axis needs these. */
const MIN_CHART_ROWS = 7;

/** Who gets which rows and columns. Chart and events are both there at every size; a failure comes first of all. */
export function jobLayout({ columns, rows }: JobShape, facts: JobFacts): JobLayout {
  const { problem, measured, machine = false } = facts;
  const header = rows >= ROOMY_ROWS ? (machine ? 5 : 4) : rows >= TIGHT_ROWS ? 3 : 2;
  const settings = rows >= ROOMY_ROWS ? (facts.settings ?? 0) : 0;
  const above = { header, settings };
  const rest = rows - header - settings;
  const sideBySide = columns >= WIDE_COLUMNS;
  if (problem && !measured) {
    const lower = Math.max(3, Math.floor(rest * 0.45));
    const chart = { columns, rows: 0 };
    return { ...above, problem: rest - lower, chart, lower: { columns, rows: lower }, sideBySide: false };
  }
  const wanted = problem ? Math.min(8, Math.max(5, Math.floor(rest * 0.35))) : 0;
  const below = rest - wanted;
  if (sideBySide) {
    const chart = {
      columns: Math.max(LEAST_CHART, Math.min(Math.floor(columns * 0.58), columns - EVENTS)),
      rows: below,
    };
    const lower = { columns: columns - chart.columns, rows: below };
    return { ...above, problem: wanted, chart, lower, sideBySide };
  }
  const lower = Math.max(3, Math.min(14, Math.floor(below * 0.4)));
  if (problem && below - lower < MIN_CHART_ROWS) {
    const chart = { columns, rows: 0 };
    return { ...above, problem: rest - lower, chart, lower: { columns, rows: lower }, sideBySide };
  }
  return {
    ...above,
    problem: wanted,
    chart: { columns, rows: below - lower },
    lower: { columns, rows: lower },
    sideBySide,
  };
}

export interface EventReaderProps {
  readonly title: string;
  readonly text: string;
  readonly onClose: () => void;
}

/** A text that is longer than its row, in full. */
function EventReader(props: EventReaderProps): ReactNode {
  return (
    <Modal>
      <Overlay title={props.title} width={90} height={14}>
        {(size) => <EventPage {...props} columns={size.columns} rows={size.rows} />}
      </Overlay>
    </Modal>
  );
}

function EventPage({ text, onClose, columns, rows }: EventReaderProps & { columns: number; rows: number }): ReactNode {
  useBindings('dialog', overlayBindings, { 'overlay.close': onClose });
  return <ScrollText text={text} width={columns} height={rows} focus />;
}

export interface JobViewProps {
  readonly record: JobRecord;
  readonly state: TrainState;
  readonly dispatch: Dispatch<TrainAction>;
}

const UNKNOWN_CAUSE = { code: '', message: '', param: null };

/** What is deployed of a job's model; null for nothing. */
const useDeployment = (jobId: string) =>
  useAppState((state) => state.deployments.find((record) => record.jobId === jobId) ?? null);

/** Why the news of a job cannot be read now; null while they can. */
function useJobProblem(jobId: string) {
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
  const news = useJobHistory(job.id);
  const trouble = useJobProblem(job.id);
  const deployment = useDeployment(job.id);
  const [dialog, setDialog] = useState<'cancel' | 'read' | 'deploy' | 'download' | 'export' | null>(null);
  const [{ event, checkpoint: wanted }, setCursors] = useSubjectFields(job.id, JOB_CURSORS, () => NEW_JOB_CURSORS);
  const selected = Math.min(event ?? news.events.length - 1, news.events.length - 1);
  const checkpoint = Math.max(0, Math.min(wanted, news.checkpoints.length - 1));
  const chosen = news.checkpoints[checkpoint];
  const atCheckpoints = state.lower === 'checkpoints';
  const wandb = useSyncKeys({ kind: 'job', id: job.id }, '');
  const model = (atCheckpoints ? chosen?.model : null) ?? job.fineTunedModel;
  useJobKeys({
    record,
    wandb,
    dispatch,
    model,
    measured: news.points.length > 0,
    readable: !atCheckpoints && selected >= 0,
    deployment,
    onAskCancel: () => setDialog('cancel'),
    onDeploy: () => setDialog('deploy'),
    onRead: () => setDialog('read'),
    onExport: () => setDialog('export'),
  });
  const { lacks } = dialectFacts(useProvider(record.providerId).jobDialect);
  const failed = job.status === 'failed';
  const machine = news.points.some((point) => point.machine !== undefined);
  const settings = settingRows(job, size.columns - 2);
  const facts = { problem: failed, measured: news.points.length > 0, machine, settings: settings.length };
  const layout = jobLayout(size, facts);
  return (
    <Box flexDirection="column" width={size.columns} height={size.rows} flexShrink={0}>
      <JobHeader
        record={record}
        news={news}
        trouble={trouble}
        deployment={deployment}
        width={size.columns}
        rows={layout.header}
        settings={settings.slice(0, layout.settings)}
      />
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
              : `${plural(news.events.length, 'event')} (v checkpoints${selected < 0 ? '' : ', o reads one'})`
          }
          focused
          width={layout.lower.columns}
          height={layout.lower.rows}
        >
          {(inner) =>
            atCheckpoints ? (
              <CheckpointTable
                checkpoints={news.checkpoints}
                lacking={lacks.checkpoints ?? null}
                selected={checkpoint}
                onSelect={(index) => setCursors({ checkpoint: index })}
                size={inner}
              />
            ) : (
              <EventList
                events={news.events}
                lacking={lacks.events ?? null}
                selected={selected}
                onSelect={(index) => setCursors({ event: index >= news.events.length - 1 ? null : index })}
                size={inner}
              />
            )
          }
        </PaneBox>
      </Box>
      {dialog === 'cancel' ? <CancelDialog record={record} onDone={() => setDialog(null)} /> : null}
      {dialog === 'deploy' ? (
        <DeployDialog
          record={record}
          deployment={deployment}
          onDone={() => setDialog(null)}
          onDownload={() => setDialog('download')}
        />
      ) : null}
      {dialog === 'download' ? <DownloadDialog record={record} onDone={() => setDialog(null)} /> : null}
      {dialog === 'export' && model !== null ? (
        <ExportDialog jobId={job.id} model={model} onDone={() => setDialog(null)} />
      ) : null}
      {dialog === 'read' ? (
        <EventReader title="Event" text={news.events[selected]?.message ?? ''} onClose={() => setDialog(null)} />
      ) : null}
      {wandb.question}
    </Box>
  );
}

const capital = (text: string): string => `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;

interface CurvesProps {
  readonly job: JobRecord;
  readonly news: JobHistory;
  readonly state: TrainState;
  readonly width: number;
  readonly height: number;
}

function Curves({ job: record, news, state, width, height }: CurvesProps): ReactNode {
  const { symbols } = useTheme();
  const { metric, log } = state;
  const series = useMemo(() => chartSeries(news.points, metric), [news.points, metric]);
  const nothing = TERMINAL_STATUSES.has(record.job.status)
    ? 'Nothing was measured.'
    : 'No measurements yet: they come when the job runs.';
  const marks = useMemo(() => chartMarks(record.job, news), [record.job, news]);
  const settings = hyperparameterText(record.job);
  const accuracy = accuracyName(record.method);
  const shown: Readonly<Record<Metric, string>> = { loss: 'Loss', accuracy: capital(accuracy) };
  const other = metric === 'loss' ? `m ${accuracy}` : 'm loss';
  return (
    <PaneBox
      title={`${shown[metric]} (${other}) ${symbols.separator} ${settings}`}
      focused={false}
      width={width}
      height={height}
    >
      {(inner) => (
        <LineChart
          series={series}
          width={inner.columns}
          height={inner.rows}
          log={log}
          clip={metric === 'loss'}
          marks={marks}
          empty={nothing}
        />
      )}
    </PaneBox>
  );
}

function CancelDialog({ record, onDone }: { readonly record: JobRecord; readonly onDone: () => void }): ReactNode {
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
