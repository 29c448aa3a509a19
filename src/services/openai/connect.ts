import type OpenAI from 'openai';
import { batchDialectOf } from '../../domain/batches/limits.ts';
import { CALL_LIMITS } from '../../domain/provider/call-limits.ts';
import { hostOf, isReadableOnTheWay, NO_KEY, needsNoKey, originOfUrl, variableOf } from '../../domain/provider/keys.ts';
import { kindFacts } from '../../domain/provider/kinds.ts';
import { PLAIN_HTTP, ProviderError, type ProviderProfile } from '../../domain/provider/provider.ts';
import { redactKeys } from '../../domain/text/sanitize.ts';
import { createClock } from '../clock.ts';
import { createTransport, type TransportParts } from '../http/transport.ts';
import { baseUrlOf } from './address.ts';
import type { SavedDialect } from './chat-dialect.ts';
import { type ClientSetup, openClient, usableKey } from './client.ts';
import { createChat } from './completions.ts';
import { createDialects, type DialectMemory } from './dialect-memory.ts';
import type { Dialect } from './dialects/dialect.ts';
import { DIALECTS } from './dialects/dialects.ts';
import { UPLOAD_LIMITS, type UploadSettings } from './files.ts';
import { createModels } from './models.ts';
import { createRoutes } from './routes.ts';
import { openSession } from './session.ts';

/** What is loaded with its first use: any compatible server may be a vLLM, which says so of its models. */
const vllmAdapters: Dialect['deployments'] = async (session, profile) =>
  (await import('./vllm-adapters.ts')).createVllmAdapters(session, profile);

/** One provider, connected: chat, files, jobs and models. Nothing is sent yet. Throws ProviderError `auth` for a key that cannot be one. */
export async function createProvider(
  setup: ClientSetup,
  uploads: Partial<UploadSettings> = {},
  memory?: DialectMemory,
  connection: TransportParts = {},
  keysInUse: () => readonly string[] = () => [],
) {
  const dialect: Dialect = await DIALECTS[setup.profile.jobDialect]();
  const { weights } = dialect;
  const deployments = dialect.deployments ?? (setup.profile.kind === 'compatible' ? vllmAdapters : undefined);
  const http = createTransport(connection);
  usableKey(setup.apiKey);
  let opened: Promise<OpenAI> | null = null;
  const client = (): Promise<OpenAI> => {
    opened ??= openClient(setup, http, connection.limits?.() ?? CALL_LIMITS);
    return opened;
  };
  const session = openSession({
    client,
    http,
    baseUrl: setup.baseUrl,
    routes: createRoutes(setup, client),
    secrets: [setup.apiKey.trim()],
  });
  const dialects = createDialects(memory, dialect.chat);
  const otherKeys = (): readonly string[] => keysInUse().filter((key) => key !== setup.apiKey);
  const batchDialect = batchDialectOf(setup.profile, setup.baseUrl);
  return {
    id: setup.profile.id,
    name: setup.profile.name,
    address: kindFacts(setup.profile.kind).address.from === 'engine' ? setup.profile.id : setup.baseUrl,
    chat: createChat(session, dialects, otherKeys),
    files: dialect.files(session, { ...UPLOAD_LIMITS, sleep: createClock().sleep, ...uploads }, setup.profile),
    jobs: dialect.jobs(session, setup.profile),
    models: createModels(session),
    deployments: deployments && (() => deployments(session, setup.profile)),
    weights: weights && (() => weights(session, setup.profile)),
    batches:
      batchDialect === null
        ? undefined
        : async () => {
            const { createBatches } = await import('./batches/batches.ts');
            return createBatches(session, { dialect: batchDialect, name: setup.profile.name, dialects, otherKeys });
          },
  };
}

type ConnectedProvider = Awaited<ReturnType<typeof createProvider>>;

export interface ProvidersSetup {
  profiles(): readonly ProviderProfile[];
  /** The key of a profile, from wherever it is kept; null when there is none. Not read for the embedded engine. */
  keyOf(profileId: string): string | null;
  /** Every key this process knows: those of other hosts are masked in what is asked. */
  readonly keysInUse?: () => readonly string[];
  /** What models refuse, by base URL, between runs. */
  readonly refusals?: {
    find(address: string, model: string): SavedDialect | null;
    save(address: string, model: string, dialect: SavedDialect): void;
  };
  /** Limits of calls, and who is told of what is waited for. */
  readonly connection?: TransportParts;
  /** Finds the running engine or starts one; called at every connect, so that a gone engine comes back. */
  readonly engine: { ensure(signal?: AbortSignal): Promise<{ readonly url: string; readonly apiKey: string }> };
}

