import { plural } from './format.ts';
import { redactKeys } from './sanitize.ts';

/** Shorter ones are words that a server wants no key by. */
const SHORTEST_KEY = 8;

/** Masks keys in what is written for others, and knows how many there were. */
export interface KeyMask {
  mask(text: string): string;
  lines(lines: Iterable<string>): Generator<string, void, undefined>;
  /** ` 2 keys in use stood in it and are masked.`; empty where none did. */
  told(): string;
}

/**
 * Keys that are in use, wherever they stand: a server can make a model print the key it was called with. What merely looks
 * like a key stays, for it is a person's own data.
 */
export function createKeyMask(keys: readonly string[]): KeyMask {
  const known = [...new Set(keys)].filter((key) => key.length >= SHORTEST_KEY).toSorted((a, b) => b.length - a.length);
  let masked = 0;
  const mask = (text: string): string => {
    let clean = text;
    for (const key of known) {
      if (!clean.includes(key)) continue;
      const parts = clean.split(key);
      masked += parts.length - 1;
      clean = parts.join('…');
    }
    return clean;
  };
  return {
    mask,
    *lines(lines) {
      for (const line of lines) yield mask(line);
    },
    told: () => toldOf(masked, ' in use'),
  };
}

const toldOf = (masked: number, which: string): string =>
  masked === 0 ? '' : ` ${plural(masked, 'key')}${which} stood in it and ${masked === 1 ? 'is' : 'are'} masked.`;

/** As `createKeyMask`, of reports that others read: what merely looks like a key is masked as well. */
export function createKeyRedaction(keys: readonly string[]): Pick<KeyMask, 'mask' | 'told'> {
  let masked = 0;
  const count = (): void => {
    masked += 1;
  };
  return { mask: (text) => redactKeys(text, keys, count), told: () => toldOf(masked, '') };
}
