import type { ChatMessage } from '../chat/types.ts';
import type { DatasetFinding } from '../dataset/types.ts';

/** A value of a table as a reader gives it; dates and big integers are text already. */
export type TableValue =
  | string
  | number
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

/** What a JSONL row already is, before any mapping. */
export type RecordShape = 'chat' | 'prompt-completion' | 'dpo' | 'sharegpt' | 'alpaca' | 'table';

/** Columns to messages; `{column}` in a template stands for the cell's text, `{{` and `}}` are braces. */
export interface ColumnMapping {
  readonly system: string;
  readonly user: string;
  readonly assistant: string;
  /** Column of the label (stratified split, per-class figures); null for none. */
  readonly label: string | null;
  /** Column that groups rows which must not be split apart (a document); null for none. */
  readonly group: string | null;
}

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
  | { readonly kind: 'file'; readonly path: string }
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

/** A record of a source, before any mapping: a line of JSONL as it stands, a row of a table, or what was wrong with it. */
export type SourceRecord =
  | { readonly kind: 'text'; readonly line: number; readonly text: string }
  | { readonly kind: 'row'; readonly line: number; readonly row: TableRow }
  | { readonly kind: 'finding'; readonly finding: DatasetFinding };

/** One record as it would become a row, or why it would not. */
export interface ExamplePreview {
  readonly line: number;
  /** Ends in the answer; null when the record cannot become a row. */
  readonly messages: readonly ChatMessage[] | null;
  readonly label: string | null;
  readonly group: string | null;
  /** Columns of the mapping that are empty in this record. */
  readonly empty: readonly string[];
  readonly findings: readonly DatasetFinding[];
}
