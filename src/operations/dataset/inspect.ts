import type { DatasetFinding } from '../../domain/dataset/types.ts';
import { ColumnCounter } from '../../domain/importing/columns.ts';
import { tableRowOf } from '../../domain/importing/convert.ts';
import { guessMapping } from '../../domain/importing/guess.ts';
import { shapeOfMost } from '../../domain/importing/shape.ts';
import type { ColumnInfo, ColumnMapping, RecordShape, SourceRecord, TableRow } from '../../domain/importing/types.ts';
import type { OpenSource } from '../ports.ts';

/** Records kept for a preview. */
const KEPT = 200;
const SAMPLE = 20;
const FINDINGS_KEPT = 100;
const AT_ONCE = 500;

export interface Inspected {
  readonly shape: RecordShape;
  readonly columns: readonly ColumnInfo[];
  readonly looked: number;
  readonly sample: readonly TableRow[];
  readonly guess: ColumnMapping | null;
  readonly findings: readonly DatasetFinding[];
  /** The first records as they came. */
  readonly records: readonly SourceRecord[];
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Looks at the first rows of a source: what they are, their columns, and what the mapping probably is. Throws ImportError. */
export async function inspectSource(opened: OpenSource, signal?: AbortSignal): Promise<Inspected> {
  const columns = new ColumnCounter();
  const records: SourceRecord[] = [];
  const rows: TableRow[] = [];
  const findings: DatasetFinding[] = [];
  let looked = 0;
  for await (const record of opened.records(signal)) {
    signal?.throwIfAborted();
    if (record.kind === 'finding' && findings.length < FINDINGS_KEPT) findings.push(record.finding);
    if (records.length < KEPT) records.push(record);
    const row = tableRowOf(record);
    if (row === null) continue;
    columns.push(row);
    if (rows.length < KEPT) rows.push(row);
    looked += 1;
    if (looked === opened.look) break;
    if (looked % AT_ONCE === 0) await turn();
  }
  const found = columns.columns();
  const shape = shapeOfMost(rows);
  const guess = shape === 'table' ? guessMapping(found) : null;
  return { shape, columns: found, looked, sample: rows.slice(0, SAMPLE), guess, findings, records };
}
