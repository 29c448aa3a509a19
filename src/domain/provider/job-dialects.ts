import type { TrainingMethod } from '../training/types.ts';

/** The form of fine-tuning jobs that a provider wants. Its wire format is a file of services/openai/dialects. */
export type JobDialect = 'method' | 'hyperparameters';

export interface JobDialectFacts {
  readonly label: string;
  /** Who speaks it. */
  readonly speakers: string;
  /** What is worth saying of a profile with it; null for the usual one. */
  readonly remark: string | null;
  /** Methods it has no words for, each with the reason for not training by it. */
  readonly untrained: Readonly<Partial<Record<TrainingMethod, string>>>;
  /** Whether a job may carry pairs of texts of the caller's, `metadata`. Older servers refuse the field. */
  readonly metadata: boolean;
}

/** Every dialect, in the order a form offers them. */
export const JOB_DIALECTS = {
  method: { label: 'method', speakers: 'OpenAI, Azure', remark: null, untrained: {}, metadata: true },
  hyperparameters: {
    label: 'top-level hyperparameters',
    speakers: 'Nebius, older servers',
    remark: 'jobs are sent with top-level hyperparameters',
    // Without a place for the method, a job would train supervised on lines that are not meant for it.
    untrained: { dpo: 'Jobs of this provider name no method, so it trains supervised only, not by DPO.' },
    metadata: false,
  },
} satisfies Record<JobDialect, JobDialectFacts>;

export const dialectFacts = (dialect: JobDialect): JobDialectFacts => JOB_DIALECTS[dialect];

export function isJobDialect(value: unknown): value is JobDialect {
  return typeof value === 'string' && Object.hasOwn(JOB_DIALECTS, value);
}

export const DIALECT_NAMES: readonly JobDialect[] = Object.keys(JOB_DIALECTS).filter(isJobDialect);
