import { z } from 'zod';
import type { DatasetFinding } from '../../domain/dataset/types.ts';
import { rowOf, type SourceRecord } from '../../domain/importing/records.ts';
import { classNames, withClassNames } from '../readers/parquet-rows.ts';
import { formatOfName } from '../readers/readers.ts';
import { type HubClient, HubFault } from './http.ts';

/** A part of a dataset: its config and its split. */
export interface Part {
  readonly config: string;
  readonly split: string;
}

/** Rows the server gives at a time, at most. */
export const PAGE = 100;

const pageSchema = z.object({
  features: z.array(z.object({ name: z.string(), type: z.unknown() })),
  rows: z.array(
    z.object({
      row_idx: z.number(),
      row: z.record(z.string(), z.unknown()),
      truncated_cells: z.array(z.string()).default([]),
    }),
  ),
  num_rows_total: z.number(),
  partial: z.boolean().default(false),
});

/** The rows of some parts through `/rows`. A row with a cell the server has cut is a finding, never a shortened text. */
export async function* readPages(
  client: HubClient,
  server: string,
  id: string,
  parts: readonly Part[],
  signal?: AbortSignal,
): AsyncGenerator<SourceRecord> {
  let base = 0;
  for (const { config, split } of parts) {
    let count = 0;
    for (let offset = 0, total = 1; offset < total; offset += PAGE) {
      const page = await client.json(pageUrl(server, id, { config, split }, offset), pageSchema, id, signal);
      total = page.num_rows_total;
      count += page.rows.length;
      if (page.partial && offset === 0) yield { kind: 'finding', finding: partialFinding(base + 1, split) };
      const names = classNames(Object.fromEntries(page.features.map(({ name, type }) => [name, type])));
      for (const { row_idx: index, row, truncated_cells: cut } of page.rows) {
        const line = base + index + 1;
        if (cut.length > 0) yield { kind: 'finding', finding: cutFinding(line, cut) };
        else yield { kind: 'row', line, row: withClassNames(rowOf(row), names) };
      }
      // A total that the rows do not bear out must not be requested for ever.
      if (page.rows.length === 0) break;
    }
    base += count;
  }
}

export function pageUrl(server: string, id: string, { config, split }: Part, offset: number): URL {
  const url = new URL(`${server}/rows`);
  const query = { dataset: id, config, split, offset: String(offset), length: String(PAGE) };
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  return url;
}

export function partialFinding(line: number, split: string): DatasetFinding {
  const message = `The Hub serves only the first part of ${split}, as the dataset is large.`;
  const fix = 'Take it as it is, or download the files and import those.';
  return { code: 'partial', severity: 'warning', line, message, fix };
}

function cutFinding(line: number, cells: readonly string[]): DatasetFinding {
  const message = `The Hub has cut ${cells.join(', ')} short, so the row was left out.`;
  return {
    code: 'cut-cell',
    severity: 'error',
    line,
    message,
    fix: 'Download the files of the dataset and import those.',
  };
}

const treeSchema = z.array(z.object({ type: z.string(), path: z.string() }));

export interface Wanted {
  readonly id: string;
  readonly config: string | null;
  readonly split: string | null;
}

/**
 * Files of the repository itself that hold the wanted rows, by their names: in a folder called as the config, and named
 * by the split. Throws HubFault when there are none.
 */
export async function rawFiles(
  client: HubClient,
  endpoint: string,
  wanted: Wanted,
  signal?: AbortSignal,
): Promise<readonly URL[]> {
  const { id, config, split } = wanted;
  const tree = await client.json(
    new URL(`${endpoint}/api/datasets/${id}/tree/main?recursive=true`),
    treeSchema,
    id,
    signal,
  );
  const data = tree.filter(({ type, path }) => type === 'file' && formatOfName(path) !== null);
  const ofConfig = data.filter(({ path }) => config === null || config === 'default' || wordsIn(path).includes(config));
  const chosen = ofConfig.filter(({ path }) => split === null || isOfSplit(path, split));
  if (chosen.length === 0) {
    const what = `The dataset ${id} has no data that can be read without running its script.`;
    throw new HubFault('script', what, 'Load it elsewhere, save it as Parquet, JSONL or CSV, and import that file.');
  }
  return chosen.map(
    ({ path }) =>
      new URL(`${endpoint}/datasets/${id}/resolve/main/${path.split('/').map(encodeURIComponent).join('/')}`),
  );
}

/** The folders of a path, and its file's name without the ending. */
const wordsIn = (path: string): readonly string[] => path.replace(/\.[^./]+$/, '').split('/');

/** `train.tsv`, `train-00000-of-00001.jsonl`, `my_train.csv` or a file in a folder `train`. */
function isOfSplit(path: string, split: string): boolean {
  return wordsIn(path).some((word) => word === split || word.split(/[-_.]/).includes(split));
}
