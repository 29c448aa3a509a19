import { TrackingError } from '../../domain/tracking/errors.ts';
import type { TrackingKeySource } from '../../domain/tracking/settings.ts';
import { netrcPassword } from './netrc.ts';

export interface Credentials {
  /** The key for what is at `baseUrl`; null when there is none. Throws TrackingError for what cannot be one. */
  key(baseUrl: string): string | null;
  /** Does not throw. */
  source(baseUrl: string): TrackingKeySource;
}

export interface CredentialsOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly homedir: string;
  /** The key typed into Luthier; null when there is none. */
  readonly typed: () => string | null;
}

/** W&B's have 40 characters or more; shorter ones may come one day, but no word is a key. */
const FEWEST_CHARACTERS = 20;

const NAMES: Readonly<Record<Exclude<TrackingKeySource, 'none'>, string>> = {
  environment: 'WANDB_API_KEY',
  file: 'The W&B key typed into Luthier',
  netrc: 'The W&B key of the netrc file',
};

/** W&B's key: `WANDB_API_KEY` first, as its own client has it; then the one typed in; then the netrc file's. */
export function createCredentials({ env, homedir, typed }: CredentialsOptions): Credentials {
  const found = (
    baseUrl: string,
  ): { readonly source: Exclude<TrackingKeySource, 'none'>; readonly key: string } | null => {
    const environment = env.WANDB_API_KEY?.trim();
    if (environment) return { source: 'environment', key: environment };
    const file = typed()?.trim();
    if (file) return { source: 'file', key: file };
    const host = URL.parse(baseUrl)?.host ?? '';
    const netrc = host === '' ? null : netrcPassword({ env, homedir }, host);
    return netrc === null ? null : { source: 'netrc', key: netrc };
  };
  return {
    key: (baseUrl) => {
      const own = found(baseUrl);
      if (own !== null) refuse(own.key, NAMES[own.source]);
      return own?.key ?? null;
    },
    source: (baseUrl) => found(baseUrl)?.source ?? 'none',
  };
}

/** A key goes into a header: a control character in it would be another header. */
function refuse(key: string, name: string): void {
  const problem = !/^[\x21-\x7e]+$/.test(key)
    ? 'has characters that no key has'
    : key.length < FEWEST_CHARACTERS
      ? 'is too short for a key; it has 40 characters or more'
      : null;
  if (problem === null) return;
  throw new TrackingError('settings', `${name} ${problem}.`, 'Copy the key again from https://wandb.ai/authorize.');
}
