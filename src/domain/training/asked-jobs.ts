import { isRecord } from '../common/json.ts';
import type { JobRecord, JobRequest, TuningJob } from './types.ts';

/** What is known of a job before there is one. */
export type JobFrame = Omit<JobRecord, 'job'>;

/** A job that a provider was asked for, as it is written down before it is asked: whether it is there is not known yet. */
export interface AskedJob {
  /** Drawn for this job alone, and in its `metadata` where the provider keeps that. Also the ledger's id of the operation. */
  readonly key: string;
  /** The provider's, see `Provider`. */
  readonly address: string;
  /** Milliseconds since the epoch. */
  readonly askedAt: number;
  readonly model: string;
  readonly trainingFile: string;
  readonly suffix: string | null;
  /** With the job, its record. */
  readonly frame: JobFrame;
}

/** Under which name the key stands in a job's `metadata`. */
export const JOB_KEY = 'luthier_job';

/** Seconds by which a provider's clock may be behind ours. */
const CLOCKS_APART_S = 300;

/** From when on, in seconds since the epoch of the provider's clock, a job can be the one that was asked for. */
export const createdSince = ({ askedAt }: Pick<AskedJob, 'askedAt'>): number =>
  Math.floor(askedAt / 1000) - CLOCKS_APART_S;

/**
 * The job among a provider's that is the one asked for: by its key, or else, of those that carry none and are not known
 * to be others, by training file, suffix and model, created after it was asked for. Null when there is none.
 */
export function findAsked(
  asked: AskedJob,
  jobs: readonly TuningJob[],
  isKnown: (jobId: string) => boolean,
): TuningJob | null {
  const byKey = jobs.find((job) => keyOf(job) === asked.key);
  if (byKey !== undefined) return byKey;
  const alike = jobs.filter(
    (job) =>
      keyOf(job) === null &&
      job.trainingFile === asked.trainingFile &&
      job.createdAt >= createdSince(asked) &&
      sameSuffix(job.suffix, asked.suffix) &&
      sameModel(job.model, asked.model) &&
      !isKnown(job.id),
  );
  return alike.toSorted((a, b) => a.createdAt - b.createdAt)[0] ?? null;
}

function keyOf({ rest }: TuningJob): string | null {
  const metadata = rest?.metadata;
  const key = isRecord(metadata) ? metadata[JOB_KEY] : null;
  return typeof key === 'string' ? key : null;
}

const plain = (suffix: string): string => suffix.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '-');

/** Some providers write a suffix in their own way, and some lists leave it out. */
const sameSuffix = (listed: string | null, asked: string | null): boolean =>
  listed === null || plain(listed) === plain(asked ?? '');

/** A provider may name the dated model behind the name that was given. */
const sameModel = (listed: string, asked: string): boolean => listed.startsWith(asked) || asked.startsWith(listed);

/** Whether two jobs that are asked for are the same training: the same data, settings and method. */
export function isSameTraining(asked: Training, other: Training): boolean {
  // One that was written down by an older version has no fingerprint.
  const both = asked.frame.fingerprint !== undefined && other.frame.fingerprint !== undefined;
  return both ? isSameFrame(asked.frame, other.frame) : words(asked) === words(other);
}

/** Whether what is known of two jobs is of the same training; never of one without a fingerprint. */
export const isSameFrame = (one: Fingerprinted, other: Fingerprinted): boolean =>
  one.fingerprint !== undefined && one.fingerprint === other.fingerprint;

type Fingerprinted = Pick<JobFrame, 'fingerprint'>;

type Asked = Pick<
  JobRequest,
  'model' | 'suffix' | 'seed' | 'hyperparameters' | 'method' | 'beta' | 'choices' | 'wandb'
>;

/** Everything that a job is asked for with, but for the ids of its files, which are known by what they hold. */
export function fingerprintOf(asked: Asked, { data, place }: Pick<JobFrame, 'data' | 'place'>): string {
  const { model, suffix, hyperparameters, method, choices } = asked;
  const said = words({ model, suffix, frame: { data, asked: hyperparameters, method, choices, place } });
  return JSON.stringify([said, asked.seed, asked.beta ?? 'auto', asked.wandb ?? null]);
}

type Training = Pick<AskedJob, 'model' | 'suffix'> & {
  readonly frame: Pick<JobFrame, 'data' | 'asked' | 'method' | 'choices' | 'place' | 'fingerprint'>;
};

const words = ({ model, suffix, frame: { data, asked, method, choices, place } }: Training): string =>
  JSON.stringify([
    [model, suffix ?? '', method ?? 'supervised'],
    [data?.training, data?.validation],
    [choices?.weights ?? null, choices?.tier ?? null, ...(choices?.settings === undefined ? [] : [choices.settings])],
    [asked?.nEpochs, asked?.batchSize, asked?.learningRateMultiplier, asked?.learningRate ?? 'auto'],
    [asked?.loraRank ?? 'auto', place?.bakeoffId, place?.targetId],
  ]);
