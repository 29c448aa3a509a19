import * as z from 'zod';
import { COMMAND_PROJECT } from '../../domain/project/command-projects.ts';
import type { JobFrame } from '../../domain/training/asked-jobs.ts';
import type { Checkpoint, JobEvent, JobRecord } from '../../domain/training/types.ts';
import { weightSettingsSchema } from '../../domain/training/weight-settings.ts';
import { type Database, readJson } from './database.ts';
import { bookJob } from './spending/jobs.ts';

const number = z.number().nullable();
const text = z.string().nullable();
const hyperparameter = z.union([z.number(), z.literal('auto')]);
export const hyperparametersSchema = z.object({
  nEpochs: hyperparameter,
  batchSize: hyperparameter,
  learningRateMultiplier: hyperparameter,
  learningRate: hyperparameter.optional(),
  loraRank: hyperparameter.optional(),
});

export const choicesSchema = z.object({
  weights: z.enum(['lora', 'full']).optional(),
  tier: z.string().optional(),
  settings: weightSettingsSchema.optional(),
});

const metricsSchema = z.object({
  step: z.number(),
  totalSteps: number,
  trainLoss: number,
  trainTokenAccuracy: number,
  validLoss: number,
  validTokenAccuracy: number,
  fullValidLoss: number,
  fullValidTokenAccuracy: number,
  machine: z
    .object({
      learningRate: number,
      gradientNorm: number,
      tokensPerSecond: number,
      memoryUsed: number,
      memoryPeak: number,
      rewardMargin: number,
      device: text,
    })
    .optional(),
});

const frameShape = {
  projectId: z.string(),
  providerId: z.string(),
  trainRows: z.number(),
  validationRows: z.number(),
  quoteUsd: number,
  data: z.object({ training: z.string(), validation: text }).optional(),
  asked: hyperparametersSchema.optional(),
  method: z.enum(['supervised', 'dpo']).optional(),
  choices: choicesSchema.optional(),
  fingerprint: z.string().optional(),
  place: z.object({ bakeoffId: z.string(), targetId: z.string() }).optional(),
};

/** What is kept of a job before there is one. */
export const jobFrameSchema: z.ZodType<JobFrame> = z.object(frameShape);

export const jobRecordSchema: z.ZodType<JobRecord> = z.object({
  ...frameShape,
  job: z.object({
    id: z.string(),
    model: z.string(),
    status: z.enum(['validating_files', 'queued', 'running', 'paused', 'succeeded', 'failed', 'cancelled', 'unknown']),
    statusWord: z.string().optional(),
    fineTunedModel: text,
    trainingFile: z.string(),
    validationFile: text,
    resultFiles: z.array(z.string()),
    hyperparameters: hyperparametersSchema,
    choices: choicesSchema.optional(),
    beta: z.number().optional(),
    trainedTokens: number,
    suffix: text,
    seed: number,
    error: z.object({ code: z.string(), message: z.string(), param: text }).nullable(),
    createdAt: z.number(),
    finishedAt: number,
    estimatedFinish: number,
    costUsd: z.number().optional(),
    progress: z.number().optional(),
    rest: z.record(z.string(), z.json()).optional(),
  }),
});

export const jobEventSchema: z.ZodType<JobEvent> = z.object({
  id: z.string(),
  createdAt: z.number(),
  level: z.string(),
  type: z.string(),
  message: z.string(),
  metrics: metricsSchema.nullable(),
});

export const checkpointSchema: z.ZodType<Checkpoint> = z.object({
  id: z.string(),
  jobId: z.string(),
  model: z.string(),
  step: z.number(),
  createdAt: z.number(),
  metrics: metricsSchema,
});

export interface Jobs {
  save(record: JobRecord): void;
  list(projectId: string): readonly JobRecord[];
  find(jobId: string): JobRecord | null;
  ofModel(model: string): JobRecord | null;
  /** Of commands, which belong to files and to no project; newest first. */
  ofCommands(): readonly JobRecord[];
  addEvents(jobId: string, events: readonly JobEvent[]): void;
  events(jobId: string): readonly JobEvent[];
  saveCheckpoints(jobId: string, checkpoints: readonly Checkpoint[]): void;
  checkpoints(jobId: string): readonly Checkpoint[];
}

const SAVE = `INSERT INTO jobs (id, project_id, created_at, record) VALUES (?, ?, ?, ?)
  ON CONFLICT (id) DO UPDATE SET project_id = excluded.project_id, created_at = excluded.created_at,
  record = excluded.record`;
const OF_MODEL = `SELECT record AS json FROM jobs WHERE json_valid(record) AND record ->> '$.job.fineTunedModel' = ?
  ORDER BY created_at DESC, seq DESC LIMIT 1`;
const OF_COMMANDS = `SELECT record AS json FROM jobs WHERE substr(project_id, 1, length(?1)) = ?1
  ORDER BY created_at DESC, seq DESC`;
const ADD_EVENT = 'INSERT OR IGNORE INTO events (job_id, id, created_at, event) VALUES (?, ?, ?, ?)';
const ADD_CHECKPOINT = 'INSERT OR REPLACE INTO checkpoints (job_id, id, checkpoint) VALUES (?, ?, ?)';

/** Jobs as last seen, and everything they said. A job that is saved is in the ledger of spending. */
export function createJobs(database: Database, now: () => number = Date.now): Jobs {
  const read = (sql: string, id: string) => database.statement(sql).all(id);
  return {
    save: (record) => {
      const { id, createdAt } = record.job;
      database.transaction(() => {
        database.statement(SAVE).run(id, record.projectId, createdAt, JSON.stringify(record));
        bookJob(database, record, now());
      });
    },
    list: (projectId) =>
      readJson(
        'jobs',
        jobRecordSchema,
        read('SELECT record AS json FROM jobs WHERE project_id = ? ORDER BY created_at DESC, seq DESC', projectId),
      ),
    find: (jobId) =>
      readJson('jobs', jobRecordSchema, read('SELECT record AS json FROM jobs WHERE id = ?', jobId))[0] ?? null,
    ofModel: (model) => readJson('jobs', jobRecordSchema, read(OF_MODEL, model))[0] ?? null,
    ofCommands: () => readJson('jobs', jobRecordSchema, read(OF_COMMANDS, COMMAND_PROJECT)),
    addEvents: (jobId, events) => {
      if (events.length === 0) return;
      const statement = database.statement(ADD_EVENT);
      database.transaction(() => {
        for (const event of events) statement.run(jobId, event.id, event.createdAt, JSON.stringify(event));
      });
    },
    // The API's times are whole seconds; events of the same second are in the order they were given.
    events: (jobId) =>
      readJson(
        'events',
        jobEventSchema,
        read('SELECT event AS json FROM events WHERE job_id = ? ORDER BY created_at, seq', jobId),
      ),
    // The provider keeps the last three, so what it lists replaces what it listed before.
    saveCheckpoints: (jobId, checkpoints) =>
      database.transaction(() => {
        database.statement('DELETE FROM checkpoints WHERE job_id = ?').run(jobId);
        const statement = database.statement(ADD_CHECKPOINT);
        for (const checkpoint of checkpoints) statement.run(jobId, checkpoint.id, JSON.stringify(checkpoint));
      }),
    checkpoints: (jobId) =>
      readJson(
        'checkpoints',
        checkpointSchema,
        read('SELECT checkpoint AS json FROM checkpoints WHERE job_id = ? ORDER BY seq', jobId),
      ),
  };
}
