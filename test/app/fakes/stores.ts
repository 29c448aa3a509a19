import type { DeploymentStore } from '../../../src/app/runtime/deployment-ports.ts';
import type {
  AskedJobStore,
  CoverageStore,
  JobStore,
  PackedRowStore,
  PlacedRows,
  RowStore,
  UploadKey,
  UploadStore,
} from '../../../src/app/runtime/ports.ts';
import type { RowSearch } from '../../../src/app/runtime/search-ports.ts';
import { hasFlag } from '../../../src/domain/dataset/row.ts';
import type { Row, RowCounts, RowFilter, RowQuery, ScanFilter } from '../../../src/domain/dataset/types.ts';
import type { DeploymentRecord } from '../../../src/domain/deployment/types.ts';
import type { AskedJob } from '../../../src/domain/training/asked-jobs.ts';
import type { Checkpoint, JobEvent, JobRecord } from '../../../src/domain/training/types.ts';
import { unpackRows } from '../../../src/services/store/rows/packed-rows.ts';

function matches(row: Row, filter: ScanFilter): boolean {
  const text = filter.text?.toLowerCase();
  const haystack = [...Object.values(row.cell), row.completion].join('\n').toLowerCase();
  return (
    (text === undefined || haystack.includes(text)) &&
    (filter.status === undefined || row.status === filter.status) &&
    (filter.rating === undefined || row.rating === filter.rating) &&
    (filter.edited === undefined || row.edited === filter.edited) &&
    (filter.flag === undefined || hasFlag(row, filter.flag)) &&
    (filter.split === undefined || row.split === filter.split) &&
    (filter.ids === undefined || filter.ids.includes(row.id)) &&
    (filter.cells === undefined || filter.cells.some((cell) => JSON.stringify(row.cell) === JSON.stringify(cell))) &&
    (filter.slot === undefined || row.cell[filter.slot.name] === filter.slot.value)
  );
}

/** A search of rows that looks at each of them, at once. */
export const searchOf = (rows: RowStore): RowSearch => ({
  async find(projectId, query) {
    const found = rows.query(projectId, { ...query, offset: 0, limit: Number.MAX_SAFE_INTEGER });
    return {
      total: found.length,
      window: (offset, limit) => found.slice(offset, offset + limit).map(({ id }) => rows.get(projectId, id)),
      ids: () => found.map(({ id }) => id),
    };
  },
  rowsChanged: () => {},
});

/** Rows by the order they stand in now. */
export const placedOf = (rows: RowStore): PlacedRows => ({
  placed: (projectId) => Array.from(rows.scan(projectId, {}), (row, place) => ({ place, row })),
  at(projectId, places) {
    const all = [...rows.scan(projectId, {})];
    return Array.from(places, (place) => all[place] ?? null);
  },
});

export class MemoryRows implements RowStore {
  readonly kept = new Map<string, Row>();
  puts = 0;
  /** Thrown by the next put, as a full disk would. */
  fault: Error | null = null;

  private key(projectId: string, id: string): string {
    return `${projectId}/${id}`;
  }

  private of(projectId: string, filter: ScanFilter): Row[] {
    return [...this.kept.values()].filter((row) => row.projectId === projectId && matches(row, filter));
  }

  put(rows: readonly Row[], which: 'all' | 'new' = 'all'): number {
    if (this.fault !== null) throw this.fault;
    this.puts += 1;
    const written = rows.filter(({ projectId, id }) => which === 'all' || this.get(projectId, id) === null);
    for (const row of written) this.kept.set(this.key(row.projectId, row.id), row);
    return written.length;
  }

  get(projectId: string, id: string): Row | null {
    return this.kept.get(this.key(projectId, id)) ?? null;
  }

  query(projectId: string, query: RowQuery): readonly Row[] {
    return this.of(projectId, query.filter).slice(query.offset, query.offset + query.limit);
  }

  counts(projectId: string, filter: RowFilter): RowCounts {
    const byStatus = { done: 0, truncated: 0, refused: 0, empty: 0, failed: 0 };
    const byRating = { accepted: 0, rejected: 0, unrated: 0 };
    let costUsd = 0;
    let unpriced = 0;
    const rows = this.of(projectId, filter);
    for (const row of rows) {
      byStatus[row.status] += 1;
      byRating[row.rating] += 1;
      if (row.costUsd === null) unpriced += 1;
      else costUsd += row.costUsd;
    }
    return { total: rows.length, byStatus, byRating, costUsd, unpriced };
  }

  remove(projectId: string, ids: readonly string[]): void {
    for (const id of ids) this.kept.delete(this.key(projectId, id));
  }

  scan(projectId: string, filter: ScanFilter): Iterable<Row> {
    return this.of(projectId, filter);
  }
}

