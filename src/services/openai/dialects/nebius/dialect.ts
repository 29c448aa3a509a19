import { createFiles } from '../../files.ts';
import type { Dialect } from '../dialect.ts';
import { createNebiusJobs } from './jobs.ts';

/** Nebius Token Factory: OpenAI's calls, with hyperparameters of its own, and checkpoints in the place of a model. */
export const nebiusDialect: Dialect = {
  files: (session, settings) => createFiles(session, settings, { listQuery: {} }),
  jobs: createNebiusJobs,
  deployments: async (session, profile) => (await import('./deployments.ts')).createNebiusDeployments(session, profile),
  weights: async (session, profile) => (await import('./weights.ts')).createNebiusWeights(session, profile),
};
