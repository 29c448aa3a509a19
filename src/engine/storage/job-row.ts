import * as z from 'zod';

const json = <S extends z.ZodType>(schema: S) =>
  z.string().transform((text): z.output<S> => schema.parse(JSON.parse(text)));

const amount = z.union([z.number(), z.literal('auto')]);

const hyperparameters = z.object({ n_epochs: amount, batch_size: amount, learning_rate_multiplier: amount });

/** Hyperparameters as the API writes them; `auto` until the job starts. */
export type WireHyperparameters = z.infer<typeof hyperparameters>;

const jobError = z.object({ code: z.string(), message: z.string(), param: z.string().nullable() });

export type WireJobError = z.infer<typeof jobError>;

const jobStatus = z.enum(['validating_files', 'queued', 'running', 'paused', 'succeeded', 'failed', 'cancelled']);

export const jobRow = z.object({
  seq: z.number(),
  id: z.string(),
  created_at: z.number(),
  status: jobStatus,
  model: z.string(),
  training_file: z.string(),
  validation_file: z.string().nullable(),
  suffix: z.string().nullable(),
  seed: z.number(),
  hyperparameters: json(hyperparameters),
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
