import type { HttpCall } from './call.ts';
import { RedirectFault } from './faults.ts';

const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);
const MOST_HOPS = 5;
/** What tells who asks, or is meant for one server alone. */
const PERSONAL = /^(?:authorization|cookie|api-key|x-api-key|openai-.*|proxy-authorization)$/i;

interface Head {
  readonly status: number;
  header(name: string): string | null;
}

/** Sends a call, and on where it is allowed to go. Throws RedirectFault. */
export async function redirected<T extends Head>(
  call: HttpCall,
  send: (call: HttpCall) => Promise<T>,
  leave?: (answer: T) => void,
): Promise<T> {
  let current = call;
  for (let hops = 0; ; hops += 1) {
    const answer = await send(current);
    const location = answer.header('location');
    if (call.redirects === 'none' || !REDIRECTS.has(answer.status) || location === null) return answer;
    leave?.(answer);
    current = next(current, answer.status, location, hops);
  }
}

function next(call: HttpCall, status: number, location: string, hops: number): HttpCall {
  const from = new URL(call.url);
  const to = URL.parse(location, call.url);
  if (to === null || !/^https?:$/.test(to.protocol))
    throw refused(from, status, location.slice(0, 80), 'That is no address of the web.');
  const shown = `${to.origin}${to.pathname}`.slice(0, 200);
  if (hops >= MOST_HOPS) throw refused(from, status, shown, 'It goes on from there without end.');
  if (from.protocol === 'https:' && to.protocol === 'http:')
    throw refused(from, status, shown, 'That is not encrypted, so it was not followed.');
  const away = from.origin !== to.origin;
  if (away && call.redirects === 'own')
    throw refused(
      from,
      status,
      shown,
      'It was not followed: what is sent is meant for the one server alone. If you trust the other, set the base URL to it.',
    );
  const reads = call.method === 'GET' || call.method === 'HEAD';
  const repeatable =
    reads || ((status === 307 || status === 308) && (call.body === undefined || call.body instanceof Buffer));
  if (!repeatable) throw refused(from, status, shown, 'Set the base URL to where it leads.');
  return { ...call, url: to.href, headers: away ? impersonal(call.headers) : call.headers };
}

const impersonal = (headers: HttpCall['headers']): HttpCall['headers'] =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => !PERSONAL.test(name)));

const refused = (from: URL, status: number, to: string, why: string): RedirectFault =>
  new RedirectFault(`${from.host} sends this call on to ${to} (${status}). ${why}`, status);
