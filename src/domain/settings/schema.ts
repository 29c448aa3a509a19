import * as z from 'zod';
import { profileSchema } from '../provider/schema.ts';
import type { TrackingChoices } from '../tracking/settings.ts';
import type { ThemeName } from './types.ts';

const themeSchema: z.ZodType<ThemeName> = z.enum(['dark', 'light', 'mono']);

const trackingSchema: z.ZodType<TrackingChoices> = z.object({
  mode: z.enum(['online', 'offline', 'disabled']).nullable(),
  project: z.string().nullable(),
  entity: z.string().nullable(),
  log: z.boolean(),
});

/**
 * What is kept of the person's choices. Every part may be absent: it then has its default. Parts of a newer
 * Luthier are let through, so that going back and forth between versions loses nothing.
 */
export const settingsSchema = z.looseObject({
  theme: z.exactOptional(themeSchema),
  profiles: z.exactOptional(z.array(profileSchema)),
  tracking: z.exactOptional(trackingSchema),
  /** Id of the project that was open last. */
  current: z.exactOptional(z.string()),
});

export type SettingsDocument = z.infer<typeof settingsSchema>;
