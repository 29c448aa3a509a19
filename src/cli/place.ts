import { homedir } from 'node:os';
import { join } from 'node:path';
import { type PriceTable, pricesAt, SHIPPED_PRICES } from '../domain/pricing/prices.ts';
import { luthierHome } from '../domain/project/settings.ts';
import { mendedAddress } from '../domain/provider/base-url.ts';
import { keysIn, NO_KEY, originOf, originOfUrl } from '../domain/provider/keys.ts';
import { kindFacts } from '../domain/provider/kinds.ts';
import { BUILT_IN_PROFILES, EMBEDDED_PROFILE, UNKNOWN_PROVIDER } from '../domain/provider/profiles.ts';
import type { ProviderProfile } from '../domain/provider/provider.ts';
import { environmentUrlOf } from '../services/openai/address.ts';
import { type Recovery, refusingRecovery } from '../services/store/recovery.ts';
import { createSecrets, type Secrets } from '../services/store/secrets.ts';
import { openSettings, readPrices, type Settings } from '../services/store/settings.ts';
import { type CommandContext, type ConnectionOptions, UsageError } from './context.ts';
import { sayUnnoted } from './outputs.ts';

/** What a command's calls would go to, and what is known of it without a call: for commands that need no more. */
export interface Place {
  readonly home: string;
  readonly profile: ProviderProfile;
  /** At a provider; without one, at the place's own. */
  readonly prices: (providerId?: string) => PriceTable;
  /** Of all that bill, wherever the place is. */
  readonly listPrices: () => PriceTable;
  readonly recovery: Recovery;
  /** Of calls; null where none is known. */
  readonly keyOf: () => string | null;
  /** Keys that calls may be made with: masked in whatever is written for others. */
  readonly keysInUse: () => readonly string[];
  readonly onUnnoted: (path: string) => void;
}

export function resolvePlace(context: CommandContext, options: ConnectionOptions): Place {
  const home = luthierHome(context.env, homedir());
  const recovery = refusingRecovery;
  const named = options.provider === undefined ? null : namedProfile(options.provider, home, recovery);
  const profile = profileFor(options, named);
  sayMended(context, profile, options.baseUrl === undefined ? `The base URL of ${profile.name}` : 'The base URL');
  const keyOf = keysFor(context.env, options, { named, home, recovery });
  const keysInUse = (): readonly string[] =>
    [...keysIn(context.env), keyOf()].flatMap((key) => (key === NO_KEY ? [] : key || []));
  const table = lastReadable(() =>
    readPrices(join(home, 'prices.json'), { shipped: SHIPPED_PRICES, recovery, now: Date.now }),
  );
  return {
    home,
    profile,
    recovery,
    onUnnoted: sayUnnoted(context),
    prices: () => pricesAt(profile.kind, table()),
    listPrices: table,
    keyOf,
    keysInUse,
  };
}

interface KeyPlace {
  readonly named: ProviderProfile | null;
  readonly home: string;
  readonly recovery: Recovery;
}

/**
 * The key of a command's calls: that of the variable it names; else the saved provider's, which goes to the provider's own
 * address alone; else, for an address that was given, none.
 */
function keysFor(
  env: CommandContext['env'],
  { baseUrl, keyEnv }: ConnectionOptions,
  { named, home, recovery }: KeyPlace,
): () => string | null {
  if (keyEnv !== undefined) {
    const key = keyFromVariable(env, keyEnv);
    return () => key;
  }
  const secrets = createSecrets({ home, env, profileOf: () => named, recovery });
  const saved = (): string | null => (named === null ? null : secrets.keyOf(named.id));
  if (baseUrl === undefined) return saved;
  const ownAddress = named !== null && originOf(named, env) === originOfUrl(baseUrl);
  return () => (ownAddress ? saved() : null) ?? NO_KEY;
}

/** Throws UsageError where the variable is not set. */
export function keyFromVariable(env: CommandContext['env'], variable: string): string {
  const key = env[variable]?.trim() ?? '';
  if (key === '') throw new UsageError(`--key-env names ${variable}, and that is not set`);
  return key;
}

/** Prices may be changed while a command runs; once it has begun to pay, a slip in them must not end it. */
function lastReadable(read: () => PriceTable): () => PriceTable {
  let last: PriceTable | null = null;
  return () => {
    try {
      last = read();
    } catch (error) {
      if (last === null) throw error;
    }
    return last;
  };
}

function sayMended({ output, env }: CommandContext, profile: ProviderProfile, name: string): void {
  const mended = mendedAddress(profile, environmentUrlOf(env.OPENAI_BASE_URL));
  if (mended !== null) output.note(`! ${mended.variable ?? name} is taken as ${mended.used}.`);
}

function profileFor({ baseUrl, allowHttp }: ConnectionOptions, named: ProviderProfile | null): ProviderProfile {
  const profile = baseUrl === undefined ? (named ?? EMBEDDED_PROFILE) : addressed(baseUrl, named ?? UNKNOWN_PROVIDER);
  if (allowHttp !== true) return profile;
  return { ...profile, plainHttp: originOf(profile, process.env) };
}

/** A server given by its address; a provider named as well lends its words. */
function addressed(
  baseUrl: string,
  { kind: namedKind, jobDialect, apiVersion, account, subscription, resourceGroup }: typeof UNKNOWN_PROVIDER,
): ProviderProfile {
  const kind = kindFacts(namedKind).atAnyAddress ? namedKind : UNKNOWN_PROVIDER.kind;
  const id = 'base-url';
  const place = { account, subscription, resourceGroup };
  return { id, name: new URL(baseUrl).host, kind, baseUrl, jobDialect, apiVersion, keyVariable: null, ...place };
}

function namedProfile(id: string, home: string, recovery: Recovery): ProviderProfile {
  if (id === EMBEDDED_PROFILE.id) return EMBEDDED_PROFILE;
  const { settings } = openSettings({ home, profiles: BUILT_IN_PROFILES, prices: SHIPPED_PRICES, recovery });
  return profileNamed(settings.profiles(), id);
}

/** By id, else by the name a person gave it. Throws UsageError. */
export function profileNamed(profiles: readonly ProviderProfile[], id: string): ProviderProfile {
  const found = profiles.find((profile) => profile.id === id) ?? profiles.find((profile) => profile.name === id);
  if (found !== undefined) return found;
  const there = profiles.map((profile) => profile.id).join(', ');
  throw new UsageError(`there is no provider ${id}; there are ${there}, and luthier providers add makes more`);
}

/** The providers of the settings, and their keys. */
export interface SavedProviders {
  readonly settings: Settings;
  readonly secrets: Secrets;
}

export function openSaved({ env }: Pick<CommandContext, 'env'>): SavedProviders {
  const home = luthierHome(env, homedir());
  const recovery = refusingRecovery;
  const { settings } = openSettings({ home, profiles: BUILT_IN_PROFILES, prices: SHIPPED_PRICES, recovery });
  const profileOf = (id: string) => settings.profiles().find((profile) => profile.id === id) ?? null;
  return { settings, secrets: createSecrets({ home, env, profileOf, recovery }) };
}
