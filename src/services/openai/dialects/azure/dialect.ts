import type { Dialect } from '../dialect.ts';
import { createAzureFiles } from './files.ts';
import { createAzureJobs } from './jobs.ts';

/** Azure OpenAI (Foundry): OpenAI's calls, with training types, marked files and figures in a result file. */
export const azureDialect: Dialect = {
  files: createAzureFiles,
  jobs: createAzureJobs,
  deployments: async (session, profile) =>
    (await import('./deployments.ts')).createAzureDeployments(session, profile, process.env),
};
