import { setImmediate as nextTurn } from 'node:timers/promises';
import type { ChatMessage } from '../../domain/chat/types.ts';
import { type LegacyConvention, LegacyConventionFinder } from '../../domain/dataset/legacy-pairs.ts';
import { lineId, SeenLines } from '../../domain/dataset/row.ts';
import type { DatasetFinding, Row } from '../../domain/dataset/types.ts';
import { ColumnCounter, guessMapping } from '../../domain/importing/columns.ts';
import { convertRecord, tableRowOf } from '../../domain/importing/convert.ts';
import { type ImportReceipt, ReceiptCounter, recordsLeftOut } from '../../domain/importing/receipt.ts';
import {
  type ColumnInfo,
  type ColumnMapping,
  ImportError,
  type ImportedExample,
  type ImportMapping,
  type ImportSource,
  mapsColumns,
  type SourceRecord,
  type TableRow,
} from '../../domain/importing/records.ts';
import { pairOf, type RecordShape, shapeEntry, shapeOf, shapeOfMost } from '../../domain/importing/shapes.ts';
import { sourceLabel } from '../../domain/importing/source.ts';
import { isBlank } from '../../domain/text/blank.ts';
import type { OperationDeps } from '../core/deps.ts';
import type { ImportProgress, OperationHandle } from '../runtime/operation.ts';
import type { OpenSource, Sources } from '../runtime/ports.ts';

/** Records kept for a preview. */
const RECORDS_KEPT = 200;
const SAMPLE_ROWS = 20;
const FINDINGS_SHOWN = 100;
const ROWS_A_TURN = 500;

export interface SourceInspection {
  readonly shape: RecordShape;
  readonly columns: readonly ColumnInfo[];
  readonly looked: number;
  readonly sample: readonly TableRow[];
  readonly guess: ColumnMapping | null;
  readonly findings: readonly DatasetFinding[];
  /** The first records as they came. */
  readonly records: readonly SourceRecord[];
}

/** Looks at the first rows of a source: what they are, their columns, and what the mapping probably is. Throws ImportError. */
export async function inspectSource(opened: OpenSource, signal?: AbortSignal): Promise<SourceInspection> {
  const columns = new ColumnCounter();
  const records: SourceRecord[] = [];
  const rows: TableRow[] = [];
  const findings: DatasetFinding[] = [];
  let looked = 0;
  for await (const record of opened.records(signal)) {
    signal?.throwIfAborted();
    if (record.kind === 'finding' && findings.length < FINDINGS_SHOWN) findings.push(record.finding);
    if (records.length < RECORDS_KEPT) records.push(record);
    const row = tableRowOf(record);
    if (row === null) continue;
    columns.push(row);
    if (rows.length < RECORDS_KEPT) rows.push(row);
    looked += 1;
    if (looked === opened.look) break;
    if (looked % ROWS_A_TURN === 0) await nextTurn();
  }
  const counted = columns.columns();
  const found = counted.length > 0 ? counted : emptyColumns(opened.columns ?? []);
  const shape = shapeOfMost(rows);
  const guess = shapeEntry(shape).asIs ? null : guessMapping(found);
  return { shape, columns: found, looked, sample: rows.slice(0, SAMPLE_ROWS), guess, findings, records };
}

/** A source without rows, such as a table that ends after its first line; null where there are some, or faults to show. */
export function withoutRows(name: string, { looked, columns, records }: SourceInspection): ImportError | null {
  const isFaulty = (record: SourceRecord): boolean =>
    convertRecord(record, null).findings.some(({ severity }) => severity === 'error');
  if (looked > 0 || records.some(isFaulty)) return null;
  const names = columns.map((column) => column.name).join(', ');
  const message =
    names === '' ? `${name} has no rows.` : `${name} has the names of columns (${names}) and no row under them.`;
  return new ImportError(message, 'Name a file with rows in it.');
}

