import type { JobDialect } from '../../../domain/provider/job-dialects.ts';
import type { Dialect } from './dialect.ts';
import { hyperparametersDialect } from './hyperparameters.ts';
import { methodDialect } from './method.ts';

/** Those with calls of their own are loaded with their first provider. */
export const DIALECTS = {
  method: async () => methodDialect,
  hyperparameters: async () => hyperparametersDialect,
  together: async () => (await import('./together/dialect.ts')).togetherDialect,
  fireworks: async () => (await import('./fireworks/dialect.ts')).fireworksDialect,
} satisfies Record<JobDialect, () => Promise<Dialect>>;
