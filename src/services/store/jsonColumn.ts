import * as z from 'zod';

/** Reads the column `json` of each record, checked. Throws when it holds what was never written to it. */
export function readJson<T>(schema: z.ZodType<T>, records: readonly unknown[]): readonly T[] {
  return records.map((record) => schema.parse(JSON.parse(columnSchema.parse(record).json)));
}

const columnSchema = z.object({ json: z.string() });