/** Columns of a table of which no row could be read. */
const emptyColumns = (names: readonly string[]): readonly ColumnInfo[] =>
  names.map((name) => ({ name, type: 'empty', empty: 0, values: [] }));

/**
 * The old convention, when every prompt/completion pair of the source keeps to it: read to the end only as long as they
 * do. A source that breaks off says so where it is imported.
 */
export async function conventionOf(
  opened: Pick<OpenSource, 'records' | 'look'>,
  signal?: AbortSignal,
): Promise<LegacyConvention | null> {
  const finder = new LegacyConventionFinder();
  let looked = 0;
  let pairs = 0;
  try {
    for await (const record of opened.records(signal)) {
      signal?.throwIfAborted();
      const row = tableRowOf(record);
      const pair = row !== null && shapeOf(row) === 'prompt-completion' ? pairOf(row) : null;
      if (pair !== null) {
        pairs += 1;
        if (!finder.push(pair)) return null;
      }
      looked += 1;
      if (pairs === 0 && looked === opened.look) return null;
      if (looked % ROWS_A_TURN === 0) await nextTurn();
    }
  } catch {
    return null;
  }
  return finder.found();
}

/** Records looked at before others have a turn, and rows written in one go: each some ten milliseconds of the thread. */
const RECORDS_AT_ONCE = 100;
const ROWS_AT_ONCE = 500;
/** Findings kept in words; the rest are counted. */
const FINDINGS_KEPT = 1_000;

export interface ImportResult {
  readonly added: number;
  /** Equal to a row that is there, from the same import before. */
  readonly there: number;
  /** Records that could not become a row. */
  readonly refused: number;
  /** What was wrong, by line, with its fix. */
  readonly findings: readonly DatasetFinding[];
  readonly receipt: ImportReceipt;
}

/** Makes rows of records and puts them in the store, some hundred at a time. */
class Importer {
  private readonly deps: Pick<OperationDeps, 'rows' | 'clock'>;
  private readonly projectId: string;
  private readonly mapping: ImportMapping | null;
  private readonly findings: DatasetFinding[] = [];
  /** How often an example was seen in this import, so that equal ones stay apart and a second import adds nothing. */
  private readonly seen = new SeenLines();
  private convention: LegacyConvention | null = null;
  private counter: ReceiptCounter;
  private waiting: Row[] = [];
  private added = 0;
  private there = 0;

  constructor(deps: Pick<OperationDeps, 'rows' | 'clock'>, projectId: string, mapping: ImportMapping | null) {
    this.deps = deps;
    this.projectId = projectId;
    this.mapping = mapping;
    this.counter = new ReceiptCounter(mapping, null);
  }

  async prepare(opened: OpenSource, signal: AbortSignal): Promise<void> {
    if (mapsColumns(this.mapping)) return;
    this.convention = await conventionOf(opened, signal);
    this.counter = new ReceiptCounter(this.mapping, this.convention);
  }

  take(record: SourceRecord): void {
    const converted = convertRecord(record, this.mapping, this.convention);
    for (const finding of converted.findings) {
      if (this.findings.length < FINDINGS_KEPT) this.findings.push(finding);
    }
    for (const example of converted.examples) this.add(example);
    this.counter.push(converted);
  }

  flush(): void {
    if (this.waiting.length === 0) return;
    const added = this.deps.rows.put(this.waiting, 'new');
    this.added += added;
    this.there += this.waiting.length - added;
    this.waiting = [];
  }

  /** Whether enough rows wait to be written. */
  get isFull(): boolean {
    return this.waiting.length >= ROWS_AT_ONCE;
  }

  result(): ImportResult {
    const receipt = this.counter.receipt();
    const { added, there, findings } = this;
    return { added, there, refused: recordsLeftOut(receipt), findings, receipt };
  }