/**
 * Providers by id. A provider is kept as long as its profile, address and key stay the same: an engine that came back
 * on another port, or a new key, gives a new one. Throws ProviderError.
 */
export function createProviders(setup: ProvidersSetup) {
  const open = new Map<string, { readonly stamp: string; readonly provider: Promise<ConnectedProvider> }>();
  return {
    async connect(providerId: string, options: { readonly signal?: AbortSignal } = {}): Promise<ConnectedProvider> {
      const profile = setup.profiles().find(({ id }) => id === providerId);
      if (profile === undefined)
        throw new ProviderError('not-found', `There is no provider “${providerId}”. Choose one in Settings (8).`);
      const client = await resolve(setup, profile, options.signal);
      const stamp = JSON.stringify([client.profile, client.baseUrl, client.apiKey, setup.connection?.limits?.()]);
      const kept = open.get(providerId);
      if (kept?.stamp === stamp) return await kept.provider;
      const memory = memoryOf(setup, client);
      const provider = createProvider(client, {}, memory, setup.connection, setup.keysInUse);
      open.set(providerId, { stamp, provider });
      try {
        return await provider;
      } catch (error) {
        if (open.get(providerId)?.provider === provider) open.delete(providerId);
        throw error;
      }
    },
  };
}

/** None for the engine, which refuses nothing and is at another port each time. */
function memoryOf({ refusals }: ProvidersSetup, { profile, baseUrl }: ClientSetup): DialectMemory | undefined {
  if (refusals === undefined || kindFacts(profile.kind).address.from === 'engine') return undefined;
  return {
    find: (model) => refusals.find(baseUrl, model),
    save: (model, dialect) => refusals.save(baseUrl, model, dialect),
  };
}

async function resolve(
  setup: ProvidersSetup,
  profile: ProviderProfile,
  signal: AbortSignal | undefined,
): Promise<ClientSetup> {
  if (kindFacts(profile.kind).address.from === 'engine') {
    const { url, apiKey } = await ensureEngine(setup, signal);
    return { profile, baseUrl: url.replace(/\/+$/, ''), apiKey };
  }
  const baseUrl = baseUrlOf(profile, process.env);
  const apiKey = setup.keyOf(profile.id)?.trim() || (needsNoKey(profile, process.env) ? NO_KEY : '');
  if (apiKey === '') throw withoutKey(profile);
  refuseReadable(profile, baseUrl, apiKey);
  return { profile, baseUrl, apiKey };
}

function withoutKey(profile: ProviderProfile): ProviderError {
  const variable = variableOf(profile, process.env);
  const ways = variable === null ? 'Type the key' : `Set ${variable} before you start, or type the key`;
  return new ProviderError(
    'auth',
    `No key for “${profile.name}”, at the address it has now. ${ways} in Settings (8); for a server that wants none, type ${NO_KEY}.`,
  );
}

/** A key crosses a network unencrypted only where a person said that it may. Throws ProviderError. */
function refuseReadable(profile: ProviderProfile, baseUrl: string, apiKey: string): void {
  if (apiKey === NO_KEY || !isReadableOnTheWay(baseUrl) || profile.plainHttp === originOfUrl(baseUrl)) return;
  throw new ProviderError(
    'invalid-request',
    `The key of “${profile.name}” was not sent: ${hostOf(baseUrl)} is called over plain http, where others can read it on the way.`,
    { param: 'base_url', code: PLAIN_HTTP },
  );
}

async function ensureEngine(setup: ProvidersSetup, signal: AbortSignal | undefined) {
  try {
    return await setup.engine.ensure(signal);
  } catch (error) {
    if (error instanceof ProviderError) throw error;
    if (signal?.aborted === true) throw new ProviderError('cancelled', 'Cancelled.');
    const why = error instanceof Error ? error.message : 'unknown failure';
    throw new ProviderError('network', redactKeys(`The embedded engine did not start: ${why}`));
  }
}
