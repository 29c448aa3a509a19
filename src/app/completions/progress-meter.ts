import type { BatchView } from '../../domain/batches/view.ts';
import type { RateLimits } from '../../domain/chat/types.ts';
import { hasFlag } from '../../domain/dataset/row.ts';
import type { Row } from '../../domain/dataset/types.ts';
import { truncateToWidth } from '../../domain/text/graphemes.ts';
import type { LatestRow, RequestProgress, RequestWait, RowProblem } from '../runtime/operation.ts';
import type { Clock } from '../runtime/ports.ts';

const HISTORY = 40;
const HISTORY_EVERY_MS = 150;
const LATENCIES = 200;
const LATEST = 12;
const PROBLEMS = 200;
const RATE_WINDOW_MS = 5_000;
const PREVIEW_COLUMNS = 80;
const PREVIEW_READ = 400;

/** What only the scheduler knows at the moment of a reading. */
export interface Gauges {
  readonly running: number;
  readonly concurrency: number;
  readonly costUsd: number | null;
  readonly capUsd: number | null;
  readonly capLeftUsd: number | null;
  readonly projectUsd: number;
  readonly wait: RequestWait | null;
  readonly batches: readonly BatchView[];
}

/** Counts what a run does and reads it off as progress. */
export interface ProgressMeter {
  reused(): void;
  retried(): void;
  /** A row whose answer, or failure, is on disk. */
  finished(row: Row, latencyMs: number | null): void;
  limits(limits: RateLimits): void;
  read(gauges: Gauges): RequestProgress;
}

function percentile(sorted: readonly number[], share: number): number | null {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? null;
}

/** Read for the screen alone, so the last few rows of a reading are measured and not all of a run. */
function preview(text: string): string {
  const line = text.slice(0, PREVIEW_READ).replace(/\s+/g, ' ').trim();
  return truncateToWidth(line, PREVIEW_COLUMNS, '');
}

const lineOf = ({ id: rowId, cell, status, usage, error, completion }: Row): LatestRow => ({
  rowId,
  cell,
  ok: status === 'done',
  tokens: usage?.completionTokens ?? null,
  preview: preview(error ?? completion),
});

function pushBounded<T>(list: T[], item: T, most: number): void {
  list.push(item);
  if (list.length > most) list.shift();
}

/** `total` is called at each reading: later phases learn from earlier ones how much there is to do. */
export function createProgressMeter(clock: Clock, total: () => number): ProgressMeter {
  const startedAt = clock.now();
  const latencies: number[] = [];
  const history: number[] = [];
  const latest: Row[] = [];
  const problems: RowProblem[] = [];
  /** Rows finished by 100 ms of time, so that a rate costs the same at any speed. */
  const buckets = new Map<number, number>();
  const count = { done: 0, reused: 0, retried: 0, failed: 0, flagged: 0 };
  let lastLimits: RateLimits | null = null;
  let sampledAt = Number.NEGATIVE_INFINITY;

  function rowsPerSecond(now: number): number {
    let rows = 0;
    for (const [bucket, finished] of buckets) {
      if (bucket * 100 < now - RATE_WINDOW_MS) buckets.delete(bucket);
      else rows += finished;
    }
    return (rows * 1000) / Math.max(100, Math.min(RATE_WINDOW_MS, now - startedAt));
  }

  function etaMs(rate: number): number | null {
    const left = total() - count.done - count.reused;
    if (left <= 0) return 0;
    return rate > 0 ? (left / rate) * 1000 : null;
  }

  return {
    reused() {
      count.reused += 1;
    },
    retried() {
      count.retried += 1;
    },
    finished(row, latencyMs) {
      count.done += 1;
      const bucket = Math.floor(clock.now() / 100);
      buckets.set(bucket, (buckets.get(bucket) ?? 0) + 1);
      if (latencyMs !== null) pushBounded(latencies, latencyMs, LATENCIES);
      if (row.status === 'failed') count.failed += 1;
      else if (hasFlag(row, 'any')) count.flagged += 1;
      pushBounded(latest, row, LATEST);
      if (row.error !== null) pushBounded(problems, { rowId: row.id, cell: row.cell, cause: row.error }, PROBLEMS);
    },
    limits(limits) {
      lastLimits = limits;
    },
    read(gauges) {
      const now = clock.now();
      if (now - sampledAt >= HISTORY_EVERY_MS) {
        sampledAt = now;
        pushBounded(history, gauges.concurrency, HISTORY);
      }
      const sorted = latencies.toSorted((a, b) => a - b);
      const rate = rowsPerSecond(now);
      return {
        total: total(),
        ...count,
        ...gauges,
        waiting: Math.max(0, total() - count.done - count.reused - gauges.running),
        rowsPerSecond: rate,
        etaMs: etaMs(rate),
        concurrencyHistory: [...history],
        latencyP50Ms: percentile(sorted, 0.5),
        latencyP95Ms: percentile(sorted, 0.95),
        limits: lastLimits,
        latest: latest.map(lineOf).toReversed(),
        problems: problems.toReversed(),
      };
    },
  };
}
