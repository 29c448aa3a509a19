import type { Leak, SplitCounts } from '../../domain/dataset/splits/types.ts';
import type { DatasetFinding } from '../../domain/dataset/types.ts';
import type {
  ColumnInfo,
  ColumnMapping,
  ExamplePreview,
  ImportSource,
  RecordShape,
  SplitPlan,
  TableFormat,
  TableRow,
} from '../../domain/importing/types.ts';
import type { Outcome } from '../../domain/text/problem.ts';

/** What a look at the first rows of a source found. */
export interface ImportInspection {
  readonly source: ImportSource;
  readonly format: TableFormat;
  /** What the records already are. A `table` needs a mapping; the others are taken as they are without one. */
  readonly shape: RecordShape;
  readonly columns: readonly ColumnInfo[];
  /** Rows looked at, and rows in all; null when only reading to the end would tell. */
  readonly looked: number;
  readonly rows: number | null;
  /** The first rows, to choose columns by. */
  readonly sample: readonly TableRow[];
  /** What the mapping probably is; null when the columns tell nothing. */
  readonly guess: ColumnMapping | null;
  /** How the data comes: `file`, `Parquet`, `pages of rows`, `raw files`. */
  readonly way: string;
  readonly findings: readonly DatasetFinding[];
}

export interface ImportReport {
  readonly added: number;
  /** Rows that were there already. */
  readonly there: number;
  readonly refused: number;
  readonly findings: readonly DatasetFinding[];
  /** The same in a sentence. */
  readonly summary: string;
}

export interface ImportActions {
  /** A path, or `hf:owner/name`, as a person types it. */
  sourceOf(text: string): Outcome<ImportSource>;
  inspect(source: ImportSource): Promise<Outcome<ImportInspection>>;
  /** The first `n` records as they would become rows. After `inspect` nothing is read again, so every key may ask. */
  preview(source: ImportSource, mapping: ColumnMapping | null, n: number): Promise<Outcome<readonly ExamplePreview[]>>;
  /**
   * Imports as an operation of kind `import`, and resolves at its end. What is in when it is cancelled stays in, and
   * importing the same again adds only what is missing. Without a mapping records are taken as the shape they have.
   */
  start(source: ImportSource, mapping: ColumnMapping | null): Promise<Outcome<ImportReport>>;
}

/** A plan, and the name in the rows' cells to go by. */
export interface SplitRequest {
  readonly plan: SplitPlan;
  /** By label, null stands for the answer itself; by group there must be a name. */
  readonly column: string | null;
}

export interface SplitPreview {
  /** As it would be afterwards. */
  readonly train: number;
  readonly validation: number;
  /** Rows that are on a side already and stay there. */
  readonly frozen: number;
  /** How the labels or groups fall, most frequent first, at most 100; empty for a random split. */
  readonly values: readonly SplitCounts[];
}

export interface SplitActions {
  /** Names in the rows' cells with how many values each has, fewest first. */
  columns(): readonly { readonly name: string; readonly values: number }[];
  /** Rows by side as they are now. */
  counts(): { readonly train: number; readonly validation: number; readonly unassigned: number };
  preview(request: SplitRequest): Outcome<SplitPreview>;
  /** Puts every row that is on no side on one; never moves a row. Says what it did. */
  assign(request: SplitRequest): Promise<Outcome<string>>;
  /** Takes every row off its side, so that a new plan can be made. */
  clear(): Promise<Outcome<string>>;
  /** What of the validation side the model will have seen in training; at most 1,000. */
  leakage(groupColumn: string | null): Promise<Outcome<readonly Leak[]>>;
}
