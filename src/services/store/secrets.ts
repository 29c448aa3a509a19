import { existsSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { parseJson } from '../../domain/common/json.ts';
import { isProviderKind, type KeyRule, kindFacts, type ProviderKind } from '../../domain/provider/kinds.ts';
import type { KeySource } from '../../domain/provider/provider.ts';
import { makePrivate, writePrivateFile } from '../filesystem/private-files.ts';
import { isTooLarge, type Recovery, setAside, smallText, TOO_LARGE } from './recovery.ts';

export interface Secrets {
  set(profileId: string, key: string | null): void;
  source(profileId: string): KeySource;
  /** The key to call with; null when there is none, and for the embedded engine, which makes its own. */
  keyOf(profileId: string): string | null;
}

/** Under which the key for W&B is kept among those of providers, none of which can have an id with this sign. */
export const TRACKING_KEY = '@wandb';

export interface SecretsOptions {
  readonly home: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Null for a profile that is not known. */
  readonly kindOf: (profileId: string) => ProviderKind | null;
  readonly recovery: Recovery;
  readonly now?: () => number;
}

/** A profile that is not known has what was typed for it, and nothing else. */
const UNKNOWN: KeyRule = { from: 'person', variable: null, first: 'typed' };

const keysSchema = z.record(z.string(), z.string());

/**
 * Keys by profile: of the environment variable of its kind, or typed in and kept in `keys.json` (0600), apart from
 * settings that may be shown or shared. Which of the two comes first is a matter of the kind.
 */
export function createSecrets(options: SecretsOptions): Secrets {
  const path = join(options.home, 'keys.json');

  const read = (): Readonly<Record<string, string>> => {
    if (!existsSync(path)) return {};
    makePrivate(path);
    // Not by JSON.parse: the message of what it throws would quote the text, which here holds keys.
    const parsed = keysSchema.safeParse(parseJson(smallText(path) ?? ''));
    if (parsed.success) return parsed.data;
    options.recovery.replacing(path, isTooLarge(path) ? TOO_LARGE : 'does not hold keys by provider as JSON');
    const aside = setAside(path, (options.now ?? Date.now)());
    if (aside !== null)
      options.recovery.note(`keys.json could not be read. It was set aside as ${aside}; type the keys in again.`);
    return {};
  };

  const ruleOf = (profileId: string): KeyRule => {
    const kind = options.kindOf(profileId);
    return isProviderKind(kind) ? kindFacts(kind).key : UNKNOWN;
  };

  const fromFile = (profileId: string): string | null => {
    const keys = read();
    return Object.hasOwn(keys, profileId) ? keys[profileId] || null : null;
  };

  const found = (profileId: string): { readonly source: 'environment' | 'file'; readonly key: string } | null => {
    const rule = ruleOf(profileId);
    if (rule.from === 'engine') return null;
    const environment = rule.variable === null ? null : options.env[rule.variable]?.trim() || null;
    const typed = fromFile(profileId);
    const typedFirst = rule.first === 'typed' && typed !== null;
    if (environment !== null && !typedFirst) return { source: 'environment', key: environment };
    return typed === null ? null : { source: 'file', key: typed };
  };

  return {
    set: (profileId, key) => {
      const others = Object.entries(read()).filter(([id]) => id !== profileId);
      const typed = key?.trim() ?? '';
      const entries = typed === '' ? others : [...others, [profileId, typed]];
      writePrivateFile(path, `${JSON.stringify(Object.fromEntries(entries), null, 2)}\n`);
    },
    source: (profileId) => {
      if (ruleOf(profileId).from === 'engine') return 'generated';
      return found(profileId)?.source ?? 'none';
    },
    keyOf: (profileId) => found(profileId)?.key ?? null,
  };
}