/** Each row a count of its own, in one part. */
/** Rows that come packed, put into a store that keeps them one by one. */
export const packedRowsOf = (rows: Pick<RowStore, 'put'>): PackedRowStore => ({
  put: (like, packed) => rows.put(unpackRows(like, packed), 'new'),
});

export const coverageOf = (rows: Pick<RowStore, 'scan'>): CoverageStore => ({
  part: (projectId, [first, second]) => ({
    next: null,
    counts: [...rows.scan(projectId, {})].flatMap(({ cell, rating }) => {
      const [a, b] = [cell[first], cell[second]];
      if (a === undefined || b === undefined) return [];
      return [{ first: a, second: b, rows: 1, accepted: rating === 'accepted' ? 1 : 0 }];
    }),
  }),
});

export class MemoryJobs implements JobStore {
  private readonly records = new Map<string, JobRecord>();
  private readonly eventLists = new Map<string, JobEvent[]>();
  private readonly checkpointLists = new Map<string, readonly Checkpoint[]>();
  /** How often an event was given that was there already. */
  repeats = 0;

  has(jobId: string): boolean {
    return this.records.has(jobId);
  }

  save(record: JobRecord): void {
    this.records.set(record.job.id, record);
  }

  list(projectId: string): readonly JobRecord[] {
    const own = [...this.records.values()].filter((record) => record.projectId === projectId);
    return own.toSorted((a, b) => b.job.createdAt - a.job.createdAt);
  }

  ofCommands(): readonly JobRecord[] {
    return [...this.records.values()].filter(({ projectId }) => projectId.startsWith('headless-'));
  }

  addEvents(jobId: string, events: readonly JobEvent[]): void {
    const list = this.eventLists.get(jobId) ?? [];
    for (const event of events) {
      if (list.some((known) => known.id === event.id)) this.repeats += 1;
      else list.push(event);
    }
    this.eventLists.set(jobId, list);
  }

  events(jobId: string): readonly JobEvent[] {
    return this.eventLists.get(jobId) ?? [];
  }

  saveCheckpoints(jobId: string, checkpoints: readonly Checkpoint[]): void {
    this.checkpointLists.set(jobId, checkpoints);
  }

  checkpoints(jobId: string): readonly Checkpoint[] {
    return this.checkpointLists.get(jobId) ?? [];
  }
}

export class MemoryAskedJobs implements AskedJobStore {
  readonly kept = new Map<string, AskedJob>();
  private readonly jobs: MemoryJobs;
  /** Thrown by the next writing, as a full disk would. */
  fault: Error | null = null;

  constructor(jobs: MemoryJobs) {
    this.jobs = jobs;
  }

  private guard(): void {
    if (this.fault !== null) throw this.fault;
  }

  save(asked: AskedJob): void {
    this.guard();
    this.kept.set(asked.key, asked);
  }

  list({ projectId, address }: { readonly projectId?: string; readonly address?: string }): readonly AskedJob[] {
    return [...this.kept.values()].filter(
      (asked) =>
        (projectId === undefined || asked.frame.projectId === projectId) &&
        (address === undefined || asked.address === address),
    );
  }

  adopt({ key }: AskedJob, record: JobRecord): void {
    this.guard();
    this.jobs.save(record);
    this.kept.delete(key);
  }

  forget(key: string): void {
    this.guard();
    this.kept.delete(key);
  }

  readonly isKnown = (jobId: string): boolean => this.jobs.has(jobId);
}

export class MemoryUploads implements UploadStore {
  private readonly kept = new Map<string, string>();

  find({ address, purpose, hash }: UploadKey): string | null {
    return this.kept.get(`${address} ${purpose} ${hash}`) ?? null;
  }

  save({ address, purpose, hash }: UploadKey, file: { readonly id: string }): void {
    this.kept.set(`${address} ${purpose} ${hash}`, file.id);
  }
}

export class MemoryDeployments implements DeploymentStore {
  readonly kept = new Map<string, DeploymentRecord>();

  begin(record: DeploymentRecord): DeploymentRecord {
    const open = [...this.kept.values()].find(
      ({ address, order, closed }) => !closed && address === record.address && order.source === record.order.source,
    );
    if (open === undefined) this.kept.set(record.key, record);
    return open ?? record;
  }

  save(record: DeploymentRecord): void {
    this.kept.set(record.key, record);
  }

  get(key: string): DeploymentRecord | null {
    return this.kept.get(key) ?? null;
  }

  list({ open }: { readonly open: boolean } = { open: false }): readonly DeploymentRecord[] {
    const all = [...this.kept.values()].toSorted((a, b) => b.askedAt - a.askedAt);
    return open ? all.filter(({ closed }) => !closed) : all;
  }
}
