import type { DatabaseSync } from 'node:sqlite';
import * as z from 'zod';
import { column } from './column.ts';
import { keysetOf, type PageQuery } from './keyset.ts';
import { type MetadataFilter, matchesMetadata } from './metadata.ts';

const json = <S extends z.ZodType>(schema: S) =>
  z.string().transform((text): z.output<S> => schema.parse(JSON.parse(text)));

const amount = z.union([z.number(), z.literal('auto')]);

const choice = <S extends z.ZodType>(schema: S) => z.union([schema, z.literal('auto')]).optional();

export const hyperparametersSchema = z.object({
  n_epochs: amount,
  batch_size: amount,
  learning_rate_multiplier: amount,
  /** Of preference pairs. */
  beta: amount.optional(),
  /** What trainers of real weights take beside OpenAI's. Absolute. */
  learning_rate: amount.optional(),
  lora_r: amount.optional(),
  lora_alpha: amount.optional(),
  lora_dropout: amount.optional(),
  /** Names of layers, or all linear ones. */
  target_modules: choice(z.union([z.array(z.string()), z.literal('all-linear')])),
  /** All weights are trained, and not an adapter. */
  full: choice(z.boolean()),
  max_length: amount.optional(),
  gradient_checkpointing: choice(z.boolean()),
  precision: z.enum(['auto', 'bf16', 'fp32', 'fp16']).optional(),
  warmup_ratio: amount.optional(),
});

/** Hyperparameters as the API writes them; `auto` until the job starts. */
export type WireHyperparameters = z.infer<typeof hyperparametersSchema>;

const jobError = z.object({ code: z.string(), message: z.string(), param: z.string().nullable() });

export type WireJobError = z.infer<typeof jobError>;

const jobStatus = z.enum(['validating_files', 'queued', 'running', 'paused', 'succeeded', 'failed', 'cancelled']);

const jobRow = z.object({
  seq: z.number(),
  id: z.string(),
  created_at: z.number(),
  status: jobStatus,
  model: z.string(),
  training_file: z.string(),
  validation_file: z.string().nullable(),
  suffix: z.string().nullable(),
  seed: z.number(),
  method: z.enum(['supervised', 'dpo']),
  hyperparameters: json(hyperparametersSchema),
  metadata: json(z.record(z.string(), z.string())).nullable(),
  integrations: json(z.array(z.unknown())).nullable(),
  /** Eight characters that end the tuned model's name; fixed when the job is created so that a resumed job makes the same names. */
  tag: z.string(),
  /** Examples of the training file; null until it has been validated. */
  examples: z.number().nullable(),
  /** Null until training began for the first time. */
  started_at: z.number().nullable(),
  finished_at: z.number().nullable(),
  estimated_finish: z.number().nullable(),
  fine_tuned_model: z.string().nullable(),
  result_file: z.string().nullable(),
  trained_tokens: z.number().nullable(),
  error: json(jobError).nullable(),
  owner: z.string().nullable(),
  owner_pid: z.number().nullable(),
  /** Milliseconds since the epoch. */
  heartbeat_at: z.number().nullable(),
  /** How often another engine took it over without a new checkpoint in between. */
  adoptions: z.number(),
});

export type JobRow = z.infer<typeof jobRow>;

export type NewJob = Pick<
  JobRow,
  | 'id'
  | 'created_at'
  | 'model'
  | 'training_file'
  | 'validation_file'
  | 'suffix'
  | 'seed'
  | 'method'
  | 'hyperparameters'
  | 'metadata'
  | 'integrations'
  | 'tag'
>;

/** Fields a job changes in its life. */
export type JobPatch = Partial<
  Pick<
    JobRow,
    | 'status'
    | 'hyperparameters'
    | 'examples'
    | 'started_at'
    | 'finished_at'
    | 'estimated_finish'
    | 'fine_tuned_model'
    | 'result_file'
    | 'trained_tokens'
    | 'error'
    | 'owner'
    | 'owner_pid'
    | 'heartbeat_at'
    | 'adoptions'
  >
>;

export interface JobTable {
  insert(job: NewJob): void;
  get(id: string): JobRow | null;
  /** Up to `limit + 1` rows: the surplus one says there is more. */
  list(page: PageQuery, metadata?: MetadataFilter): JobRow[];
  update(id: string, patch: JobPatch): void;
  /** In the order they were created. */
  withStatus(statuses: readonly JobRow['status'][]): JobRow[];
}

export function jobTable(db: DatabaseSync): JobTable {
  const insert = db.prepare(
    `INSERT INTO jobs (id, created_at, status, model, training_file, validation_file, suffix, seed, hyperparameters,
     metadata, integrations, tag, method) VALUES (?, ?, 'validating_files', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const select = db.prepare('SELECT * FROM jobs WHERE id = ?');
  const cursor = db.prepare('SELECT seq FROM jobs WHERE id = ?');
  const byStatus = db.prepare('SELECT * FROM jobs WHERE status IN (SELECT value FROM json_each(?)) ORDER BY seq');
  return {
    insert(job) {
      const { id, created_at, model, training_file, validation_file, suffix, seed, tag, method } = job;
      const [hyper, metadata, integrations] = [job.hyperparameters, job.metadata, job.integrations].map(column);
      insert.run(
        id,
        created_at,
        model,
        training_file,
        validation_file,
        suffix,
        seed,
        hyper ?? null,
        metadata ?? null,
        integrations ?? null,
        tag,
        method,
      );
    },
    get(id) {
      const row = select.get(id);
      return row === undefined ? null : jobRow.parse(row);
    },
    list(page, metadata) {
      const { seq, where, orderBy } = keysetOf(page, cursor);
      const rows = db.prepare(`SELECT * FROM jobs WHERE ${where} ORDER BY ${orderBy}`).iterate({ seq });
      const found: JobRow[] = [];
      for (const raw of rows) {
        const row = jobRow.parse(raw);
        if (matchesMetadata(row.metadata, metadata)) found.push(row);
        if (found.length > page.limit) break;
      }
      return found;
    },
    update(id, patch) {
      const entries = Object.entries(patch);
      const set = entries.map(([name]) => `${name} = ?`).join(', ');
      db.prepare(`UPDATE jobs SET ${set} WHERE id = ?`).run(...entries.map(([, value]) => column(value)), id);
    },
    withStatus: (statuses) => z.array(jobRow).parse(byStatus.all(JSON.stringify(statuses))),
  };
}
