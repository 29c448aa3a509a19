import { z } from 'zod';
import type { DatasetFinding } from '../../domain/dataset/types.ts';
import { rowOf, type SourceRecord } from '../../domain/importing/records.ts';
import { classNames, withClassNames } from '../readers/parquetRows.ts';
import type { Part } from './choice.ts';
import type { HubClient } from './http.ts';

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
      // A total that the rows do not bear out must not be asked for for ever.
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
