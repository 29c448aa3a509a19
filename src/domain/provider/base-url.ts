import { kindFacts } from './kinds.ts';
import type { ProviderProfile } from './provider.ts';

/** What a person may have pasted with a base URL: the path of one call, of whatever kind of provider. */
const ENDPOINT =
  /(?:\/deployments\/[^/]+)?\/chat\/completions$|(?<=\/v\d[^/]*)\/(?:completions|responses|messages|chat|embeddings|moderations|models|files|uploads|batches|fine_tuning(?:\/jobs(?:\/.*)?)?)$/;

/** Servers whose calls stand at the root. All others we know of, where only a host is written, have them under /v1. */
const AT_ROOT: ReadonlySet<string> = new Set([
  'api.perplexity.ai',
  'api.deepseek.com',
  'models.inference.ai.azure.com',
]);

/** The path of a base URL without the endpoint pasted with it, and without slashes at its end. */
export const withoutEndpoint = (path: string): string =>
  path
    .replace(/\/{2,}/g, '/')
    .replace(/\/+$/, '')
    .replace(ENDPOINT, '')
    .replace(/\/+$/, '');

/** `/v1` where only a host was written. */
export const withVersion = (path: string, host: string): string => (path === '' && !AT_ROOT.has(host) ? '/v1' : path);

/**
 * A base URL of an OpenAI-compatible server as calls go to it, where that is another than was written; null where it
 * is the same but for slashes at the end, or no URL.
 */
export function mendedBaseUrl(written: string): string | null {
  const url = URL.parse(written.trim());
  if (url === null) return null;
  const path = withVersion(withoutEndpoint(url.pathname), url.host);
  return path === url.pathname.replace(/\/+$/, '') && !isQueried(url) ? null : `${url.origin}${path}`;
}

/** Calls have queries of their own: what an address has after its path is left out. */
const isQueried = ({ search, hash }: URL): boolean => search !== '' || hash !== '';

export interface MendedAddress {
  /** The variable that holds the address; null where the profile does. */
  readonly variable: string | null;
  /** Where calls go. */
  readonly used: string;
}

/**
 * The address of a profile, or the one its kind takes from the environment, where calls go to another than was written;
 * null where they go where it says. What a kind always adds (Azure's `/openai/v1`) is not told.
 */
export function mendedAddress(
  { kind, baseUrl, apiVersion }: ProviderProfile,
  environmentUrl: string | null,
): MendedAddress | null {
  const { address, path } = kindFacts(kind);
  const ofProfile = baseUrl?.trim() || null;
  const ofEnvironment = address.from === 'default' && address.variable !== null ? environmentUrl : null;
  const url = URL.parse(ofProfile ?? ofEnvironment ?? '');
  if (url === null) return null;
  const usually = path(url.pathname.replace(/\/+$/, ''), apiVersion);
  const used = withVersion(path(withoutEndpoint(url.pathname), apiVersion), url.host);
  if (used === usually && !isQueried(url)) return null;
  return {
    variable: ofProfile === null && address.from === 'default' ? address.variable : null,
    used: `${url.origin}${used}`,
  };
}
