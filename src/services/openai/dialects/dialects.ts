import type { JobDialect } from '../../../domain/provider/job-dialects.ts';
import type { Dialect } from './dialect.ts';
import { fireworksDialect } from './fireworks/dialect.ts';
import { hyperparametersDialect } from './hyperparameters.ts';
import { methodDialect } from './method.ts';
import { togetherDialect } from './together/dialect.ts';

export const DIALECTS = {
  method: methodDialect,
  hyperparameters: hyperparametersDialect,
  together: togetherDialect,
  fireworks: fireworksDialect,
} satisfies Record<JobDialect, Dialect>;
