import { randomBytes } from 'node:crypto';

/** The key of each stand-in of this process, by its origin: no two share one, so that a key that goes astray is seen. */
const keys = new Map<string, string>();

export function newStandInKey(origin: string, given?: string): string {
  const key = given ?? `sk-of-a-stand-in-${randomBytes(12).toString('hex')}`;
  keys.set(origin, key);
  return key;
}

/** The key that goes to a stand-in, by any address of it; null where none is. */
export const standInKey = (url: string): string | null => keys.get(new URL(url).origin) ?? null;

/** The same of one that is there. */
export function keyAt(url: string): string {
  const key = standInKey(url);
  if (key === null) throw new Error(`There is no stand-in at ${url}.`);
  return key;
}

/** Whose keys are among what one stand-in was sent: origins, its own left out. */
export const strayKeys = (origin: string, sent: string): readonly string[] =>
  [...keys].flatMap(([other, key]) =>
    other !== origin && key !== keys.get(origin) && sent.includes(key) ? [other] : [],
  );
