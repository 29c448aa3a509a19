import { failed, type Outcome, ok } from '../../domain/common/outcome.ts';
import { conventionWords, type LegacyConvention } from '../../domain/dataset/legacy-pairs.ts';
import type { DatasetFinding } from '../../domain/dataset/types.ts';
import { previewExample } from '../../domain/importing/convert.ts';
import type { ImportReceipt } from '../../domain/importing/receipt.ts';
import {
  type ColumnInfo,
  type ColumnMapping,
  type ExamplePreview,
  type ImportMapping,
  type ImportSource,
  OtherEncodingError,
  type TableFormat,
  type TableRow,
} from '../../domain/importing/records.ts';
import type { RecordShape } from '../../domain/importing/shapes.ts';
import { parseSource, sourceLabel } from '../../domain/importing/source.ts';
import { plural } from '../../domain/text/format.ts';
import { problemOfEnd, ROWS_SAFE, type WorkbenchContext } from '../core/context.ts';
import type { CallOptions, PackedRowStore } from '../runtime/ports.ts';
import type { OpenSource } from '../runtime/source-ports.ts';
import {
  conventionOf,
  type ImportResult,
  inspectSource,
  type SourceInspection,
  startImport,
  withoutRows,
} from './import.ts';

/** What a look at the first rows of a source found. */
export interface ImportInspection {
  readonly source: ImportSource;
  readonly format: TableFormat;
  /** What the records already are. A `table` needs a mapping; the others are taken as they are without one. */
  readonly shape: RecordShape;
  readonly columns: readonly ColumnInfo[];
  /** Rows looked at, and rows in all; null when only reading to the end would show it. */
  readonly looked: number;
  readonly rows: number | null;
  /** The first rows, to choose columns by. */
  readonly sample: readonly TableRow[];
  /** What the mapping probably is; null when the columns do not show it. */
  readonly guess: ColumnMapping | null;
  /** How the data comes: `file`, `Parquet`, `pages of rows`, `raw files`. */
  readonly way: string;
  /** What was found out or guessed of how the text is read, such as `delimiter ;`. */
  readonly reading: readonly string[];
  readonly findings: readonly DatasetFinding[];
}

export interface ImportReport {
  readonly added: number;
  /** Rows that were there already. */
  readonly there: number;
  readonly refused: number;
  readonly findings: readonly DatasetFinding[];
  /** What became of the records, in the command's own figures. */
  readonly receipt: ImportReceipt;
  /** The same in a sentence. */
  readonly summary: string;
}

export interface ImportActions {
  /** A path, or `hf:owner/name`, as a person types it. */
  sourceOf(text: string): Outcome<ImportSource>;
  inspect(source: ImportSource, options?: CallOptions): Promise<Outcome<ImportInspection>>;
  /** The first `n` records as they would become rows. After `inspect` nothing is read again, so every key may ask. */
  preview(source: ImportSource, mapping: ImportMapping | null, n: number): Promise<Outcome<readonly ExamplePreview[]>>;
  /**
   * Imports as an operation of kind `import`, and resolves at its end. What is in when it is cancelled stays in, and
   * importing the same again adds only what is missing. Without a mapping records are taken as the shape they have.
   */
  start(source: ImportSource, mapping: ImportMapping | null): Promise<Outcome<ImportReport>>;
}

interface InspectedSource {
  readonly key: string;
  readonly opened: OpenSource;
  readonly inspected: SourceInspection;
  readonly convention: LegacyConvention | null;
}

export function createImportActions(context: WorkbenchContext, packedRows: PackedRowStore): ImportActions {
  const { sources } = context.deps;
  /** The last source looked at: previews ask at every key. */
  let last: InspectedSource | null = null;

  async function look(source: ImportSource, options: CallOptions = {}): Promise<InspectedSource> {
    const { signal } = options;
    const opened = await openOrGuess(source, options);
    const inspected = await inspectSource(opened, signal);
    const convention = await conventionOf(opened, signal);
    signal?.throwIfAborted();
    last = { key: JSON.stringify(source), opened, inspected, convention };
    return last;
  }

  /** A file of another encoding is opened by the guess, for a person to judge by what its records become. */
  async function openOrGuess(source: ImportSource, options: CallOptions): Promise<OpenSource> {
    try {
      return await sources.open(source, options);
    } catch (error) {
      if (!(error instanceof OtherEncodingError) || source.kind !== 'file') throw error;
      const { encoding, fault } = error.guess;
      const opened = await sources.open({ ...source, encoding }, options);
      return { ...opened, reading: [`${encoding}, a guess: not UTF-8, ${fault}`, ...opened.reading.slice(1)] };
    }
  }

  const known = (source: ImportSource): InspectedSource | null => (last?.key === JSON.stringify(source) ? last : null);

  return {
    sourceOf: parseSource,
    inspect: (source, options) =>
      context.attempt(ROWS_SAFE, async () => {
        const { opened, inspected } = await look(source, options);
        const empty = withoutRows(sourceLabel(source), inspected);
        if (empty !== null) throw empty;
        const { records: _, ...shown } = inspected;
        return { source, format: opened.format, way: opened.way, reading: opened.reading, rows: opened.rows, ...shown };
      }),
    preview: (source, mapping, n) =>
      context.attempt(ROWS_SAFE, async () => {
        const { inspected, convention } = known(source) ?? (await look(source));
        return inspected.records.slice(0, n).map((record) => previewExample(record, mapping, convention));
      }),
    async start(source: ImportSource, mapping: ImportMapping | null) {
      const opened = known(source)?.opened;
      const request = { projectId: context.project().id, source, mapping, ...(opened ? { opened } : {}) };
      const handle = startImport({ ...context.operations, packedRows, sources }, request);
      const end = await handle.finished;
      const result = handle.result();
      if (end.status !== 'succeeded') return failed(problemOfEnd(end, `${result.added} rows are in.`));
      const summary = inWords(result);
      if (result.added + result.there > 0 || result.refused === 0) return ok({ ...result, summary });
      return failed({ what: summary, saved: ROWS_SAFE, next: firstError(result)?.fix ?? 'Map the columns.' });
    },
  };
}

const firstError = ({ findings }: ImportResult) => findings.find(({ severity }) => severity === 'error');

function inWords(result: ImportResult): string {
  const parts = [`${plural(result.added, 'row')} added`];
  if (result.there > 0) parts.push(`${result.there} were there`);
  if (result.refused > 0) parts.push(`${plural(result.refused, 'record')} refused`);
  const first = firstError(result);
  const cause = first === undefined ? '' : ` Line ${first.line}: ${first.message} ${first.fix}`;
  const { convention } = result.receipt;
  return `${parts.join(', ')}.${cause}${convention === null ? '' : ` ${conventionWords(convention)}`}`;
}
