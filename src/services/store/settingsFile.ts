import { join } from 'node:path';
import { isRecord } from '../../domain/common/json.ts';
import { profileSchema, type SettingsDocument, settingsSchema } from '../../domain/project/settings.ts';
import { type ConfClass, guardedFile } from './guarded.ts';
import type { Recovery } from './recovery.ts';

/** `settings.json`. Every update reads the file again, so another process's choices are kept beside ours. */
export interface SettingsFile {
  read(): SettingsDocument;
  update(change: SettingsDocument): void;
}

export function createSettingsFile(
  ConfStore: ConfClass,
  options: { readonly home: string; readonly recovery: Recovery; readonly now: () => number },
): SettingsFile {
  const file = guardedFile<SettingsDocument>(ConfStore, {
    path: join(options.home, 'settings.json'),
    schema: settingsSchema,
    recovery: options.recovery,
    now: options.now,
    salvage,
  });
  const read = () => file.read() ?? {};
  return { read, update: (change) => file.write({ ...read(), ...change }) };
}

/** Keeps the parts that are sound, and of the profiles each one that is: a slip in one costs only that one. */
function salvage(json: unknown): SettingsDocument | null {
  if (!isRecord(json)) return null;
  const kept = Object.entries(json).flatMap(([key, value]): [string, unknown][] => {
    if (settingsSchema.safeParse({ [key]: value }).success) return [[key, value]];
    if (key !== 'profiles' || !Array.isArray(value)) return [];
    return [[key, value.filter((profile) => profileSchema.safeParse(profile).success)]];
  });
  return settingsSchema.parse(Object.fromEntries(kept));
}
