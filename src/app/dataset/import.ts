import { setImmediate as nextTurn } from 'node:timers/promises';
import type { ChatMessage } from '../../domain/chat/types.ts';
import { type LegacyConvention, LegacyConventionFinder } from '../../domain/dataset/legacy-pairs.ts';
import { statusOfText } from '../../domain/dataset/row.ts';
import type { DatasetFinding, Row } from '../../domain/dataset/types.ts';
import { ColumnCounter, guessMapping } from '../../domain/importing/columns.ts';
import { Conversion, type ConversionRequest, type ConvertedPart } from '../../domain/importing/conversion.ts';
import { convertRecord, tableRowOf } from '../../domain/importing/convert.ts';
import { type ImportReceipt, ReceiptCounter, recordsLeftOut } from '../../domain/importing/receipt.ts';
import {
  type ColumnInfo,
  type ColumnMapping,
  ImportError,
  type ImportMapping,
  type ImportSource,
  mapsColumns,
  type SourceRecord,
  type TableRow,
} from '../../domain/importing/records.ts';
import { pairOf, type RecordShape, shapeEntry, shapeOf, shapeOfMost } from '../../domain/importing/shapes.ts';
import { sourceLabel } from '../../domain/importing/source.ts';
import type { OperationDeps } from '../core/deps.ts';
import type { ImportProgress, OperationHandle } from '../runtime/operation.ts';
import type { PackedRowStore } from '../runtime/ports.ts';
import type { OpenSource, Sources } from '../runtime/source-ports.ts';

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

/** Records that are made rows of before others have a turn: some ten milliseconds of the thread, with writing these rows. */
const RECORDS_AT_ONCE = 200;
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

type StoreParts = Pick<OperationDeps, 'rows' | 'clock'> & { readonly packedRows: PackedRowStore };

/** Puts what records were made into the store. */
class Importer {
  private readonly deps: StoreParts;
  private readonly projectId: string;
  private readonly findings: DatasetFinding[] = [];
  private receipt: ImportReceipt;
  private added = 0;
  private there = 0;

  constructor(deps: StoreParts, projectId: string, mapping: ImportMapping | null) {
    this.deps = deps;
    this.projectId = projectId;
    this.receipt = new ReceiptCounter(mapping, null).receipt();
  }

  put({ rows, packed, findings, receipt }: ConvertedPart): void {
    const now = this.deps.clock.now();
    if (packed !== null) {
      const like = plainRow(this.projectId, '', 'imported', [], '', now);
      this.count(packed.lengths.length, this.deps.packedRows.put(like, packed));
    }
    const made = rows.map(({ id, prompt, completion, cell, rating, whole }) => {
      const row = plainRow(this.projectId, id, 'imported', prompt, completion, now);
      return { ...row, cell, rating, ...(whole === undefined ? {} : { whole }) };
    });
    this.findings.push(...findings);
    this.receipt = receipt;
    if (made.length > 0) this.count(made.length, this.deps.rows.put(made, 'new'));
  }

  private count(all: number, added: number): void {
    this.added += added;
    this.there += all - added;
  }

  result(): ImportResult {
    const { added, there, findings, receipt } = this;
    return { added, there, refused: recordsLeftOut(receipt), findings, receipt };
  }
}

/** What comes of a source, a part at a time; of one that breaks off, what came before. */
async function* convertedHere(
  opened: OpenSource,
  request: ConversionRequest,
  signal: AbortSignal,
): AsyncGenerator<ConvertedPart> {
  const conversion = new Conversion(request);
  let taken = 0;
  try {
    for await (const record of opened.records(signal)) {
      signal.throwIfAborted();
      conversion.take(record);
      taken += 1;
      if (taken % RECORDS_AT_ONCE === 0) yield conversion.part(shareOf(opened, taken));
    }
  } catch (error) {
    yield conversion.part(null);
    throw error;
  }
  yield conversion.part(1);
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
    status: statusOfText(completion),
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

type ImportDeps = StoreParts & Pick<OperationDeps, 'registry'> & { readonly sources: Sources };

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
      const convention = mapsColumns(mapping) ? null : await conventionOf(opened, signal);
      const begun = deps.clock.now();
      const wanted = { mapping, convention };
      const parts = opened.converted?.(wanted, signal) ?? convertedHere(opened, wanted, signal);
      for await (const part of parts) {
        importer.put(part);
        const pace = paceOf(part.taken, part.share, deps.clock.now() - begun);
        report({ kind: 'import', path, rows: importer.result().added, ...pace }, part.share);
        await nextTurn();
      }
      signal.throwIfAborted();
      const { added, there, refused } = importer.result();
      const words = [`${added} rows imported`];
      if (there > 0) words.push(`${there} were there`);
      if (refused > 0) words.push(`${refused} refused`);
      return { summary: `${words.join(', ')}.`, costUsd: 0 };
    },
  });
  return { ...handle, result: () => importer.result() };
}
