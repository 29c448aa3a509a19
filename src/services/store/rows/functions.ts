import type { DatabaseSync } from 'node:sqlite';
import * as z from 'zod';
import { parseJson } from '../../../domain/common/json.ts';
import { hasFlag } from '../../../domain/dataset/row.ts';

const flagged = z.tuple([
  z.enum(['any', 'empty', 'refused', 'truncated', 'missing-slot-value']),
  z.object({
    source: z.enum(['generated', 'chat', 'imported']),
    cell: z.string().transform((text) => z.record(z.string(), z.string()).parse(parseJson(text))),
    completion: z.string(),
    status: z.enum(['done', 'truncated', 'refused', 'empty', 'failed']),
    edited: z.number().transform((edited) => edited === 1),
  }),
]);

/** Gives SQL the rules that rows are flagged by: `has_flag(flag, source, cell, completion, status, edited)` is 0 or 1. */
export function addRowFunctions(db: DatabaseSync): void {
  db.function('has_flag', { deterministic: true }, (flag, source, cell, completion, status, edited) => {
    const [asked, row] = flagged.parse([flag, { source, cell, completion, status, edited }]);
    return hasFlag(row, asked) ? 1 : 0;
  });
}
