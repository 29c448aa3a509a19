import { jobStatus, STATUS_LOOKS } from '../../../components/status/index.ts';
import type { Cell, Column } from '../../../components/table/index.ts';
import { LOOK_COLUMNS, type Tracked, trackedCell } from '../../../components/tracking/index.ts';
import { formatUsd } from '../../../domain/pricing/format.ts';
import { clockTime, count } from '../../../domain/text/figures.ts';
import type { JobRecord } from '../../../domain/training/types.ts';
import type { Symbols } from '../../../theme/index.ts';
import { elapsedMs } from '../job/time.ts';
import { ageText, lossText, shareText } from '../words.ts';
import type { JobSummary } from './summary.ts';

export const JOB_COLUMNS: readonly Column[] = [
  { id: 'status', title: 'status', width: 16, keep: 1 },
  { id: 'base', title: 'base', flex: 1, min: 14, keep: 7 },
  { id: 'tuned', title: 'tuned model', flex: 2, min: 16, keep: 2 },
  { id: 'data', title: 'data', width: 8, keep: 11 },
  { id: 'rows', title: 'rows', width: 7, align: 'right', keep: 8 },
  { id: 'epochs', title: 'epochs', width: 6, align: 'right', keep: 10 },
  { id: 'loss', title: 'loss', width: 7, align: 'right', keep: 3 },
  { id: 'valid', title: 'valid', width: 7, align: 'right', keep: 5 },
  { id: 'accuracy', title: 'accuracy', width: 8, align: 'right', keep: 12 },
  { id: 'cost', title: 'quote', width: 8, align: 'right', keep: 9 },
  { id: 'took', title: 'took', width: 7, align: 'right', keep: 13 },
  { id: 'age', title: 'age', width: 6, align: 'right', keep: 4 },
  { id: 'tracked', title: 'W&B', width: LOOK_COLUMNS, keep: 6 },
];

export interface JobRow {
  readonly record: JobRecord;
  readonly summary: JobSummary;
  readonly tracked: Tracked;
}

function tunedText({ job }: JobRecord): Cell {
  if (job.fineTunedModel !== null) return job.fineTunedModel;
  if (job.status === 'failed') return { text: job.error?.code || 'failed', tone: 'error' };
  return { text: job.suffix === null || job.suffix === '' ? job.id : `(${job.suffix})`, tone: 'muted' };
}

function statusText({ record, summary }: JobRow, symbols: Symbols): Cell {
  const { kind, word } = jobStatus(record.job.status);
  const { symbol, tone } = STATUS_LOOKS[kind];
  const share =
    record.job.status === 'running' && summary.step !== null && summary.totalSteps
      ? ` ${Math.floor((summary.step / summary.totalSteps) * 100)}%`
      : '';
  return { text: `${symbols[symbol]} ${word}${share}`, tone };
}

/** What stands in a column of the jobs' table. `now` in milliseconds since the epoch. */
export function jobCell(row: JobRow, column: string, symbols: Symbols, now: number): Cell {
  const { record, summary } = row;
  const { job } = record;
  switch (column) {
    case 'status':
      return statusText(row, symbols);
    case 'base':
      return job.model;
    case 'tuned':
      return tunedText(record);
    case 'data':
      return record.data?.training ?? { text: '—', tone: 'muted' };
    case 'rows':
      return record.validationRows === 0 ? count(record.trainRows) : `${record.trainRows}+${record.validationRows}`;
    case 'epochs':
      return String(job.hyperparameters.nEpochs);
    case 'loss':
      return lossText(summary.trainLoss);
    case 'valid':
      return lossText(summary.validLoss);
    case 'accuracy':
      return shareText(summary.accuracy);
    case 'cost':
      return formatUsd(record.quoteUsd);
    case 'took':
      return clockTime(elapsedMs(job, now));
    case 'tracked':
      return trackedCell(row.tracked, symbols);
    default:
      return ageText(job.createdAt * 1000, now);
  }
}
