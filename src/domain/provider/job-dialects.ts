import type { TrainingMethod } from '../training/types.ts';

/** What can be asked of a job, or done with it, once it is there; `chat` is with its tuned model, by its name and at once. */
export type JobPart = 'events' | 'checkpoints' | 'cancel' | 'pause' | 'resume' | 'chat';

/** The form of fine-tuning jobs that a provider wants. Its wire format is a file of services/openai/dialects. */
export type JobDialect = 'method' | 'hyperparameters' | 'together' | 'fireworks';

export interface JobDialectFacts {
  readonly label: string;
  /** Who speaks it. */
  readonly speakers: string;
  /** What is worth saying of a profile with it; null for the usual one. */
  readonly remark: string | null;
  /** Methods it has no words for, each with the reason for not training by it. */
  readonly untrained: Readonly<Partial<Record<TrainingMethod, string>>>;
  /** Settings of DPO that it has no words for, each with the reason. */
  readonly unsaidOfDpo: Readonly<Partial<Record<'beta' | 'batchSize', string>>>;
  /** Whether a job may carry pairs of texts of the caller's, `metadata`. Older servers refuse the field. */
  readonly metadata: boolean;
  /** Parts of a job that it does not have, each in words that stand where the part would be. */
  readonly lacks: Readonly<Partial<Record<JobPart, string>>>;
  /** A multiple of the rate that the provider would choose, or the rate itself. */
  readonly learningRate: 'multiplier' | 'absolute';
  /** Ranks of a LoRA adapter that a job may ask for; null where it has no word for it. */
  readonly loraRank: LoraRanks | null;
  /** Epochs of a job that names none; null where the provider chooses by the number of examples, as OpenAI does. */
  readonly epochs: number | null;
  /** What it does unless it is told otherwise, and a person may not expect; sentences. */
  readonly defaults: readonly string[];
  /** Whether it says what a job will take, once it has the files. */
  readonly estimates: boolean;
}

/** From `min` to `max`, and of those only powers of two where `powersOfTwo` says so. */
export interface LoraRanks {
  readonly min: number;
  readonly max: number;
  readonly powersOfTwo: boolean;
}

/** In what a dialect is like OpenAI's, unless it says otherwise. */
const AS_OPENAI = {
  unsaidOfDpo: {},
  lacks: {},
  learningRate: 'multiplier',
  loraRank: null,
  epochs: null,
  defaults: [],
  estimates: false,
} as const;

/** Every dialect, in the order a form offers them. */
export const JOB_DIALECTS = {
  method: {
    ...AS_OPENAI,
    label: 'method',
    speakers: 'OpenAI, Azure',
    remark: null,
    untrained: {},
    metadata: true,
  },
  hyperparameters: {
    ...AS_OPENAI,
    label: 'top-level hyperparameters',
    speakers: 'Nebius, older servers',
    remark: 'jobs are sent with top-level hyperparameters',
    // Without a place for the method, a job would train supervised on lines that are not meant for it.
    untrained: { dpo: 'Jobs of this provider name no method, so it trains supervised only, not by DPO.' },
    metadata: false,
  },
  together: {
    label: 'Together’s own',
    speakers: 'Together AI',
    unsaidOfDpo: {},
    remark: 'files and jobs go by Together’s own calls',
    untrained: {},
    metadata: false,
    lacks: {
      pause: 'Together cannot pause a job.',
      resume: 'Together cannot resume a job.',
      chat: 'A model tuned at Together answers only from a deployment, which is billed by the hour, idle or not: deploy it at Together by its object id, then chat with the endpoint’s name.',
    },
    learningRate: 'absolute',
    loraRank: { min: 1, max: 64, powersOfTwo: false },
    epochs: 1,
    defaults: [
      'Trains a LoRA adapter, not the whole model.',
      'By itself: 1 epoch, rate 1e-5, largest batch.',
      'A job costs $4.00 at least.',
    ],
    estimates: true,
  },
  fireworks: {
    label: 'Fireworks’ own',
    speakers: 'Fireworks AI',
    unsaidOfDpo: {
      beta: 'Fireworks chooses beta by itself.',
      batchSize: 'Fireworks counts a batch of DPO in tokens.',
    },
    remark: 'datasets and jobs go by Fireworks’ own calls, under the account',
    untrained: {},
    metadata: false,
    lacks: {
      events: 'Fireworks keeps no events of a job, only its state.',
      checkpoints: 'Fireworks lists no checkpoints of a job.',
      cancel: 'Fireworks has no call that cancels a job: `luthier jobs delete ID` removes it, which stops it.',
      pause: 'Fireworks has no call that pauses a job.',
      chat: 'A model tuned at Fireworks answers only from a deployment, which is billed by the hour: deploy it there, then chat with MODEL#DEPLOYMENT.',
    },
    learningRate: 'absolute',
    loraRank: { min: 1, max: 32, powersOfTwo: true },
    epochs: 1,
    defaults: [
      'Trains a LoRA adapter, of rank 8 by itself.',
      'By itself: 1 epoch, a rate of its own, no seed.',
      'It names the cost when the job is there.',
    ],
    estimates: true,
  },
} satisfies Record<JobDialect, JobDialectFacts>;

export const dialectFacts = (dialect: JobDialect): JobDialectFacts => JOB_DIALECTS[dialect];

export function isJobDialect(value: unknown): value is JobDialect {
  return typeof value === 'string' && Object.hasOwn(JOB_DIALECTS, value);
}

export const DIALECT_NAMES: readonly JobDialect[] = Object.keys(JOB_DIALECTS).filter(isJobDialect);
