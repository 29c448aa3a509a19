import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Provider, Providers } from '../app/runtime/ports.ts';
import { type PriceTable, SHIPPED_PRICES } from '../domain/pricing/prices.ts';
import { luthierHome } from '../domain/project/settings.ts';
import { mendedAddress } from '../domain/provider/base-url.ts';
import { kindFacts } from '../domain/provider/kinds.ts';
import { BUILT_IN_PROFILES, EMBEDDED_PROFILE, UNKNOWN_PROVIDER } from '../domain/provider/profiles.ts';
import type { ProviderProfile } from '../domain/provider/provider.ts';
import { createEngineLauncher } from '../services/engine/launcher.ts';
import { environmentUrlOf } from '../services/openai/address.ts';
import { createProviders } from '../services/openai/connect.ts';
import { type Recovery, refusingRecovery } from '../services/store/recovery.ts';
import { createRefusals } from '../services/store/refusals.ts';
import { createSecrets } from '../services/store/secrets.ts';
import { openSettings, readPrices } from '../services/store/settings.ts';
import { type CommandContext, type ConnectionOptions, UsageError } from './context.ts';
import { sayUnnoted } from './outputs.ts';

/** Where a command's calls go. Nothing is called, and no engine started, before `providers` connects. */
export interface Connection {
  readonly home: string;
  readonly profile: ProviderProfile;
  readonly providers: Providers;
  readonly prices: () => PriceTable;
  readonly recovery: Recovery;
  /** Keys that calls may be made with: masked in whatever is written for others. */
  readonly keysInUse: () => readonly string[];
  readonly onUnnoted: (path: string) => void;
}

/** What a server that wants no key is sent, since the client cannot send none. */
const NO_KEY = 'none';

export async function resolveConnection(context: CommandContext, options: ConnectionOptions): Promise<Connection> {
  const home = luthierHome(context.env, homedir());
  const recovery = refusingRecovery;
  const profile = await profileOf(options, home, recovery);
  sayMended(context, profile, options.baseUrl === undefined ? `The base URL of ${profile.name}` : 'The base URL');
  const secrets = createSecrets({
    home,
    env: context.env,
    recovery,
    kindOf: () => (options.baseUrl === undefined ? profile.kind : UNKNOWN_PROVIDER.kind),
  });
  const keysInUse = (): readonly string[] =>
    [context.env.OPENAI_API_KEY, secrets.keyOf(profile.id)].flatMap((key) => key || []);
  return {
    home,
    profile,
    recovery,
    onUnnoted: sayUnnoted(context),
    prices: lastReadable(() =>
      readPrices(join(home, 'prices.json'), { shipped: SHIPPED_PRICES, recovery, now: Date.now }),
    ),
    keysInUse,
    providers: createProviders({
      keysInUse,
      profiles: () => [profile],
      keyOf: (id) => secrets.keyOf(id) ?? (options.baseUrl === undefined ? null : NO_KEY),
      engine: createEngineLauncher({ home }),
      refusals: createRefusals(home),
      connection: context.connection,
    }),
  };
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

/** The provider itself, connected, for commands that make single calls. */
export async function openProvider(context: CommandContext, options: ConnectionOptions): Promise<Provider> {
  const { providers, profile } = await resolveConnection(context, options);
  return providers.connect(profile.id, { signal: context.signal });
}

async function profileOf(options: ConnectionOptions, home: string, recovery: Recovery): Promise<ProviderProfile> {
  const { provider, baseUrl } = options;
  if (baseUrl !== undefined) return addressed(baseUrl, provider && (await namedProfile(provider, home, recovery)));
  return provider === undefined ? EMBEDDED_PROFILE : namedProfile(provider, home, recovery);
}

/** A server given by its address; a provider named as well lends its words, never its saved key. */
function addressed(baseUrl: string, named: ProviderProfile | '' | undefined): ProviderProfile {
  const { kind: namedKind, jobDialect, apiVersion, account = null } = named || UNKNOWN_PROVIDER;
  const kind = kindFacts(namedKind).atAnyAddress ? namedKind : UNKNOWN_PROVIDER.kind;
  return { id: 'base-url', name: new URL(baseUrl).host, kind, baseUrl, jobDialect, apiVersion, account };
}

async function namedProfile(id: string, home: string, recovery: Recovery): Promise<ProviderProfile> {
  if (id === EMBEDDED_PROFILE.id) return EMBEDDED_PROFILE;
  const { settings } = await openSettings({ home, profiles: BUILT_IN_PROFILES, prices: SHIPPED_PRICES, recovery });
  const profiles = settings.profiles();
  const found = profiles.find((profile) => profile.id === id);
  if (found !== undefined) return found;
  throw new UsageError(`there is no provider ${id}; there are ${profiles.map((profile) => profile.id).join(', ')}`);
}
