/** What a person may have pasted with a base URL: the path of one call, of whatever kind of provider. */
const ENDPOINT =
  /(?:\/deployments\/[^/]+)?\/chat\/completions$|(?<=\/v\d[^/]*)\/(?:completions|responses|embeddings|models|files|batches|fine_tuning(?:\/jobs(?:\/.*)?)?)$/;

/** Servers whose calls stand at the root. All others we know of, where only a host is written, have them under /v1. */
const AT_ROOT: ReadonlySet<string> = new Set(['api.perplexity.ai', 'models.inference.ai.azure.com']);

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
  return path === url.pathname.replace(/\/+$/, '') ? null : `${url.origin}${path}`;
}
