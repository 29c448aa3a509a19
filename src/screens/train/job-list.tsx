import { Box } from 'ink';
import type { Dispatch, ReactNode } from 'react';
import { latestOperation, unfinishedJobs } from '../../app/core/state.ts';
import { useAppState, useWorkbench } from '../../app/react.tsx';
import { jobStatus, STATUS_STYLES } from '../../components/feedback/status.tsx';
import { useAllJobs } from '../../components/hooks/use-all-jobs.ts';
import { useNow } from '../../components/hooks/use-now.ts';
import { useProvider } from '../../components/hooks/use-provider.ts';
import { useBodySize } from '../../components/layout/frame.tsx';
import { PaneBox, type PaneSize } from '../../components/layout/panes.tsx';
import { type Cell, type Column, Table } from '../../components/lists/table.tsx';
import { Line } from '../../components/text/line.tsx';
import {
  type RunTracking,
  syncTableCell,
  trackedColumn,
  useRunTrackingReader,
  useTracker,
} from '../../components/tracking/run-tracking.ts';
import { useSyncKeys } from '../../components/tracking/use-sync-keys.tsx';
import { isOfCommands } from '../../domain/project/command-projects.ts';
import { PRACTICE_LABEL } from '../../domain/provider/models.ts';
import { ageText, clockTime, count, formatUsd, lossText, plural } from '../../domain/text/format.ts';
import type { JobRecord } from '../../domain/training/types.ts';
import { trainJobsBindings } from '../../keys/bindings/train.ts';
import { useBindings } from '../../keys/hooks.tsx';
import type { Symbols } from '../../theme/symbols.ts';
import { useTheme } from '../../theme/theme.tsx';
import { ACCURACY_COLUMNS, accuracyText, HELD_OUT_COLUMNS, heldOutText } from './format.ts';
import { elapsedMs } from './job/timeline.ts';
import { MAX_COMPARED, type TrainAction, type TrainState } from './reducer.ts';
import { type JobSummary, useJobSummaries } from './use-job-history.ts';

const JOB_COLUMNS: readonly Column[] = [
  { id: 'status', title: 'status', width: 16, keep: 1 },
  { id: 'base', title: 'base', flex: 1, min: 14, cut: 'middle', keep: 7 },
  { id: 'tuned', title: 'tuned model', flex: 2, min: 16, cut: 'middle', keep: 2 },
  { id: 'data', title: 'data', width: 8, keep: 11 },
  { id: 'rows', title: 'rows', width: 7, align: 'right', keep: 8 },
  { id: 'epochs', title: 'epochs', width: 6, align: 'right', keep: 10 },
  { id: 'loss', title: 'loss', width: 6, align: 'right', keep: 3 },
  { id: 'valid', title: 'valid', width: HELD_OUT_COLUMNS, align: 'right', keep: 5 },
  { id: 'accuracy', title: 'token acc.', width: ACCURACY_COLUMNS, align: 'right', keep: 12 },
  { id: 'cost', title: 'quote', width: 8, align: 'right', keep: 9 },
  { id: 'took', title: 'took', width: 7, align: 'right', keep: 13 },
  { id: 'age', title: 'age', width: 6, align: 'right', keep: 4 },
];

export interface JobRow {
  readonly record: JobRecord;
  readonly summary: JobSummary;
  readonly tracked: RunTracking;
}

function tunedModelCell({ job }: JobRecord): Cell {
  if (job.fineTunedModel !== null) return job.fineTunedModel;
  if (job.status === 'failed') return { text: job.error?.code || 'failed', tone: 'error' };
  return { text: job.suffix === null || job.suffix === '' ? job.id : `(${job.suffix})`, tone: 'muted' };
}

function statusCell({ record, summary }: JobRow, symbols: Symbols): Cell {
  const { kind, word } = jobStatus(record.job);
  const { symbol, tone } = STATUS_STYLES[kind];
  const share =
    record.job.status === 'running' && summary.step !== null && summary.totalSteps
      ? ` ${Math.floor((summary.step / summary.totalSteps) * 100)}%`
      : '';
  return { text: `${symbols[symbol]} ${word}${share}`, tone };
}

/** What stands in a column of the jobs' table. `now` in milliseconds since the epoch. */
function jobCell(row: JobRow, column: string, symbols: Symbols, now: number): Cell {
  const { record, summary } = row;
  const { job } = record;
  switch (column) {
    case 'status':
      return statusCell(row, symbols);
    case 'base':
      return job.model;
    case 'tuned':
      return tunedModelCell(record);
    case 'data':
      if (isOfCommands(record.projectId)) return { text: 'command', tone: 'muted' };
      return record.data?.training ?? { text: '—', tone: 'muted' };
    case 'rows':
      return record.validationRows === 0 ? count(record.trainRows) : `${record.trainRows}+${record.validationRows}`;
    case 'epochs':
      return String(job.hyperparameters.nEpochs);
    case 'loss':
      return lossText(summary.trainLoss);
    case 'valid':
      return heldOutText(summary.heldOut);
    case 'accuracy':
      return accuracyText(summary.accuracy);
    case 'cost':
      return formatUsd(record.quoteUsd);
    case 'took':
      return clockTime(elapsedMs(job, now));
    case 'tracked':
      return syncTableCell(row.tracked, symbols);
    default:
      return job.createdAt === 0 ? '' : ageText(job.createdAt * 1000, now);
  }
}

