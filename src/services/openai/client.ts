import type OpenAI from 'openai';
import type { ClientOptions } from 'openai';
import type { CallLimits } from '../../domain/provider/call-limits.ts';
import { hasField, kindFacts } from '../../domain/provider/kinds.ts';
import { ProviderError, type ProviderProfile } from '../../domain/provider/provider.ts';
import type { Transport } from '../http/transport.ts';
import { createWholeFetch } from './fetch.ts';

export interface ClientSetup {
  readonly profile: ProviderProfile;
  /** With the path the profile's kind wants: see `baseUrlOf`. */
  readonly baseUrl: string;
  readonly apiKey: string;
}

/** The transport keeps the limits, and says which was passed; the client's own is behind them. */
const BEHIND_MS = 10_000;

/**
 * The official client, loaded on first use so that neither the first frame nor a chat pays for it. It never retries (operations
 * do, and say so) and never logs (its debug log holds bodies), whatever `OPENAI_LOG` says. Organisation and project
 * of the environment go to OpenAI alone. Throws ProviderError `auth` for a key that cannot be one.
 */
export async function openClient(setup: ClientSetup, http: Transport, limits: CallLimits): Promise<OpenAI> {
  const { profile, baseUrl } = setup;
  const { openaiVariables } = kindFacts(profile.kind);
  const options: ClientOptions & { apiKey: string } = {
    apiKey: usableKey(setup.apiKey),
    baseURL: baseUrl,
    maxRetries: 0,
    timeout: limits.wholeMs + BEHIND_MS,
    logLevel: 'off',
    fetch: createWholeFetch(http),
    adminAPIKey: null,
    webhookSecret: null,
    organization: openaiVariables ? (process.env.OPENAI_ORG_ID ?? null) : null,
    project: openaiVariables ? (process.env.OPENAI_PROJECT_ID ?? null) : null,
    defaultHeaders: {
      ...(openaiVariables ? {} : withoutCustomHeaders(process.env.OPENAI_CUSTOM_HEADERS)),
      ...keyHeaders(profile, setup.apiKey.trim()),
    },
  };
  const library = await import('openai');
  if (hasField(profile.kind, 'apiVersion') && profile.apiVersion !== null) {
    return new library.AzureOpenAI({
      apiVersion: profile.apiVersion,
      apiKey: options.apiKey,
      baseURL: baseUrl,
      maxRetries: 0,
      timeout: limits.wholeMs + BEHIND_MS,
      logLevel: 'off',
      fetch: createWholeFetch(http),
      organization: null,
      project: null,
      defaultHeaders: options.defaultHeaders,
    });
  }
  return new library.OpenAI(options);
}

/** A signed token, as Entra gives for Azure, in the place of a key: it goes where tokens go. */
const TOKEN = /^eyJ[\w-]*\.[\w-]+\.[\w-]+$/;

/** A key in the header its kind has for it, and in no other. */
function keyHeaders({ kind }: ProviderProfile, apiKey: string): Record<string, string | null> {
  const { key } = kindFacts(kind);
  if (key.from !== 'person' || key.header === undefined) return {};
  return TOKEN.test(apiKey) ? { [key.header]: null } : { [key.header]: apiKey, authorization: null };
}

/** A header that cannot be sent is refused by `fetch` with the header, and so the key, in its message. */
export function usableKey(key: string): string {
  const trimmed = key.trim();
  if (trimmed !== '' && /^[\x21-\x7e]+$/.test(trimmed)) return trimmed;
  throw new ProviderError('auth', 'The key is empty or holds characters no key has. Type it again in Settings (8).');
}

/** The official client sends `OPENAI_CUSTOM_HEADERS` everywhere; null takes each one back. They may hold secrets. */
function withoutCustomHeaders(variable: string | undefined): Record<string, null> {
  const names = (variable ?? '').split('\n').flatMap((line) => {
    const colon = line.indexOf(':');
    return colon < 0 ? [] : [line.slice(0, colon).trim()];
  });
  return Object.fromEntries(names.filter((name) => name !== '').map((name) => [name, null]));
}
