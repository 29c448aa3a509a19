import type { Dialect } from '../dialect.ts';
import { createFireworksFiles } from './files.ts';
import { createFireworksJobs } from './jobs.ts';

/** Fireworks AI: datasets and jobs under an account. */
export const fireworksDialect: Dialect = {
  files: createFireworksFiles,
  jobs: createFireworksJobs,
  deployments: async (session, profile) =>
    (await import('./deployments.ts')).createFireworksDeployments(session, profile),
};
