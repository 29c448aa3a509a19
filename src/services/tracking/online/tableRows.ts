import { existsSync } from 'node:fs';
import { open, readFile, rename } from 'node:fs/promises';
import * as z from 'zod';
import { safeFault } from './faults.ts';
import { parseJson } from './json.ts';

const tableSchema = z.object({
  columns: z.array(z.union([z.string(), z.number()])),
  data: z.array(z.array(z.unknown())),
});

/**
 * A table of W&B's as JSON Lines beside it, an object a row by the names of its columns, which is a form that rows can
 * be imported from. Gives its path. Throws TrackingError for what is no table.
 */
export async function tableRows(path: string, name: string): Promise<string> {
  const target = path.replace(/\.table\.json$/i, '.jsonl');
  if (existsSync(target)) return target;
  const table = tableSchema.safeParse(parseJson(await readFile(path, 'utf8')));
  if (!table.success) {
    throw safeFault('rejected', `${name} is no table.`, 'Choose another file of the artifact with #FILE.');
  }
  const columns = table.data.columns.map(String);
  const draft = `${target}.${process.pid}.tmp`;
  const file = await open(draft, 'w', 0o600);
  try {
    for (const row of table.data.data) {
      const record = Object.fromEntries(columns.map((column, place) => [column, row[place] ?? null]));
      await file.writeFile(`${JSON.stringify(record)}\n`);
    }
  } finally {
    await file.close();
  }
  await rename(draft, target);
  return target;
}
