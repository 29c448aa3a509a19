import type { Dialect } from '../dialect.ts';
import { createTogetherFiles } from './files.ts';
import { createTogetherJobs } from './jobs.ts';

/** Together AI: files that go to a signed address, jobs under `/fine-tunes`. */
export const togetherDialect: Dialect = {
  files: createTogetherFiles,
  jobs: createTogetherJobs,
  deployments: async (session) => (await import('./deployments.ts')).createTogetherDeployments(session),
  chat: { maxTokens: 'max_tokens', without: new Set(['stream_options']) },
};
