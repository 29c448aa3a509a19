import type { ReactNode } from 'react';
import type { PaneSize } from '../../../components/panes/index.ts';
import { jobStatus, STATUS_LOOKS } from '../../../components/status/index.ts';
import { type Cell, type Column, Table } from '../../../components/table/index.ts';
import type { JobRecord } from '../../../domain/training/types.ts';
import { type Theme, useTheme } from '../../../theme/index.ts';
import { type JobSummary, useSummaries } from '../jobs/summary.ts';
import { jobName, lossText, shareText } from '../words.ts';

const COLUMNS: readonly Column[] = [
  { id: 'job', title: 'job', flex: 1, min: 16, keep: 1 },
  { id: 'status', title: 'status', width: 14, keep: 7 },
  { id: 'epochs', title: 'epochs', width: 6, align: 'right', keep: 4 },
  { id: 'batch', title: 'batch', width: 5, align: 'right', keep: 8 },
  { id: 'rate', title: 'rate ×', width: 6, align: 'right', keep: 6 },
  { id: 'train', title: 'loss', width: 7, align: 'right', keep: 3 },
  { id: 'valid', title: 'valid', width: 7, align: 'right', keep: 2 },
  { id: 'accuracy', title: 'accuracy', width: 8, align: 'right', keep: 5 },
];

interface Row {
  readonly record: JobRecord;
  readonly summary: JobSummary;
  readonly index: number;
}

function cell({ record, summary, index }: Row, column: string, theme: Theme): Cell {
  const { job } = record;
  const { kind, word } = jobStatus(job.status);
  switch (column) {
    case 'job':
      return `${theme.series(index).symbol} ${jobName(record)}`;
    case 'status':
      return { text: `${theme.symbols[STATUS_LOOKS[kind].symbol]} ${word}`, tone: STATUS_LOOKS[kind].tone };
    case 'epochs':
      return String(job.hyperparameters.nEpochs);
    case 'batch':
      return String(job.hyperparameters.batchSize);
    case 'rate':
      return String(job.hyperparameters.learningRateMultiplier);
    case 'train':
      return lossText(summary.trainLoss);
    case 'valid':
      return lossText(summary.validLoss);
    default:
      return shareText(summary.accuracy);
  }
}

export interface ComparedTableProps {
  readonly jobs: readonly JobRecord[];
  readonly selected: number;
  readonly onSelect: (index: number) => void;
  readonly size: PaneSize;
}

/** The compared jobs with what was set and what came of it; the sign is the one of the curve. */
export function ComparedTable({ jobs, selected, onSelect, size }: ComparedTableProps): ReactNode {
  const theme = useTheme();
  const summarise = useSummaries();
  return (
    <Table
      columns={COLUMNS}
      count={jobs.length}
      rowAt={(index) => {
        const record = jobs[index];
        return record === undefined ? null : { record, summary: summarise(record), index };
      }}
      cell={(row, column) => cell(row, column, theme)}
      width={size.columns}
      height={size.rows}
      selected={selected}
      onSelect={onSelect}
      focus
    />
  );
}
