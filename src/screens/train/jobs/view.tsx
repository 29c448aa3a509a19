import { Box } from 'ink';
import type { Dispatch, ReactNode } from 'react';
import { useBodySize } from '../../../components/frame/index.ts';
import { Line } from '../../../components/line/index.ts';
import { PaneBox, type PaneSize } from '../../../components/panes/index.ts';
import { Table } from '../../../components/table/index.ts';
import { useSyncKeys, useTrackedRows } from '../../../components/tracking/index.ts';
import { plural } from '../../../domain/text/figures.ts';
import type { JobRecord } from '../../../domain/training/types.ts';
import { trainJobsBindings } from '../../../keys/bindings/train.ts';
import { useBindings } from '../../../keys/index.ts';
import { useAppState, useWorkbench } from '../../../state/context.tsx';
import { latestOperation, unfinishedJobs } from '../../../state/selectors.ts';
import { useTheme } from '../../../theme/index.ts';
import { MOST_COMPARED, type TrainAction, type TrainState } from '../reducer.ts';
import { useNow } from '../use-now.ts';
import { useProvider } from '../use-provider.ts';
import { PRACTICE } from '../words.ts';
import { JOB_COLUMNS, jobCell } from './columns.ts';
import { useSummaries } from './summary.ts';

export interface JobsViewProps {
  readonly state: TrainState;
  readonly dispatch: Dispatch<TrainAction>;
}

function whyNoMark(record: JobRecord | undefined, marked: readonly string[]): string | null {
  if (record === undefined) return 'there is no job to mark';
  if (marked.length < MOST_COMPARED || marked.includes(record.job.id)) return null;
  return `${MOST_COMPARED} jobs at most are compared at once`;
}

/** Every job of the project, newest first. */
export function JobsView({ state, dispatch }: JobsViewProps): ReactNode {
  const { columns, rows } = useBodySize();
  const { navigation } = useWorkbench();
  const jobs = useAppState((all) => all.jobs);
  const at = Math.max(
    0,
    jobs.findIndex(({ job }) => job.id === state.selected),
  );
  const record = jobs[at];
  const marked = state.marked.filter((id) => jobs.some(({ job }) => job.id === id));
  const show = (kind: 'new' | 'files' | 'compare') => (): void => dispatch({ type: 'show', view: { kind } });
  const wandb = useSyncKeys(record === undefined ? null : { kind: 'job', id: record.job.id }, 'there is no job yet');
  useBindings('screen', trainJobsBindings, {
    'train.open': () => {
      if (record === undefined) show('new')();
      else dispatch({ type: 'open', jobId: record.job.id });
    },
    'train.new': show('new'),
    'train.files': show('files'),
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
      disabledReason: whyNoMark(record, marked),
    },
  });
  const sending = useAppState((all) => latestOperation(all, 'upload')?.endedAt === null);
  const marks = marked.length === 0 ? '' : ` · ${marked.length} marked`;
  return (
    <Box flexDirection="column" width={columns} height={rows} flexShrink={0}>
      <PaneBox
        title={`${plural(jobs.length, 'job')}${marks}${sending ? ' · starting another' : ''}`}
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
  const summarise = useSummaries();
  const trackedOf = useTrackedRows();
  const now = useNow(useAppState((state) => unfinishedJobs(state) > 0));
  return (
    <Table
      columns={JOB_COLUMNS}
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
    ? `It trains on the ${PRACTICE}, on this machine: free, no network.`
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
