import type { ChatMessage } from '../chat/types.ts';
import { WrittenNumber } from '../common/json.ts';
import type { DatasetFinding, Rating } from '../dataset/types.ts';
import type { Cell } from '../template/types.ts';
import { isBlank } from '../text/blank.ts';

/** An example on its way to become a row. */
export interface ImportedExample {
  readonly prompt: readonly ChatMessage[];
  readonly completion: string;
  /** The chat line as it stands, where prompt and completion do not say it all. */
  readonly whole?: string;
  readonly cell: Cell;
  /** The two answers of a preference pair come rated. */
  readonly rating: Rating;
}

export interface Converted {
  /** One, two of a preference pair, or none when the record cannot become a row. */
  readonly examples: readonly ImportedExample[];
  readonly findings: readonly DatasetFinding[];
  /** Whether the record has a system message of its own, so that the one that was named was not put in. */
  readonly keptSystem?: boolean;
}

/** A value of a table as a reader gives it; dates and big integers are text already. */
export type TableValue =
  | string
  | number
  | WrittenNumber
  | boolean
  | null
  | readonly TableValue[]
  | { readonly [key: string]: TableValue };

export type TableRow = Readonly<Record<string, TableValue>>;

export type TableFormat = 'jsonl' | 'csv' | 'tsv' | 'parquet';

export interface ColumnInfo {
  readonly name: string;
  /** Of what was looked at: `text`, `integer`, `number`, `yes/no`, `list`, `object`, `mixed`, `empty`. */
  readonly type: string;
  readonly empty: number;
  /** Distinct values when there are at most 100, most frequent first; null when there are more. */
  readonly values: readonly { readonly value: string; readonly count: number }[] | null;
}

/** What may be said of records of any shape; `{column}` in a template stands for the cell's text, `{{` and `}}` are braces. */
export interface Additions {
  /** The system message, for records that have none of their own. */
  readonly system: string;
  /** Column of the label (stratified split, per-class figures); null for none. */
  readonly label: string | null;
  /** Column that groups rows which must not be split apart (a document); null for none. */
  readonly group: string | null;
}

/** Columns to messages. */
export interface ColumnMapping extends Additions {
  readonly user: string;
  readonly assistant: string;
  /** The answer that was turned down, which makes a preference pair of a row; none when absent or ''. */
  readonly rejected?: string;
}

/** Which columns become messages, or what is added to records that are taken as the shape they have. */
export type ImportMapping = ColumnMapping | Additions;

export const NO_ADDITIONS: Additions = { system: '', label: null, group: null };

export const mapsColumns = (mapping: ImportMapping | null): mapping is ColumnMapping =>
  mapping !== null && 'user' in mapping;

/** How rows are divided into train and validation; frozen by row id. */
export type SplitPlan = {
  /** Rows to train on, as a count or a share in (0, 1). */
  readonly train:
    | { readonly kind: 'count'; readonly count: number }
    | { readonly kind: 'share'; readonly share: number };
  readonly seed: number;
  readonly by: 'random' | 'label' | 'group';
};

/** Where data comes from: a file of this machine, a dataset of the Hugging Face Hub, or a file of a W&B artifact. */
export type ImportSource =
  | {
      readonly kind: 'file';
      readonly path: string;
      /** As a person names it; what is not said is found out. */
      readonly encoding?: string;
      readonly delimiter?: string;
    }
  | {
      readonly kind: 'hub';
      /** `owner/name`. */
      readonly id: string;
      /** Null for the only one, or the one called `default`. */
      readonly config: string | null;
      /** Null for every split. */
      readonly split: string | null;
    }
  /** `entity/project/name:alias`, and `#file` where the artifact has several. */
  | { readonly kind: 'wandb'; readonly path: string };

/** A cell that holds bytes of no text; nothing is made of a row where it is needed. */
export interface CellFault {
  readonly column: string;
  /** `bytes that are not UTF-8 (byte 2 is E9)`. */
  readonly what: string;
}

/** A record of a source, before any mapping: a line of JSONL as it stands, a row of a table, or what was wrong with it. */
export type SourceRecord =
  | { readonly kind: 'text'; readonly line: number; readonly text: string }
  | { readonly kind: 'row'; readonly line: number; readonly row: TableRow; readonly faults?: readonly CellFault[] }
  | { readonly kind: 'finding'; readonly finding: DatasetFinding };

/** One record as it would become a row, or why it would not. */
export interface ExamplePreview {
  readonly line: number;
  /** Ends in the answer; null when the record cannot become a row. */
  readonly messages: readonly ChatMessage[] | null;
  /** The second answer of a preference pair. */
  readonly rejected: string | null;
  readonly label: string | null;
  readonly group: string | null;
  /** Columns of the mapping that are empty in this record. */
  readonly empty: readonly string[];
  readonly findings: readonly DatasetFinding[];
}

/** A source that cannot be read as a whole: what is wrong, and what to do about it. */
export class ImportError extends Error {
  readonly next: string;

  constructor(message: string, next: string) {
    super(message);
    this.name = 'ImportError';
    this.next = next;
  }
}

/** A file that is not in the encoding it should be in, and what it most likely is instead. */
export class OtherEncodingError extends ImportError {
  readonly guess: { readonly encoding: string; readonly fault: string };

  constructor(message: string, next: string, guess: { readonly encoding: string; readonly fault: string }) {
    super(message, next);
    this.name = 'OtherEncodingError';
    this.guess = guess;
  }
}

/** A cell as text: text as it stands, nothing as '', lists and objects as JSON. */
export function textOf(value: TableValue | undefined): string {
  if (value === undefined || value === null) return '';
  if (typeof value === 'string') return value;
  if (value instanceof WrittenNumber) return value.source;
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

export const isEmpty = (value: TableValue | undefined): boolean => isBlank(textOf(value));

/** As `isEmpty`, and a list or an object with nothing in it. */
export function holdsNothing(value: TableValue | undefined): boolean {
  if (typeof value !== 'object' || value === null || value instanceof WrittenNumber) return isEmpty(value);
  return Object.keys(value).length === 0;
}

/** Any parsed JSON as a table's value; what JSON cannot hold becomes text. */
export function toValue(value: unknown): TableValue {
  if (value === null || value === undefined) return null;
  if (typeof value === 'string' || typeof value === 'boolean' || value instanceof WrittenNumber) return value;
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
  if (value instanceof Uint8Array) return `${value.byteLength} bytes`;
  if (ArrayBuffer.isView(value)) return Array.from(Object.values(value), toValue);
  if (Array.isArray(value)) return value.map(toValue);
  if (typeof value === 'object') return rowOf(value);
  return String(value);
}

/** The members of an object as a row. A key of any name is only data. */
export function rowOf(record: object): { readonly [key: string]: TableValue } {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, toValue(value)]));
}
