import type { JobDialect } from '../../../domain/provider/job-dialects.ts';
import type { Dialect } from './dialect.ts';
import { hyperparametersDialect } from './hyperparameters.ts';
import { methodDialect } from './method.ts';

/** Those with calls of their own are loaded with their first provider. */
export const DIALECTS = {
  method: async () => methodDialect,
  luthier: async () => methodDialect,
  hyperparameters: async () => hyperparametersDialect,
  azure: async () => (await import('./azure/dialect.ts')).azureDialect,
  together: async () => (await import('./together/dialect.ts')).togetherDialect,
  fireworks: async () => (await import('./fireworks/dialect.ts')).fireworksDialect,
  nebius: async () => (await import('./nebius/dialect.ts')).nebiusDialect,
} satisfies Record<JobDialect, () => Promise<Dialect>>;
