import type { JobError, JobStatus } from '../../domain/training/types.ts';

/**
 * The words of servers for each status, in lower case and without signs between: OpenAI, Azure, Nebius, Together,
 * Fireworks (`JOB_STATE_` before), Mistral, Bedrock, Vertex, LocalAI.
 */
const WORDS = {
  validating_files: [
    'validatingfiles',
    'validating',
    'creating',
    'creatinginputdataset',
    'loadingmodel',
    'loadingdataset',
    'preprocessing',
  ],
  queued: [
    'queued',
    'pending',
    'created',
    'notrunning',
    'notstarted',
    'validated',
    'submitted',
    'scheduled',
    'requeueing',
    'waiting',
  ],
  running: [
    'running',
    'started',
    'starting',
    'training',
    'inprogress',
    'processing',
    'saving',
    'compressing',
    'uploading',
    'writingresults',
    'updating',
    'resuming',
    'cancelling',
    'canceling',
    'cancelrequested',
    'cancellationrequested',
    'stopping',
    'deleting',
    'deletingcleaningup',
  ],
  paused: ['paused', 'pausing', 'idle'],
  succeeded: [
    'succeeded',
    'success',
    'successful',
    'completed',
    'complete',
    'partiallysucceeded',
    'earlystopped',
    'done',
    'finished',
  ],
  failed: [
    'failed',
    'failure',
    'failedvalidation',
    'validationfailed',
    'error',
    'errored',
    'usererror',
    'expired',
    'timedout',
  ],
  cancelled: ['cancelled', 'canceled', 'stopped', 'aborted', 'deleted', 'terminated'],
} satisfies Record<Exclude<JobStatus, 'unknown'>, readonly string[]>;

const STATUSES: ReadonlyMap<string, JobStatus> = new Map([
  ...WORDS.validating_files.map((word) => [word, 'validating_files'] as const),
  ...WORDS.queued.map((word) => [word, 'queued'] as const),
  ...WORDS.running.map((word) => [word, 'running'] as const),
  ...WORDS.paused.map((word) => [word, 'paused'] as const),
  ...WORDS.succeeded.map((word) => [word, 'succeeded'] as const),
  ...WORDS.failed.map((word) => [word, 'failed'] as const),
  ...WORDS.cancelled.map((word) => [word, 'cancelled'] as const),
]);

/** A server's word as one of our statuses; `unknown` for a word that is in no table. */
export function parseStatus(word: string): JobStatus {
  const plain = word
    .toLowerCase()
    .replace(/^(?:job_)?(?:state|status)_/, '')
    .replace(/[^a-z]/g, '');
  return STATUSES.get(plain) ?? 'unknown';
}

interface SaidOfJob {
  readonly word: string;
  readonly fineTunedModel: string | null;
  readonly finishedAt: number | null;
  readonly error: JobError | null;
}

interface JobState {
  readonly status: JobStatus;
  readonly error: JobError | null;
  /** The server's word where it is not one of ours. */
  readonly statusWord?: string;
}

/**
 * What a job's fields say of its state. A job under a word we do not know has ended when it names a tuned model, which
 * is its success, or a finish time. A job that failed without an error has the server's word for its error.
 */
export function stateOf({ word, fineTunedModel, finishedAt, error }: SaidOfJob): JobState {
  const status = parseStatus(word);
  const wordAsError = error ?? { code: word, message: '', param: null };
  if (status === 'failed') return { status, error: /^(failed|error)$/i.test(word) ? error : wordAsError };
  if (status !== 'unknown') return { status, error };
  if (fineTunedModel !== null) return { status: 'succeeded', error, statusWord: word };
  if (finishedAt !== null) return { status: 'failed', error: wordAsError, statusWord: word };
  return { status, error, statusWord: word };
}
