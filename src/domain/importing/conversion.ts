import type { LegacyConvention } from '../dataset/legacy-pairs.ts';
import { lineId } from '../dataset/row.ts';
import { SeenLines } from '../dataset/seen-lines.ts';
import type { DatasetFinding, Rating, RowStatus } from '../dataset/types.ts';
import type { Cell } from '../template/types.ts';
import { convertRecord } from './convert.ts';
import { type ImportReceipt, ReceiptCounter } from './receipt.ts';
import type { ImportedExample, ImportMapping, SourceRecord } from './records.ts';

/** What decides what records become. */
export interface ConversionRequest {
  readonly mapping: ImportMapping | null;
  /** The old form that every pair of the source keeps to, which is cut; null where there is none. */
  readonly convention: LegacyConvention | null;
}

/** An example with its identity as a row. */
export interface ImportedRow extends ImportedExample {
  readonly id: string;
}

/** Rows whose texts were packed where they were made: they are found by columns, and nobody need read them on their way. */
export interface PackedRows {
  /** 32 bytes a row. */
  readonly ids: Uint8Array;
  /** UTF-16 code units of each completion. */
  readonly lengths: readonly number[];
  readonly cells: readonly Cell[];
  readonly ratings: readonly Rating[];
  readonly statuses: readonly RowStatus[];
  /** Texts as the store keeps them, so many rows in each. */
  readonly packs: readonly Uint8Array[];
}

/** What came of records since the part before. */
export interface ConvertedPart {
  readonly rows: readonly ImportedRow[];
  /** Rows that come before the others. */
  readonly packed: PackedRows | null;
  /** The first thousand of an import are in words; the rest are counted. */
  readonly findings: readonly DatasetFinding[];
  /** Of the whole import so far. */
  readonly receipt: ImportReceipt;
  readonly taken: number;
  /** The share of the source that was read, from 0 to 1; null where nothing tells. */
  readonly share: number | null;
}

const FINDINGS_KEPT = 1_000;

/** Makes rows of records, a part at a time. */
export class Conversion {
  private readonly mapping: ImportMapping | null;
  private readonly convention: LegacyConvention | null;
  private readonly counter: ReceiptCounter;
  /** How often an example was seen in this import, so that equal ones stay apart and a second import adds nothing. */
  private readonly seen = new SeenLines();
  private rows: ImportedRow[] = [];
  private findings: DatasetFinding[] = [];
  private found = 0;
  private taken = 0;

  constructor({ mapping, convention }: ConversionRequest) {
    this.mapping = mapping;
    this.convention = convention;
    this.counter = new ReceiptCounter(mapping, convention);
  }

  take(record: SourceRecord): void {
    const converted = convertRecord(record, this.mapping, this.convention);
    for (const finding of converted.findings) {
      this.found += 1;
      if (this.found <= FINDINGS_KEPT) this.findings.push(finding);
    }
    for (const example of converted.examples) {
      const { prompt, completion, whole } = example;
      this.rows.push({ ...example, id: lineId({ prompt, completion, whole }, this.seen) });
    }
    this.counter.push(converted);
    this.taken += 1;
  }

  /** Rows and findings since the last part. */
  part(share: number | null): ConvertedPart {
    const { rows, findings, taken } = this;
    this.rows = [];
    this.findings = [];
    return { rows, packed: null, findings, taken, share, receipt: this.counter.receipt() };
  }
}
