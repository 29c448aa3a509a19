import type { ZodType } from 'zod';
import { parseExactJson } from '../../../domain/common/json.ts';
import { SPENDING_KINDS } from '../../../domain/pricing/spending.ts';
import { askedSchema } from '../asked-jobs.ts';
import { bakeoffSchema } from '../bakeoffs.ts';
import { batchSchema } from '../batches/schema.ts';
import { deploymentSchema } from '../deployments.ts';
import { evaluationSchema, itemSchema, voteSchema } from '../evaluations.ts';
import { checkpointSchema, jobEventSchema, jobRecordSchema } from '../jobs.ts';
import { lyingSchema } from '../rows/layout.ts';
import { textsIn } from '../rows/packs.ts';
import { turnSchema } from '../transcripts.ts';

type Fields = Readonly<Record<string, unknown>>;

const json =
  (column: string, schema: ZodType) =>
  (fields: Fields): boolean =>
    passes(() => schema.parse(parseExactJson(String(fields[column]))));

/** Whether fields are a record of a table, as the rest of Luthier reads it. */
const SHAPES: Readonly<Record<string, (fields: Fields) => boolean>> = {
  row_projects: ({ id }) => typeof id === 'string' && id !== '',
  rows: (fields) => passes(() => lyingSchema.parse(fields)),
  packs: ({ rows, texts }) => texts instanceof Uint8Array && passes(() => textsIn(texts)) && typeof rows === 'number',
  jobs: json('record', jobRecordSchema),
  events: json('event', jobEventSchema),
  checkpoints: json('checkpoint', checkpointSchema),
  turns: json('turn', turnSchema),
  evaluations: json('evaluation', evaluationSchema),
  evaluation_items: json('item', itemSchema),
  votes: json('vote', voteSchema),
  bakeoffs: json('bakeoff', bakeoffSchema),
  batches: json('record', batchSchema),
  asked_jobs: json('asked', askedSchema),
  deployments: json('record', deploymentSchema),
  uploads: ({ purpose }) => purpose === 'fine-tune',
  calls_under_way: ({ kind }) => Object.hasOwn(SPENDING_KINDS, String(kind)),
  spending: ({ kind, usd, call }) =>
    Object.hasOwn(SPENDING_KINDS, String(kind)) && typeof usd === 'number' && typeof call === 'string',
};

/** Whether a record of a table can be read; true of tables whose records are read as they are. */
export const isRecordOf = (table: string, fields: Fields): boolean => SHAPES[table]?.(fields) ?? true;

/** Whether a record can be told to be of a table by what it says. */
export const hasShape = (table: string): boolean => Object.hasOwn(SHAPES, table);

function passes(read: () => unknown): boolean {
  try {
    read();
    return true;
  } catch {
    return false;
  }
}
