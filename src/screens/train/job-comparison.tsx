import { Box } from 'ink';
import { type Dispatch, type ReactNode, useMemo } from 'react';
import { choiceKind, cursorKind } from '../../app/core/screen-states.ts';
import { useRead, useSubjectValue, useWorkbench } from '../../app/react.tsx';
import { type ChartSeries, LineChart } from '../../components/charts/line-chart.tsx';
import { jobStatus, STATUS_STYLES } from '../../components/feedback/status.tsx';
import { useAllJobs } from '../../components/hooks/use-all-jobs.ts';
import { useBack } from '../../components/hooks/use-back.ts';
import { useBodySize } from '../../components/layout/frame.tsx';
import { PaneBox, type PaneSize } from '../../components/layout/panes.tsx';
import { SmallTable } from '../../components/lists/small-table.tsx';
import { type Cell, type Column, Table } from '../../components/lists/table.tsx';
import { Line } from '../../components/text/line.tsx';
import { lossText, plural } from '../../domain/text/format.ts';
import { differencesBetween, type RunDifference } from '../../domain/training/difference.ts';
import { type CurveName, curveOf, measuredPoints } from '../../domain/training/metrics.ts';
import type { JobEvent, JobRecord } from '../../domain/training/types.ts';
import { trainCompareBindings } from '../../keys/bindings/train.ts';
import { useBindings } from '../../keys/hooks.tsx';
import { type Theme, useTheme } from '../../theme/theme.tsx';
import { ACCURACY_COLUMNS, accuracyText, HELD_OUT_COLUMNS, heldOutText, jobName } from './format.ts';
import type { TrainAction, TrainState } from './reducer.ts';
import { type JobSummary, useJobSummaries } from './use-job-history.ts';

const CURVE_TITLES: Readonly<Record<CurveName, string>> = {
  trainLoss: 'Training loss',
  trainTokenAccuracy: 'Training token accuracy',
  validLoss: 'Batch validation loss',
  validTokenAccuracy: 'Batch validation token accuracy',
  fullValidLoss: 'Full validation loss',
  fullValidTokenAccuracy: 'Full validation token accuracy',
};

/** One curve of several jobs, a series each, in the order given. */
function comparedSeries(
  jobs: readonly JobRecord[],
  events: (jobId: string) => readonly JobEvent[],
  curve: CurveName,
): readonly ChartSeries[] {
  return jobs.map((record) => ({
    name: jobName(record),
    points: curveOf(measuredPoints(events(record.job.id)), curve).map(({ step, value }) => ({ x: step, y: value })),
  }));
}

/** Two of the compared jobs, by their places among them, and what differs. */
export interface ComparedPair {
  readonly first: { readonly record: JobRecord; readonly index: number };
  readonly second: { readonly record: JobRecord; readonly index: number };
  readonly differences: readonly RunDifference[];
}

/** The selected job against the first that was marked; the second marked where the first is selected. */
function pairOf(jobs: readonly JobRecord[], selected: number): ComparedPair | null {
  const index = Math.max(1, Math.min(selected, jobs.length - 1));
  const [first] = jobs;
  const second = jobs[index];
  if (first === undefined || second === undefined) return null;
  return {
    first: { record: first, index: 0 },
    second: { record: second, index },
    differences: differencesBetween(first, second),
  };
}

const DIFFERENCE = cursorKind('train-differences');
const TABLE = choiceKind('train-compare-table', ['jobs', 'differences']);

/** Two jobs as the subject of what is kept. */
const pairId = ({ first, second }: ComparedPair): string => `${first.record.job.id} ${second.record.job.id}`;

export interface DifferencesTableProps {
  readonly pair: ComparedPair;
  readonly size: PaneSize;
}

/** Settings and data in which two jobs differ, one a line. */
function DifferencesTable({ pair, size }: DifferencesTableProps): ReactNode {
  const theme = useTheme();
  const [selected, setSelected] = useSubjectValue(pairId(pair), DIFFERENCE, () => 0);
  const { first, second, differences } = pair;
  const title = ({ record, index }: ComparedPair['first']): string =>
    `${theme.series(index).symbol} ${jobName(record)}`;
  if (differences.length === 0) {
    const both = `${title(first)} and ${title(second)}`;
    return (
      <Line text={`${both}: the same base, data and settings. What differs came by chance.`} width={size.columns} />
    );
  }
  const columns: readonly Column[] = [
    { id: 'what', title: 'setting', width: 15, keep: 1 },
    { id: 'first', title: title(first), flex: 1, min: 12, keep: 2 },
    { id: 'second', title: title(second), flex: 1, min: 12, keep: 3 },
  ];
  return (
    <SmallTable
      columns={columns}
      count={differences.length}
      rowAt={(index) => differences[index] ?? null}
      cell={(row, column) => (column === 'what' ? row.what : column === 'first' ? row.first : row.second)}
      width={size.columns}
      height={size.rows}
      selected={Math.min(selected, differences.length - 1)}
      onSelect={setSelected}
      focus
    />
  );
}

