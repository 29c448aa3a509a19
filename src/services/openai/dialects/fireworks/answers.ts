import * as z from 'zod';
import { JOB_KEY } from '../../../../domain/training/asked-jobs.ts';
import { type JobStatus, TERMINAL_STATUSES, type TuningJob } from '../../../../domain/training/types.ts';
import { seconds } from '../../files.ts';
import { idOf } from './account.ts';

/** What Fireworks' words say, without `JOB_STATE_` before them. */
const STATES: Readonly<Record<string, JobStatus>> = {
  CREATING: 'validating_files',
  CREATING_INPUT_DATASET: 'validating_files',
  VALIDATING: 'validating_files',
  PENDING: 'queued',
  RE_QUEUEING: 'queued',
  RUNNING: 'running',
  WRITING_RESULTS: 'running',
  CANCELLING: 'running',
  DELETING: 'running',
  DELETING_CLEANING_UP: 'running',
  PAUSED: 'paused',
  IDLE: 'paused',
  COMPLETED: 'succeeded',
  EARLY_STOPPED: 'succeeded',
  FAILED: 'failed',
  EXPIRED: 'failed',
  CANCELLED: 'cancelled',
};

const text = z.string().nullish().catch(null);
/** 64-bit integers come as text. */
const count = z
  .union([
    z.number(),
    z
      .string()
      .regex(/^-?\d+(?:\.\d+)?$/)
      .transform(Number),
  ])
  .nullish()
  .catch(null);

const settings = {
  baseModel: text,
  warmStartFrom: text,
  outputModel: text,
  epochs: count,
  learningRate: count,
  loraRank: count,
  batchSizeSamples: count,
};

const job = z.object({
  name: z.string().min(1),
  state: text,
  status: z.object({ code: text, message: text }).nullish().catch(null),
  displayName: text,
  dataset: z.string().catch(''),
  evaluationDataset: text,
  ...settings,
  trainingConfig: z.object(settings).nullish().catch(null),
  createTime: seconds,
  completedTime: seconds,
  jobProgress: z.object({ percent: count }).nullish().catch(null),
  estimatedCost: z.object({ currencyCode: text, units: count, nanos: count }).nullish().catch(null),
});

type ReadJob = z.infer<typeof job>;

const hyperparametersOf = (asked: Pick<ReadJob, 'epochs' | 'batchSizeSamples' | 'learningRate' | 'loraRank'>) =>
  ({
    nEpochs: asked.epochs ?? 'auto',
    batchSize: asked.batchSizeSamples || 'auto',
    learningRateMultiplier: 'auto',
    learningRate: asked.learningRate || 'auto',
    ...(asked.loraRank ? { loraRank: asked.loraRank } : {}),
  }) as const;

/** Throws ZodError for what has no name. */
export function parseJob(raw: unknown): TuningJob {
  const read = job.parse(raw);
  const word = (read.state ?? 'no state').replace(/^JOB_STATE_/, '');
  const status = STATES[word] ?? 'unknown';
  const asked = { ...read, ...definedOf(read.trainingConfig ?? {}) };
  const ended = TERMINAL_STATUSES.has(status);
  const id = idOf(read.name);
  return {
    id,
    model: asked.baseModel || asked.warmStartFrom || '',
    status,
    ...(status === 'unknown' ? { statusWord: read.state ?? word } : {}),
    fineTunedModel: status === 'succeeded' ? asked.outputModel || null : null,
    trainingFile: idOf(read.dataset),
    validationFile: read.evaluationDataset ? idOf(read.evaluationDataset) : null,
    resultFiles: [],
    hyperparameters: hyperparametersOf(asked),
    ...(asked.loraRank ? { choices: { weights: 'lora' } } : {}),
    trainedTokens: null,
    suffix: read.displayName || null,
    seed: null,
    error: status === 'failed' ? failureOf(read, word) : null,
    createdAt: read.createTime ?? 0,
    finishedAt: ended ? (read.completedTime ?? read.createTime) : null,
    estimatedFinish: null,
    ...costOf(read),
    ...(ended ? {} : progressOf(read)),
    ...keyOfId(id),
  };
}

const definedOf = <T extends object>(fields: T): Partial<T> => {
  const defined: Partial<T> = { ...fields };
  for (const [name, value] of Object.entries(defined)) if (value == null) Reflect.deleteProperty(defined, name);
  return defined;
};

const failureOf = ({ status }: ReadJob, word: string) => ({
  code: status?.code && status.code !== 'OK' ? status.code : word,
  message: status?.message ?? '',
  param: null,
});

function costOf({ estimatedCost }: ReadJob): { readonly costUsd?: number } {
  const { currencyCode, units, nanos } = estimatedCost ?? {};
  const unknown = (currencyCode ?? 'USD') !== 'USD' || (units == null && nanos == null);
  return unknown ? {} : { costUsd: (units ?? 0) + (nanos ?? 0) / 1e9 };
}

function progressOf({ jobProgress }: ReadJob): { readonly progress?: number } {
  const percent = jobProgress?.percent ?? null;
  return percent === null ? {} : { progress: Math.min(1, Math.max(0, percent / 100)) };
}

/** Tokens that a dataset is said to have; null where nothing is said. */
export function tokensOf(raw: unknown): number | null {
  const read = z.object({ estimatedTokenCount: count }).safeParse(raw);
  return read.success ? read.data.estimatedTokenCount || null : null;
}

export function parseJobOrNull(raw: unknown): TuningJob | null {
  return job.safeParse(raw).success ? parseJob(raw) : null;
}

/** Ids are the caller's to choose: of ours the key of the job is a part, so that it is known again whatever became of its answer. */
const ID = /^luthier-([a-z0-9-]{1,55})$/;

/** The id of a job with a key; null where the key cannot stand in one. */
export function idOfKey(key: string): string | null {
  const id = `luthier-${key.toLowerCase()}`;
  return ID.test(id) && key === key.toLowerCase() ? id : null;
}

function keyOfId(id: string): Pick<TuningJob, 'rest'> {
  const key = ID.exec(id)?.[1];
  return key === undefined ? {} : { rest: { metadata: { [JOB_KEY]: key } } };
}
