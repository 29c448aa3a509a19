import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TrackingKeySource } from '../../domain/tracking/settings.ts';
import { TrackingError } from '../../domain/tracking/types.ts';
import { DEFAULT_BASE_URL } from '../../domain/wandb/names.ts';
import { expandHome } from '../filesystem/paths.ts';

/**
 * The netrc file, read as Python's `netrc` does, by which W&B's own client finds its keys: words between white space;
 * quotes and backslashes as a shell has them; `#` where a keyword could stand begins a comment; what a macro holds is
 * no word.
 */

export interface NetrcPlaces {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly homedir: string;
}

/** `NETRC`, or `.netrc` or `_netrc` in the home folder; null where there is none. */
function findNetrc({ env, homedir }: NetrcPlaces): string | null {
  const named = env.NETRC;
  if (named) {
    const path = expandHome(named, homedir);
    return existsSync(path) ? path : null;
  }
  return ['.netrc', '_netrc'].map((name) => join(homedir, name)).find((path) => existsSync(path)) ?? null;
}

/** The password for `host` (with its port, if the address has one), or that of `default`. Null when there is none. */
export function netrcPassword(places: NetrcPlaces, host: string): string | null {
  const path = findNetrc(places);
  if (path === null) return null;
  try {
    return passwordIn(readFileSync(path, 'utf8'), host);
  } catch {
    // What cannot be read holds no key; W&B's client goes on without it too.
    return null;
  }
}

/** Null also for a text that is no netrc. */
export function passwordIn(text: string, host: string): string | null {
  const words = createReader(text);
  const found = new Map<string, string>();
  let machine: string | null = null;
  for (let word = words.next(); word !== ''; word = words.next()) {
    switch (word.startsWith('#') ? '#' : word) {
      case '#':
        words.skipLine();
        break;
      case 'macdef':
        words.skipMacro();
        break;
      case 'machine':
      case 'default':
        machine = word === 'machine' ? words.next() : 'default';
        found.set(machine, '');
        break;
      case 'login':
      case 'user':
      case 'account':
        words.next();
        break;
      case 'password':
        if (machine === null) return null;
        found.set(machine, words.next());
        break;
      default:
        return null;
    }
  }
  return found.get(found.has(host) ? host : 'default') || null;
}

interface Reader {
  /** Empty at the end. */
  next(): string;
  /** The rest of the line the last word stands on; nothing where that word ended it. */
  skipLine(): void;
  /** Up to an empty line. */
  skipMacro(): void;
}

const SPACE = /\s/;

function createReader(text: string): Reader {
  let at = 0;
  const word = (): string => {
    while (at < text.length && SPACE.test(text.charAt(at))) at += 1;
    const quote = /["']/.test(text.charAt(at)) ? text.charAt(at) : null;
    if (quote !== null) at += 1;
    const ends = (letter: string): boolean => (quote === null ? SPACE.test(letter) : letter === quote);
    let read = '';
    for (; at < text.length && !ends(text.charAt(at)); at += 1) {
      if (text.charAt(at) === '\\') at += 1;
      read += text.charAt(at);
    }
    if (quote !== null) at += 1;
    return read;
  };
  const skipTo = (end: RegExp): void => {
    const match = end.exec(text.slice(at));
    at = match === null ? text.length : at + match.index + match[0].length;
  };
  return {
    next: word,
    skipLine: () => {
      if (text.charAt(at) !== '\n') skipTo(/\n/);
    },
    skipMacro: () => skipTo(/\n\r?\n/),
  };
}

export interface Credentials {
  /** The key for what is at `baseUrl`; null when there is none. Throws TrackingError for what cannot be one. */
  key(baseUrl: string): string | null;
  /** Does not throw. */
  source(baseUrl: string): TrackingKeySource;
  /** Every key that can be found, in use or not: none of them may be written anywhere. Does not throw. */
  known(baseUrl: string): readonly string[];
}

export interface CredentialsOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly homedir: string;
  /** The key typed into Luthier; null when there is none. */
  readonly typed: () => string | null;
}

/** W&B's have 40 characters or more; shorter ones may come one day, but no word is a key. */
const FEWEST_CHARACTERS = 20;

interface FoundKey {
  readonly source: Exclude<TrackingKeySource, 'none' | 'unneeded'>;
  readonly key: string;
}

const NAMES: Readonly<Record<FoundKey['source'], string>> = {
  environment: 'WANDB_API_KEY',
  file: 'The W&B key typed into Luthier',
  netrc: 'The W&B key of the netrc file',
};

/** W&B's key: `WANDB_API_KEY` first, as its own client has it; then the one typed in; then the netrc file's. */
export function createCredentials({ env, homedir, typed }: CredentialsOptions): Credentials {
  const environment = (): string | null => env.WANDB_API_KEY?.trim() || null;
  const file = (): string | null => typed()?.trim() || null;
  const netrc = (baseUrl: string): string | null => {
    const host = URL.parse(baseUrl)?.host ?? '';
    return host === '' ? null : netrcPassword({ env, homedir }, host);
  };
  const found = (baseUrl: string): FoundKey | null => {
    const places: readonly [FoundKey['source'], () => string | null][] = [
      ['environment', environment],
      ['file', file],
      ['netrc', () => netrc(baseUrl)],
    ];
    for (const [source, read] of places) {
      const key = read();
      if (key !== null) return { source, key };
    }
    return null;
  };
  return {
    key: (baseUrl) => {
      const own = found(baseUrl);
      if (own !== null) refuse(own.key, NAMES[own.source]);
      return own?.key ?? null;
    },
    source: (baseUrl) => found(baseUrl)?.source ?? 'none',
    known: (baseUrl) => {
      // Whoever works on a W&B of their own has mostly logged into the cloud too.
      const all = [environment(), file(), netrc(baseUrl), netrc(DEFAULT_BASE_URL)];
      return [...new Set(all)].flatMap((key) => (key === null || problemOf(key) !== null ? [] : [key]));
    },
  };
}

/** A key goes into a header: a control character in it would be another header. */
function problemOf(key: string): string | null {
  if (!/^[\x21-\x7e]+$/.test(key)) return 'has characters that no key has';
  return key.length < FEWEST_CHARACTERS ? 'is too short for a key; it has 40 characters or more' : null;
}

function refuse(key: string, name: string): void {
  const problem = problemOf(key);
  if (problem === null) return;
  throw new TrackingError('settings', `${name} ${problem}.`, 'Copy the key again from https://wandb.ai/authorize.');
}
