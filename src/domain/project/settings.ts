import { join } from 'node:path';
import * as z from 'zod';
import { type CallLimits, isCallLimits } from '../provider/call-limits.ts';
import { isJobDialect, type JobDialect } from '../provider/job-dialects.ts';
import { isProviderKind, type ProviderKind } from '../provider/kinds.ts';
import type { ProviderProfile } from '../provider/provider.ts';
import type { TrackingChoices } from '../tracking/settings.ts';
import { TRACKER_KINDS } from '../tracking/trackers.ts';
import { SERVERS } from '../weights/servers.ts';

export const THEME_NAMES = ['auto', 'dark', 'light', 'contrast', 'mono'] as const;

/** `auto` is dark or light as the terminal's own background is; `contrast` has no grey and no dim text. */
export type ThemeName = (typeof THEME_NAMES)[number];

/** How the screens use the terminal. */
export interface TerminalChoices {
  readonly theme: ThemeName;
  /** Wheel and clicks come to Luthier; the terminal's own selection then needs Shift. */
  readonly mouse: boolean;
  /** A bell and a notification when long work ends while another window has the focus. */
  readonly notifications: boolean;
  /** Spinners turn and clocks tick. */
  readonly animations: boolean;
}

export const TERMINAL_CHOICES: TerminalChoices = {
  theme: 'auto',
  mouse: false,
  notifications: true,
  animations: true,
};

/**
 * The folder everything of Luthier lives in: `$LUTHIER_HOME` when it is set and not blank, else `.luthier`
 * in the person's home folder. The engine keeps its own things in `engine` below it.
 */
export function luthierHome(env: Readonly<Record<string, string | undefined>>, homedir: string): string {
  const set = env.LUTHIER_HOME?.trim();
  return set ? set : join(homedir, '.luthier');
}

/** A provider profile as the settings keep it. Keys are never part of it. */
export const profileSchema: z.ZodType<ProviderProfile> = z.object({
  id: z.string().min(1),
  name: z.string(),
  kind: z.custom<ProviderKind>(isProviderKind),
  baseUrl: z.string().nullable(),
  jobDialect: z.custom<JobDialect>(isJobDialect),
  apiVersion: z.string().nullable(),
  account: z.string().nullable().optional(),
  subscription: z.string().nullable().optional(),
  resourceGroup: z.string().nullable().optional(),
  keyVariable: z.string().nullable().optional(),
  plainHttp: z.string().nullable().optional(),
});

const themeSchema: z.ZodType<ThemeName> = z.enum(THEME_NAMES);

const terminalSchema: z.ZodType<Omit<TerminalChoices, 'theme'>> = z.object({
  mouse: z.boolean(),
  notifications: z.boolean(),
  animations: z.boolean(),
});

const trackingSchema: z.ZodType<TrackingChoices> = z.object({
  tracker: z.exactOptional(z.enum(TRACKER_KINDS)),
  server: z.exactOptional(z.string()),
  experiment: z.exactOptional(z.string()),
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
  terminal: z.exactOptional(terminalSchema),
  profiles: z.exactOptional(z.array(profileSchema)),
  tracking: z.exactOptional(trackingSchema),
  /** How long servers may keep calls waiting. */
  limits: z.exactOptional(z.custom<CallLimits>(isCallLimits)),
  /** What answers for real weights on this machine; the engine reads it too. */
  serving: z.exactOptional(z.enum(SERVERS)),
  /** Id of the project that was open last. */
  current: z.exactOptional(z.string()),
});

export type SettingsDocument = z.infer<typeof settingsSchema>;
