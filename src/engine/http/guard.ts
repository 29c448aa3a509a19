import { createHash, timingSafeEqual } from 'node:crypto';
import { isIP } from 'node:net';
import { ApiError } from './error.ts';

const LOOPBACK: ReadonlySet<string> = new Set(['127.0.0.1', 'localhost', '::1']);

export function isLoopback(host: string): boolean {
  return LOOPBACK.has(host.toLowerCase()) || /^127\.\d+\.\d+\.\d+$/.test(host);
}

/**
 * Refuses what a web page in a browser could send by DNS rebinding or by a cross-site request: a `Host` that is
 * not this server's own name, or an `Origin` that is not this server. Programs send no Origin.
 */
export function checkOrigin(
  headers: { readonly host?: string | undefined; readonly origin?: string | undefined },
  bound: { readonly host: string; readonly hostname: string },
): void {
  const host = splitHost(headers.host);
  if (host === null || !isOwnHost(host, bound)) {
    throw new ApiError(403, 'This server does not answer under that host name.', { code: 'host_not_allowed' });
  }
  if (headers.origin !== undefined && headers.origin.toLowerCase() !== `http://${headers.host?.toLowerCase()}`) {
    throw new ApiError(403, 'This server does not answer to web pages of other origins.', {
      code: 'origin_not_allowed',
    });
  }
}

/** A rebinding attack needs a domain name, so on a network address any literal address is harmless. */
function isOwnHost(host: string, bound: { readonly host: string; readonly hostname: string }): boolean {
  if (isLoopback(host)) return true;
  if (isLoopback(bound.host)) return false;
  return isIP(host) !== 0 || host === bound.host.toLowerCase() || host === bound.hostname.toLowerCase();
}

/** The host name of a Host header, without port and brackets; null when it is none. */
function splitHost(header: string | undefined): string | null {
  if (!header) return null;
  const match = /^(?:\[([0-9a-f:.]+)\]|([^:/\s[\]]+))(?::\d{1,5})?$/i.exec(header);
  return (match?.[1] ?? match?.[2])?.toLowerCase() ?? null;
}

/** Compares the bearer token in constant time: hashing first makes the lengths equal. */
export function checkKey(authorization: string | undefined, apiKey: string): void {
  const given = /^Bearer\s+(.+)$/i.exec(authorization ?? '')?.[1]?.trim();
  if (!given) {
    throw new ApiError(401, 'You did not provide an API key. Send it as `Authorization: Bearer YOUR_KEY`.', {
      code: 'invalid_api_key',
    });
  }
  if (!timingSafeEqual(digest(given), digest(apiKey))) {
    throw new ApiError(401, 'Incorrect API key provided. The engine prints its key when it starts.', {
      code: 'invalid_api_key',
    });
  }
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