  private add({ prompt, completion, whole, cell, rating }: ImportedExample): void {
    const id = lineId({ prompt, completion, whole }, this.seen);
    const row = plainRow(this.projectId, id, 'imported', prompt, completion, this.deps.clock.now());
    this.waiting.push({ ...row, cell, rating, ...(whole === undefined ? {} : { whole }) });
  }
}

/** A row that no template made. */
export function plainRow(
  projectId: string,
  id: string,
  source: 'chat' | 'imported',
  prompt: readonly ChatMessage[],
  completion: string,
  now: number,
): Row {
  return {
    id,
    projectId,
    source,
    prompt,
    completion,
    cell: {},
    status: isBlank(completion) ? 'empty' : 'done',
    rating: 'unrated',
    edited: false,
    split: null,
    model: '',
    finishReason: null,
    usage: null,
    costUsd: 0,
    error: null,
    createdAt: now,
    updatedAt: now,
  };
}

export interface ImportRequest {
  readonly projectId: string;
  readonly source: ImportSource;
  /** Null takes records as the shape they have, with nothing added. */
  readonly mapping: ImportMapping | null;
  /** The source, where it is open already. */
  readonly opened?: OpenSource;
}

export interface ImportHandle extends OperationHandle<ImportProgress> {
  result(): ImportResult;
}

/** How much of a source was read when `taken` records came of it, from 0 to 1; null where nothing tells. */
export function shareOf({ rows, share }: OpenSource, taken: number): number | null {
  return rows === null ? (share?.() ?? null) : Math.min(1, taken / Math.max(1, rows));
}

/** Milliseconds after which a pace says something. */
const SETTLED_MS = 1_000;

/** Records a second, and milliseconds until all are read, by what was read so far. */
export function paceOf(
  taken: number,
  share: number | null,
  elapsedMs: number,
): { readonly perSecond: number | null; readonly etaMs: number | null } {
  if (elapsedMs < SETTLED_MS) return { perSecond: null, etaMs: null };
  const etaMs = share === null || share === 0 ? null : (elapsedMs * (1 - share)) / share;
  return { perSecond: (taken * 1000) / elapsedMs, etaMs };
}

type ImportDeps = Pick<OperationDeps, 'registry' | 'rows' | 'clock'> & { readonly sources: Sources };

/**
 * Adds the records of a source as rows. One that cannot become a row is named by line with its fix; the others go in.
 * What is in when it is cancelled or fails stays in, and the same import again adds only what is missing.
 */
export function startImport(deps: ImportDeps, request: ImportRequest): ImportHandle {
  const { projectId, source, mapping } = request;
  const importer = new Importer(deps, projectId, mapping);
  const path = sourceLabel(source);
  const handle = deps.registry.start<ImportProgress>({
    projectId,
    title: `Import ${path}`,
    detail: { kind: 'import', path, rows: 0, perSecond: null, etaMs: null },
    async run({ signal, report }) {
      const opened = request.opened ?? (await deps.sources.open(source, { signal }));
      await importer.prepare(opened, signal);
      let taken = 0;
      const begun = deps.clock.now();
      const reportProgress = (fraction: number | null): void => {
        const pace = paceOf(taken, fraction, deps.clock.now() - begun);
        report({ kind: 'import', path, rows: importer.result().added, ...pace }, fraction);
      };
      try {
        for await (const record of opened.records(signal)) {
          signal.throwIfAborted();
          importer.take(record);
          taken += 1;
          if (taken % RECORDS_AT_ONCE !== 0) continue;
          if (importer.isFull) importer.flush();
          reportProgress(shareOf(opened, taken));
          await nextTurn();
        }
        importer.flush();
        reportProgress(1);
      } finally {
        importer.flush();
      }
      const { added, there, refused } = importer.result();
      const parts = [`${added} rows imported`];
      if (there > 0) parts.push(`${there} were there`);
      if (refused > 0) parts.push(`${refused} refused`);
      return { summary: `${parts.join(', ')}.`, costUsd: 0 };
    },
  });
  return { ...handle, result: () => importer.result() };
}
