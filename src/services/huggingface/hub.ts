import { z } from 'zod';
import type { SourceRecord, TableFormat } from '../../domain/importing/records.ts';
import { formatOfFile, formatOfName, PREVIEW_ROWS, readRecords } from '../readers/readers.ts';
import { download } from './download.ts';
import { createHubClient, type HubClient, HubFault, type HubOptions } from './http.ts';
import { PAGE, type Part, pageUrl, partialFinding, rawFiles, readPages, type Wanted } from './pages.ts';

/**
 * The parts that are meant: of the named config, of the only one or of `default`, and of the named split or of all.
 * Throws HubFault that lists what there is to choose from.
 */
function chooseParts<T extends Part>(
  parts: readonly T[],
  wanted: { readonly id: string; readonly config: string | null; readonly split: string | null },
): readonly T[] {
  const configs = [...new Set(parts.map(({ config }) => config))];
  const [only] = configs;
  const config = wanted.config ?? (configs.length === 1 && only !== undefined ? only : 'default');
  const ofConfig = parts.filter((part) => part.config === config);
  if (ofConfig.length === 0) {
    const what = wanted.config === null ? `${wanted.id} has several configs.` : `${wanted.id} has no config ${config}.`;
    throw new HubFault('missing', what, `Choose one of: ${listed(configs)}.`);
  }
  if (wanted.split === null) return ofConfig;
  const chosen = ofConfig.filter(({ split }) => split === wanted.split);
  if (chosen.length > 0) return chosen;
  const splits = [...new Set(ofConfig.map(({ split }) => split))];
  throw new HubFault('missing', `${wanted.id} has no split ${wanted.split}.`, `Choose one of: ${listed(splits)}.`);
}

const SHOWN = 20;
const listed = (names: readonly string[]): string =>
  names.length > SHOWN ? `${names.slice(0, SHOWN).join(', ')} and ${names.length - SHOWN} more` : names.join(', ');

export interface HubSource {
  readonly format: TableFormat;
  readonly way: string;
  readonly rows: number | null;
  /** Rows it is worth looking at before an import: one page, where each page is a call. */
  readonly look: number;
  readonly reading: readonly string[];
  records(signal?: AbortSignal): AsyncIterable<SourceRecord>;
}

export interface Hub {
  /** Finds a way to the rows of a dataset; nothing is downloaded before they are read. Throws HubFault. */
  open(wanted: Wanted, signal?: AbortSignal): Promise<HubSource>;
}

const parquetSchema = z.object({
  parquet_files: z.array(z.object({ config: z.string(), split: z.string(), url: z.url() })),
  partial: z.boolean().default(false),
});
const splitsSchema = z.object({ splits: z.array(z.object({ config: z.string(), split: z.string() })) });
const totalSchema = z.object({ num_rows_total: z.number() });

/**
 * Datasets of the Hugging Face Hub, by the first way that is open: the Parquet files the Hub has made of them, its
 * pages of rows, the repository's own files. No script is ever run.
 */
export function createHub(options: HubOptions): Hub {
  const client = createHubClient(options);
  return {
    async open(wanted, signal) {
      const ways = [byParquet, byPages, byRawFiles];
      const faults: HubFault[] = [];
      for (const way of ways) {
        try {
          return await way(client, options, wanted, signal);
        } catch (error) {
          if (!(error instanceof HubFault) || error.kind === 'gated' || error.kind === 'missing') throw error;
          faults.push(error);
        }
      }
      throw plainest(faults);
    },
  };
}

/** Of the reasons why each way was closed, the most helpful one. */
function plainest(faults: readonly HubFault[]): HubFault {
  const order: readonly HubFault['kind'][] = ['offline', 'script', 'broken', 'unready'];
  const [first] = faults.toSorted((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind));
  return first ?? new HubFault('broken', 'There is no way to the data.', 'Try again later.');
}

type Way = (client: HubClient, options: HubOptions, wanted: Wanted, signal?: AbortSignal) => Promise<HubSource>;

const byParquet: Way = async (client, options, wanted, signal) => {
  const url = new URL(`${options.server}/parquet`);
  url.searchParams.set('dataset', wanted.id);
  if (wanted.config !== null) url.searchParams.set('config', wanted.config);
  const { parquet_files: files, partial } = await client.json(url, parquetSchema, wanted.id, signal);
  if (files.length === 0)
    throw new HubFault('unready', `The Hub has no Parquet of ${wanted.id} yet.`, 'Try again later.');
  const chosen = chooseParts(files, wanted);
  const [first] = chosen;
  async function* records(stop?: AbortSignal): AsyncGenerator<SourceRecord> {
    if (partial && first !== undefined) yield { kind: 'finding', finding: partialFinding(1, first.split) };
    const urls = chosen.map((file) => atEndpoint(new URL(file.url), options.endpoint));
    yield* readFiles(client, options, wanted.id, urls, stop);
  }
  return { format: 'parquet', way: 'Parquet', rows: null, look: PREVIEW_ROWS, reading: [], records };
};

const byPages: Way = async (client, { server }, wanted, signal) => {
  const url = new URL(`${server}/splits`);
  url.searchParams.set('dataset', wanted.id);
  const { splits } = await client.json(url, splitsSchema, wanted.id, signal);
  if (splits.length === 0)
    throw new HubFault('unready', `The Hub serves no rows of ${wanted.id} yet.`, 'Try again later.');
  const parts = chooseParts(splits, wanted);
  let rows = 0;
  for (const part of parts) {
    const page = await client.json(pageUrl(server, wanted.id, part, 0), totalSchema, wanted.id, signal);
    rows += page.num_rows_total;
  }
  return {
    format: 'jsonl',
    way: 'pages of rows',
    rows,
    look: PAGE,
    reading: [],
    records: (stop) => readPages(client, server, wanted.id, parts, stop),
  };
};

const byRawFiles: Way = async (client, options, wanted, signal) => {
  const urls = await rawFiles(client, options.endpoint, wanted, signal);
  const format = formatOfName(urls[0]?.pathname ?? '') ?? 'jsonl';
  return {
    format,
    way: 'raw files',
    rows: null,
    look: PREVIEW_ROWS,
    reading: [],
    records: (stop) => readFiles(client, options, wanted.id, urls, stop),
  };
};

/** A file's address as the Hub gives it, at the mirror that is in use. */
function atEndpoint(url: URL, endpoint: string): URL {
  return url.origin === 'https://huggingface.co' ? new URL(`${endpoint}${url.pathname}${url.search}`) : url;
}

/** The records of several files as of one, each fetched only when its turn comes. */
async function* readFiles(
  client: HubClient,
  options: HubOptions,
  id: string,
  urls: readonly URL[],
  signal?: AbortSignal,
): AsyncGenerator<SourceRecord> {
  let base = 0;
  for (const url of urls) {
    const path = await download(client, options, url, id, signal);
    let last = 0;
    const format = formatOfName(url.pathname) ?? (await formatOfFile(path));
    for await (const record of readRecords(path, format, null, signal)) {
      last = Math.max(last, record.kind === 'finding' ? record.finding.line : record.line);
      yield after(base, record);
    }
    base += last;
  }
}

/** A record of a later file, its lines counted on from those of the files before. */
function after(base: number, record: SourceRecord): SourceRecord {
  if (record.kind !== 'finding') return { ...record, line: base + record.line };
  return { kind: 'finding', finding: { ...record.finding, line: base + record.finding.line } };
}