export interface JobsViewProps {
  readonly state: TrainState;
  readonly dispatch: Dispatch<TrainAction>;
}

function markDisabledReason(record: JobRecord | undefined, marked: readonly string[]): string | null {
  if (record === undefined) return 'there is no job to mark';
  if (marked.length < MAX_COMPARED || marked.includes(record.job.id)) return null;
  return `${MAX_COMPARED} jobs at most are compared at once`;
}

/** Every job of the project, newest first. */
export function JobsView({ state, dispatch }: JobsViewProps): ReactNode {
  const { columns, rows } = useBodySize();
  const { navigation } = useWorkbench();
  const jobs = useAllJobs();
  const at = Math.max(
    0,
    jobs.findIndex(({ job }) => job.id === state.selected),
  );
  const record = jobs[at];
  const marked = state.marked.filter((id) => jobs.some(({ job }) => job.id === id));
  const show = (kind: 'new' | 'files' | 'compare' | 'bakeoff-plan') => (): void =>
    dispatch({ type: 'show', view: { kind } });
  const wandb = useSyncKeys(record === undefined ? null : { kind: 'job', id: record.job.id }, 'there is no job yet');
  useBindings('screen', trainJobsBindings, {
    'train.open': () => {
      if (record === undefined) show('new')();
      else dispatch({ type: 'open', jobId: record.job.id });
    },
    'train.new': show('new'),
    'train.files': show('files'),
    'train.bakeoff': show('bakeoff-plan'),
    'train.compare': {
      run: show('compare'),
      disabledReason: marked.length < 2 ? 'mark two jobs or more with Space first' : null,
    },
    'train.jobs.copy': {
      run: () => {
        if (record !== undefined) navigation.copy(record.job.id, 'the id of the job');
      },
      disabledReason: record === undefined ? 'there is no job yet' : null,
    },
    'train.jobs.sync': wandb.sync,
    'train.jobs.link': wandb.link,
    'train.mark': {
      run: () => {
        if (record !== undefined) dispatch({ type: 'mark', jobId: record.job.id });
      },
      disabledReason: markDisabledReason(record, marked),
    },
  });
  const sending = useAppState((all) => latestOperation(all, 'upload')?.endedAt === null);
  const marks = marked.length === 0 ? '' : ` · ${marked.length} marked`;
  const byCommand = useAppState((all) => all.commandJobs.length);
  const others = byCommand === 0 ? '' : ` · ${byCommand} by command`;
  return (
    <Box flexDirection="column" width={columns} height={rows} flexShrink={0}>
      <PaneBox
        title={`${plural(jobs.length, 'job')}${others}${marks}${sending ? ' · starting another' : ''}`}
        focused
        width={columns}
        height={rows}
      >
        {(size) =>
          jobs.length === 0 ? (
            <NoJobs size={size} />
          ) : (
            <JobTable
              jobs={jobs}
              marked={marked}
              selected={at}
              size={size}
              onSelect={(index) => {
                const chosen = jobs[index];
                if (chosen !== undefined) dispatch({ type: 'select', jobId: chosen.job.id });
              }}
            />
          )
        }
      </PaneBox>
      {wandb.question}
    </Box>
  );
}

interface JobTableProps {
  readonly jobs: readonly JobRecord[];
  readonly marked: readonly string[];
  readonly selected: number;
  readonly size: PaneSize;
  readonly onSelect: (index: number) => void;
}

function JobTable({ jobs, marked, selected, size, onSelect }: JobTableProps): ReactNode {
  const { symbols } = useTheme();
  const summarise = useJobSummaries();
  const trackedOf = useRunTrackingReader();
  const tracker = useTracker();
  const now = useNow(useAppState((state) => unfinishedJobs(state) > 0));
  return (
    <Table
      columns={[...JOB_COLUMNS, trackedColumn(tracker, 6)]}
      count={jobs.length}
      rowAt={(index) => {
        const record = jobs[index];
        if (record === undefined) return null;
        return { record, summary: summarise(record), tracked: trackedOf({ kind: 'job', id: record.job.id }) };
      }}
      cell={(row, column) => jobCell(row, column, symbols, now)}
      width={size.columns}
      height={size.rows}
      selected={selected}
      onSelect={onSelect}
      focus
      isMarked={(index) => marked.includes(jobs[index]?.job.id ?? '')}
    />
  );
}

function NoJobs({ size }: { readonly size: PaneSize }): ReactNode {
  const rows = useAppState((state) => state.counts.total);
  const provider = useProvider();
  const where = provider.practice
    ? `It trains on the ${PRACTICE_LABEL}, on this machine: free, no network.`
    : `It trains at ${provider.name}.`;
  const lines =
    rows === 0
      ? ['No job yet, and no rows to train on.', '', '3 generates rows, 4 imports them. Then n sets up a job.']
      : ['No job yet.', '', `n (or Enter) sets up a job on ${plural(rows, 'row')}.`, where];
  return (
    <Box flexDirection="column">
      {lines.map((line, index) => (
        <Line
          key={index}
          text={line === '' ? ' ' : line}
          width={size.columns}
          tone={index === 0 ? 'strong' : 'plain'}
        />
      ))}
    </Box>
  );
}
