import type { TrainingMethod } from '../training/types.ts';
import type { DialectChoices } from './job-choices.ts';

/** What can be asked of a job, or done with it, once it is there; `chat` is with its tuned model, by its name and at once. */
export type JobPart = 'events' | 'checkpoints' | 'cancel' | 'pause' | 'resume' | 'chat';

/** The form of fine-tuning jobs that a provider wants. Its wire format is a file of services/openai/dialects. */
export type JobDialect = 'method' | 'luthier' | 'hyperparameters' | 'azure' | 'together' | 'fireworks' | 'nebius';

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
  /** Why a job takes no seed; null where it does. */
  readonly seedless: string | null;
  /** A multiple of the rate that the provider would choose, or the rate itself. */
  readonly learningRate: 'multiplier' | 'absolute';
  /** Ranks of a LoRA adapter that a job may ask for; null where it has no word for it. */
  readonly loraRank: LoraRanks | null;
  /** Epochs of a job that names none; null where the provider chooses by the number of examples, as OpenAI does. */
  readonly epochs: number | null;
  /** What it does unless it is told otherwise, and a person may not expect; sentences. */
  readonly defaults: readonly string[];
  /** Whether jobs take the settings of real weights: WEIGHT_SETTINGS. */
  readonly weightSettings: boolean;
  /** Whether it trains on a machine of a person's own, so that nothing is asked for it. */
  readonly unbilled: boolean;
  /** Whether it says what a job will take, once it has the files. */
  readonly estimates: boolean;
  /** Whether the files of a tuned model can be downloaded, to be served elsewhere. */
  readonly downloads: boolean;
  /** Bounds of its own, narrower than those of OpenAI's jobs. */
  readonly bounds: Readonly<Partial<Record<'nEpochs' | 'batchSize', Bounds>>>;
  readonly choices: DialectChoices;
}

/** From `min` to `max`, and of those only powers of two where `powersOfTwo` says so. */
export interface LoraRanks {
  readonly min: number;
  readonly max: number;
  readonly powersOfTwo: boolean;
}

interface Bounds {
  readonly min: number;
  readonly max: number;
}

const NO_TIERS = 'Jobs of this provider have no training type to choose.';

const NO_CHOICES: DialectChoices = {
  weights: 'Jobs of this provider leave no choice of LoRA or full training.',
  tiers: NO_TIERS,
};

/** In what a dialect is like OpenAI's, unless it says otherwise. */
const AS_OPENAI = {
  unsaidOfDpo: {},
  lacks: {},
  seedless: null,
  learningRate: 'multiplier',
  loraRank: null,
  epochs: null,
  defaults: [],
  weightSettings: false,
  unbilled: false,
  estimates: false,
  downloads: false,
  bounds: {},
  choices: NO_CHOICES,
} as const;

