import type { ConversionRequest, ConvertedPart } from '../../domain/importing/conversion.ts';
import type { ImportSource, SourceRecord, TableFormat } from '../../domain/importing/records.ts';
import type { CallOptions } from './ports.ts';

/** A source of rows that is open for reading. */
export interface OpenSource {
  readonly format: TableFormat;
  /** How the records come: `file`, `Parquet`, `pages of rows`, `raw files`. */
  readonly way: string;
  /** Null when only reading to the end would show it. */
  readonly rows: number | null;
  /** Rows it is worth looking at before an import; few where each page is a call. */
  readonly look: number;
  /** What was found out or chosen of how the text is read, such as `windows-1252`; nothing where all is as usual. */
  readonly reading: readonly string[];
  /** The names in the first line of a table, which it has even where no row can be read. */
  readonly columns?: readonly string[];
  /** From the start, as often as it is called. Throws ImportError. */
  records(signal?: AbortSignal): AsyncIterable<SourceRecord>;
  /** What comes of its records by another thread, where that is worth it; of one that breaks off, what came before. Throws ImportError. */
  converted?(request: ConversionRequest, signal?: AbortSignal): AsyncIterable<ConvertedPart>;
  /** The share of the source that the reading which began last has read, from 0 to 1; null where only its rows tell. */
  share?(): number | null;
}

/** Files of this machine and datasets of the Hub. */
export interface Sources {
  /** Throws ImportError. */
  open(source: ImportSource, options?: CallOptions): Promise<OpenSource>;
}