const COMPARED_COLUMNS: readonly Column[] = [
  { id: 'job', title: 'job', flex: 1, min: 16, cut: 'middle', keep: 1 },
  { id: 'status', title: 'status', width: 14, keep: 7 },
  { id: 'epochs', title: 'epochs', width: 6, align: 'right', keep: 4 },
  { id: 'batch', title: 'batch', width: 5, align: 'right', keep: 8 },
  { id: 'rate', title: 'rate ×', width: 6, align: 'right', keep: 6 },
  { id: 'train', title: 'loss', width: 7, align: 'right', keep: 3 },
  { id: 'valid', title: 'valid', width: HELD_OUT_COLUMNS, align: 'right', keep: 2 },
  { id: 'accuracy', title: 'token acc.', width: ACCURACY_COLUMNS, align: 'right', keep: 5 },
];

interface ComparedRow {
  readonly record: JobRecord;
  readonly summary: JobSummary;
  readonly index: number;
}

function comparedCell({ record, summary, index }: ComparedRow, column: string, theme: Theme): Cell {
  const { job } = record;
  const { kind, word } = jobStatus(job);
  switch (column) {
    case 'job':
      return `${theme.series(index).symbol} ${jobName(record)}`;
    case 'status':
      return { text: `${theme.symbols[STATUS_STYLES[kind].symbol]} ${word}`, tone: STATUS_STYLES[kind].tone };
    case 'epochs':
      return String(job.hyperparameters.nEpochs);
    case 'batch':
      return String(job.hyperparameters.batchSize);
    case 'rate':
      return String(job.hyperparameters.learningRate ?? job.hyperparameters.learningRateMultiplier);
    case 'train':
      return lossText(summary.trainLoss);
    case 'valid':
      return heldOutText(summary.heldOut);
    default:
      return accuracyText(summary.accuracy);
  }
}

export interface ComparedTableProps {
  readonly jobs: readonly JobRecord[];
  readonly selected: number;
  readonly onSelect: (index: number) => void;
  readonly size: PaneSize;
}

/** The compared jobs with what was set and what came of it; the sign is the one of the curve. */
function ComparedTable({ jobs, selected, onSelect, size }: ComparedTableProps): ReactNode {
  const theme = useTheme();
  const summarise = useJobSummaries();
  return (
    <Table
      columns={COMPARED_COLUMNS}
      count={jobs.length}
      rowAt={(index) => {
        const record = jobs[index];
        return record === undefined ? null : { record, summary: summarise(record), index };
      }}
      cell={(row, column) => comparedCell(row, column, theme)}
      width={size.columns}
      height={size.rows}
      selected={selected}
      onSelect={onSelect}
      focus
    />
  );
}

export interface CompareViewProps {
  readonly state: TrainState;
  readonly dispatch: Dispatch<TrainAction>;
}

/** The curves of the marked jobs over each other. */
export function CompareView({ state, dispatch }: CompareViewProps): ReactNode {
  const { columns, rows } = useBodySize();
  const { train } = useWorkbench();
  const all = useAllJobs();
  const { marked, compared, log } = state;
  const jobs = useMemo(() => marked.flatMap((id) => all.filter(({ job }) => job.id === id)), [marked, all]);
  const series = useRead(['jobs'], () => comparedSeries(jobs, train.events, compared), [jobs, train, compared]);
  const [table, setTable] = useSubjectValue(marked.join(' '), TABLE, () => 'jobs');
  const differing = table === 'differences';
  const selected = Math.max(
    0,
    jobs.findIndex(({ job }) => job.id === state.selectedCompared),
  );
  const chosen = jobs[selected];
  const select = (index: number): void => {
    const record = jobs[index];
    if (record !== undefined) dispatch({ type: 'select-compared', jobId: record.job.id });
  };
  const pair = pairOf(jobs, selected);
  useBindings('screen', trainCompareBindings, {
    'train.compare.open': {
      run: () => {
        if (chosen !== undefined) dispatch({ type: 'open', jobId: chosen.job.id });
      },
      disabledReason: chosen === undefined ? 'there is no job here any more' : null,
    },
    'train.compare.metric': () => dispatch({ type: 'compared' }),
    'train.compare.log': () => dispatch({ type: 'log' }),
    'train.compare.differences': {
      run: () => setTable(differing ? 'jobs' : 'differences'),
      disabledReason: pair === null ? 'two jobs are needed to show what differs' : null,
    },
    'train.compare.back': useBack(() => dispatch({ type: 'show', view: { kind: 'jobs' } })),
  });
  // Borders, the head and the jobs; a table that is cut scrolls.
  const most = Math.max(4, rows - 9);
  const listed = differing && pair !== null ? pair.differences.length : jobs.length;
  const tableRows = Math.min(Math.max(1, listed) + 3, most);
  const nothing = `None of these jobs measured ${CURVE_TITLES[compared].toLowerCase()}; m takes the next figure.`;
  return (
    <Box flexDirection="column" width={columns} height={rows} flexShrink={0}>
      <PaneBox title={CURVE_TITLES[compared]} focused={false} width={columns} height={rows - tableRows}>
        {(size) => <LineChart series={series} width={size.columns} height={size.rows} log={log} empty={nothing} />}
      </PaneBox>
      {differing && pair !== null ? (
        <PaneBox title="What differs" focused width={columns} height={tableRows}>
          {(size) => <DifferencesTable key={pairId(pair)} pair={pair} size={size} />}
        </PaneBox>
      ) : (
        <PaneBox title={`${plural(jobs.length, 'job')} compared`} focused width={columns} height={tableRows}>
          {(size) => <ComparedTable jobs={jobs} selected={selected} onSelect={select} size={size} />}
        </PaneBox>
      )}
    </Box>
  );
}
