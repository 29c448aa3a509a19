import { plural } from './format.ts';
import { redactKeys } from './sanitize.ts';

/** Shorter ones are words that a server wants no key by. */
const SHORTEST_KEY = 8;

/** Masks keys in what is written for others, and knows how many there were. */
export interface KeyMask {
  mask(text: string): string;
  /** Keys that were masked so far. */
  readonly count: number;
  lines(lines: Iterable<string>): Generator<string, void, undefined>;
  /** ` 2 keys in use stood in it and are masked.`; empty where none did. */
  told(): string;
}

/**
 * Keys that are in use, wherever they stand, as they are and as they stand inside JSON: a server can make a model print the key it was called with. What merely looks
 * like a key stays, for it is a person's own data.
 */
export function createKeyMask(keys: readonly string[]): KeyMask {
  const forms = keys
    .filter((key) => key.length >= SHORTEST_KEY)
    .flatMap((key) => [key, JSON.stringify(key).slice(1, -1)]);
  const known = [...new Set(forms)].toSorted((a, b) => b.length - a.length);
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
    get count() {
      return masked;
    },
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

/** What is told of keys that stood in prompts, as they do where an answer is asked about again. */
export const sentKeysText = (keys: number): string =>
  `${plural(keys, 'key')} of another host stood in what was asked and ${keys === 1 ? 'was' : 'were'} sent masked.`;