/** Every dialect, in the order a form offers them. */
export const JOB_DIALECTS = {
  method: {
    ...AS_OPENAI,
    label: 'method',
    speakers: 'OpenAI, the engine',
    remark: null,
    untrained: {},
    metadata: true,
  },
  luthier: {
    ...AS_OPENAI,
    label: 'real weights',
    speakers: 'a Luthier engine with a base',
    remark: 'jobs may say how real weights are trained',
    untrained: {},
    metadata: true,
    seedless: null,
    learningRate: 'absolute',
    loraRank: { min: 1, max: 1024, powersOfTwo: false },
    defaults: ['By itself: a LoRA adapter of rank 16 on all linear layers.'],
    weightSettings: true,
    unbilled: true,
    estimates: true,
    choices: {
      weights: { offered: ['lora', 'full'], usual: 'lora', otherwise: '' },
      tiers: NO_TIERS,
    },
  },
  hyperparameters: {
    ...AS_OPENAI,
    label: 'top-level hyperparameters',
    speakers: 'older servers',
    remark: 'jobs are sent with top-level hyperparameters',
    // Without a place for the method, a job would train supervised on lines that are not meant for it.
    untrained: { dpo: 'Jobs of this provider name no method, so it trains supervised only, not by DPO.' },
    metadata: false,
  },
  azure: {
    ...AS_OPENAI,
    label: 'Azure’s own',
    speakers: 'Azure OpenAI (Foundry)',
    unsaidOfDpo: { batchSize: 'Azure takes no batch size under DPO.' },
    remark: 'training files get the mark that Azure asks for, and jobs their training type',
    untrained: {},
    metadata: false,
    lacks: {
      chat: 'A model tuned at Azure answers only from a deployment, most of which are billed by the hour: `luthier deploy JOB` makes one and names it.',
    },
    defaults: ['Azure chooses the training type, unless one is chosen here.'],
    choices: {
      weights: 'Azure leaves no choice of LoRA or full training.',
      tiers: [
        { value: 'standard', note: 'in the region of the resource' },
        { value: 'globalStandard', note: 'anywhere, for less' },
        { value: 'developerTier', note: 'cheapest, may be interrupted' },
      ],
    },
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
      chat: 'A model tuned at Together answers only from a deployment, which is billed by the hour, idle or not: `luthier deploy JOB` makes one and names it.',
    },
    seedless: null,
    learningRate: 'absolute',
    loraRank: { min: 1, max: 64, powersOfTwo: false },
    epochs: 1,
    defaults: [
      'Trains a LoRA adapter, unless full is chosen.',
      'By itself: 1 epoch, rate 1e-5, largest batch.',
      'A job costs $4.00 at least.',
    ],
    weightSettings: false,
    unbilled: false,
    estimates: true,
    downloads: false,
    bounds: {},
    choices: {
      weights: { offered: ['lora', 'full'], usual: 'lora', otherwise: '' },
      tiers: NO_TIERS,
    },
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
      chat: 'A model tuned at Fireworks answers only from a deployment, which is billed by the hour: `luthier deploy JOB` makes one and names it.',
    },
    seedless: 'Fireworks takes no seed for a job.',
    learningRate: 'absolute',
    loraRank: { min: 1, max: 32, powersOfTwo: true },
    epochs: 1,
    defaults: [
      'Trains a LoRA adapter, of rank 8 by itself.',
      'By itself: 1 epoch, a rate of its own, no seed.',
      'It names the cost when the job is there.',
    ],
    weightSettings: false,
    unbilled: false,
    estimates: true,
    downloads: false,
    bounds: {},
    choices: {
      weights: { offered: ['lora'], usual: 'lora', otherwise: 'Fireworks trains a LoRA adapter, not the whole model.' },
      tiers: NO_TIERS,
    },
  },
  nebius: {
    label: 'Nebius’ own',
    speakers: 'Nebius Token Factory',
    unsaidOfDpo: {},
    remark: 'jobs take the learning rate itself, and LoRA where it is chosen',
    untrained: { dpo: 'Nebius trains supervised only, not by DPO.' },
    metadata: false,
    lacks: {
      pause: 'Nebius cannot pause a job.',
      resume: 'Nebius cannot resume a job.',
      chat: 'Nebius gives a tuned model no name that answers: `luthier deploy JOB` serves the last checkpoint of a LoRA job on a base that takes it, `luthier deploy JOB --download DIR` fetches its files, to be served elsewhere.',
    },
    seedless: null,
    learningRate: 'absolute',
    loraRank: { min: 8, max: 128, powersOfTwo: false },
    epochs: 3,
    defaults: ['Trains the whole model, unless LoRA is chosen.', 'By itself: 3 epochs, rate 1e-5, batches of 8.'],
    weightSettings: false,
    unbilled: false,
    estimates: false,
    downloads: true,
    bounds: { nEpochs: { min: 1, max: 20 }, batchSize: { min: 1, max: 64 } },
    choices: {
      weights: { offered: ['lora', 'full'], usual: 'full', otherwise: '' },
      tiers: NO_TIERS,
    },
  },
} satisfies Record<JobDialect, JobDialectFacts>;

export const dialectFacts = (dialect: JobDialect): JobDialectFacts => JOB_DIALECTS[dialect];

export function isJobDialect(value: unknown): value is JobDialect {
  return typeof value === 'string' && Object.hasOwn(JOB_DIALECTS, value);
}

export const DIALECT_NAMES: readonly JobDialect[] = Object.keys(JOB_DIALECTS).filter(isJobDialect);
