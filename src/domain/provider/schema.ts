import * as z from 'zod';
import type { ProviderProfile } from './types.ts';

/** A provider profile as the settings keep it. Keys are never part of it. */
export const profileSchema: z.ZodType<ProviderProfile> = z.object({
  id: z.string().min(1),
  name: z.string(),
  kind: z.enum(['embedded', 'openai', 'azure', 'compatible']),
  baseUrl: z.string().nullable(),
  jobDialect: z.enum(['method', 'hyperparameters']),
  apiVersion: z.string().nullable(),
});
