import { TrackingError } from '../../domain/tracking/types.ts';
import { DEFAULT_BASE_URL } from '../../domain/wandb/names.ts';
import type { TrackingKeySource } from '../../domain/wandb/settings.ts';
import { netrcPassword } from './netrc.ts';

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
  readonly source: Exclude<TrackingKeySource, 'none'>;
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
