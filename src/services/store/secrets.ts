import { join } from 'node:path';
import * as z from 'zod';
import { parseJson } from '../../domain/common/json.ts';
import { originBefore, originOf, variableOf } from '../../domain/provider/keys.ts';
import { kindFacts } from '../../domain/provider/kinds.ts';
import type { KeySource, ProviderProfile } from '../../domain/provider/provider.ts';
import { makePrivate, writePrivateFile } from '../filesystem/private-files.ts';
import { readWhenChanged } from '../filesystem/unchanged.ts';
import { isTooLarge, type Recovery, setAside, smallText, TOO_LARGE } from './recovery.ts';

export interface Secrets {
  /** The key is for the address the profile has now. */
  set(profileId: string, key: string | null): void;
  source(profileId: string): KeySource;
  /** The environment variable its key is looked for in; null for none. */
  variable(profileId: string): string | null;
  /** The key to call with; null when there is none, and for the embedded engine, which makes its own. */
  keyOf(profileId: string): string | null;
  /** Every key that was typed in for a tracker, whichever is in use. */
  ofTrackers(): readonly string[];
}

/** Names of trackers' keys among those of providers, none of which can have an id with this sign. */
const TRACKER_KEY = /^@(?!host:)/;

/** Beside each key stands the origin it was typed in for, under its profile's id after this. */
const HOST = '@host:';

export interface SecretsOptions {
  readonly home: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The profile as it is saved; null for one that is not known, which has what was typed for it, and nothing else. */
  readonly profileOf: (profileId: string) => ProviderProfile | null;
  readonly recovery: Recovery;
  readonly now?: () => number;
}

const keysSchema = z.record(z.string(), z.string());

type Keys = Readonly<Record<string, string>>;

/**
 * Keys by profile: of an environment variable that is meant for its address (`variableOf`), or typed in and kept in
 * `keys.json` (0600), apart from settings that may be shown or shared. Which of the two comes first is a matter of the
 * kind. A typed key goes to the host it was typed in for and to no other, wherever the profile leads later.
 */
export function createSecrets(options: SecretsOptions): Secrets {
  const path = join(options.home, 'keys.json');

  const readKeys = readWhenChanged(path, (): Keys => {
    makePrivate(path);
    // Not by JSON.parse: the message of what it throws would quote the text, which here holds keys.
    const parsed = keysSchema.safeParse(parseJson(smallText(path) ?? ''));
    if (parsed.success) return parsed.data;
    options.recovery.replacing(path, isTooLarge(path) ? TOO_LARGE : 'does not hold keys by provider as JSON');
    const aside = setAside(path, (options.now ?? Date.now)());
    if (aside !== null)
      options.recovery.note(`keys.json could not be read. It was set aside as ${aside}; type the keys in again.`);
    return {};
  });
  const read = (): Keys => readKeys() ?? {};

  const write = (keys: Keys): void => writePrivateFile(path, `${JSON.stringify(keys, null, 2)}\n`);

  /** Keys that older versions kept are for the address their profile has when they are first looked at. */
  const boundTo = (keys: Keys, profile: ProviderProfile): string | null => {
    const known = entry(keys, HOST + profile.id);
    if (known !== null) return known;
    const origin = originBefore(profile);
    if (origin !== null) write({ ...keys, [HOST + profile.id]: origin });
    return origin;
  };

  const typedFor = (profileId: string, profile: ProviderProfile | null): Typed => {
    const keys = read();
    const key = entry(keys, profileId);
    if (key === null || profile === null) return { key, elsewhere: false };
    const elsewhere = boundTo(keys, profile) !== originOf(profile, options.env);
    return { key: elsewhere ? null : key, elsewhere };
  };

  const found = (profileId: string): Found => {
    const profile = options.profileOf(profileId);
    const rule = profile === null ? null : kindFacts(profile.kind).key;
    if (rule?.from === 'engine') return { source: 'generated', key: null };
    const variable = profile === null ? null : variableOf(profile, options.env);
    const environment = variable === null ? null : options.env[variable]?.trim() || null;
    const typed = typedFor(profileId, profile);
    const typedFirst = rule?.first !== 'variable' && typed.key !== null;
    if (environment !== null && !typedFirst) return { source: 'environment', key: environment };
    if (typed.key !== null) return { source: 'file', key: typed.key };
    return { source: typed.elsewhere ? 'elsewhere' : 'none', key: null };
  };

  return {
    set: (profileId, key) => {
      const profile = options.profileOf(profileId);
      const others = Object.entries(read()).filter(([id]) => id !== profileId && id !== HOST + profileId);
      const typed = key?.trim() ?? '';
      const origin = profile === null ? null : originOf(profile, options.env);
      const host = origin === null ? [] : [[HOST + profileId, origin]];
      write(Object.fromEntries(typed === '' ? others : [...others, [profileId, typed], ...host]));
    },
    source: (profileId) => found(profileId).source,
    variable: (profileId) => {
      const profile = options.profileOf(profileId);
      return profile === null ? null : variableOf(profile, options.env);
    },
    keyOf: (profileId) => found(profileId).key,
    ofTrackers: () => Object.entries(read()).flatMap(([id, key]) => (TRACKER_KEY.test(id) ? [key] : [])),
  };
}

interface Typed {
  readonly key: string | null;
  /** Whether there is one that was typed in for another host. */
  readonly elsewhere: boolean;
}

interface Found {
  readonly source: KeySource;
  readonly key: string | null;
}

const entry = (keys: Keys, name: string): string | null => (Object.hasOwn(keys, name) ? keys[name] || null : null);
