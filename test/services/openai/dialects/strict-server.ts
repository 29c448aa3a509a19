import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { newStandInKey, strayKeys } from '../stand-in-keys.ts';

/** A call as a route sees it. */
export interface StrictCall {
  readonly method: string;
  readonly path: string;
  /** What stands for the `*` of the route's path. */
  readonly parts: readonly string[];
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  /** The body as an object; `{}` where there is none. Fields that are not among `known` are told as faults. */
  fields(known: readonly string[], needed?: readonly string[]): Readonly<Record<string, unknown>>;
}

export interface StrictAnswer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON, unless it is bytes. */
  readonly body?: unknown;
  /** Bytes of the body after which the connection breaks. */
  readonly cutAfter?: number;
}

export interface StrictRoute {
  readonly method: string;
  /** With `*` for a part of the path. */
  readonly path: string;
  /** Names the query may have. */
  readonly query?: readonly string[];
  /** Names the query must have. */
  readonly needed?: readonly string[];
  /** Whether the call must come with the key, or must not. */
  readonly key: boolean;
  answer(call: StrictCall): StrictAnswer | Promise<StrictAnswer>;
}

export interface StrictServer {
  /** Without a path. */
  readonly origin: string;
  /** What was called that the provider's documents do not have. */
  readonly faults: string[];
  readonly calls: { readonly method: string; readonly path: string; readonly query: string; readonly body: Buffer }[];
  /** Takes the place of an answer while it gives one. */
  instead: ((call: StrictCall) => StrictAnswer | null) | null;
  /** Makes another answer of that of a route. */
  changes: ((answer: StrictAnswer) => StrictAnswer) | null;
  /** Whether the answer to a call that was done is kept back for ever. */
  keepsBack: ((call: StrictCall) => boolean) | null;
  close(): Promise<void>;
}

type Fault = (what: string) => void;

/** The header a key must come in; no other may have it. */
export type KeyHeader = 'authorization' | 'api-key';

/** A server that answers what its routes say and takes note of everything else: its own key where none belongs, and anybody else's anywhere. */
export async function strictServer(
  routes: (origin: () => string) => readonly StrictRoute[],
  keyHeader: KeyHeader = 'authorization',
  givenKey?: string,
): Promise<StrictServer> {
  const faults: string[] = [];
  const calls: StrictServer['calls'] = [];
  const all = routes(() => strict.origin).map((route) => ({ route, pattern: patternOf(route.path) }));
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const { method = '', headers } = request;
    const url = new URL(request.url ?? '/', 'http://localhost');
    const body = Buffer.concat(chunks);
    const path = decodeURIComponent(url.pathname);
    const fault = (what: string): void => void faults.push(`${method} ${path}: ${what}`);
    calls.push({ method, path, query: url.search, body });
    const found = all.find(({ route, pattern }) => route.method === method && pattern.test(url.pathname));
    const sent = `${JSON.stringify(headers)} ${request.url} ${body.toString('latin1')}`;
    for (const whose of strayKeys(strict.origin, sent)) fault(`the key of ${whose}`);
    if (found?.route.key !== true && sent.includes(key)) fault('the key, where none belongs');
    if (found === undefined) fault('no such call');
    else lookOver(found.route, { keyHeader, key }, { headers, query: url.searchParams }, fault);
    const parts = found?.pattern.exec(url.pathname)?.slice(1).map(decodeURIComponent) ?? [];
    const fields = fieldsOf(body, fault);
    const call: StrictCall = { method, path, parts, query: url.searchParams, headers, body, fields };
    const own = strict.instead?.(call) ?? (await found?.route.answer(call)) ?? { status: 404, body: {} };
    const answer = strict.changes?.(own) ?? own;
    if (strict.keepsBack?.(call) !== true) send(response, answer);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${portOf(server.address())}`;
  const key = newStandInKey(origin, givenKey);
  const strict: StrictServer = {
    origin,
    faults,
    calls,
    instead: null,
    changes: null,
    keepsBack: null,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return strict;
}

function lookOver(
  route: StrictRoute,
  { keyHeader, key }: { readonly keyHeader: KeyHeader; readonly key: string },
  { headers, query }: { readonly headers: IncomingHttpHeaders; readonly query: URLSearchParams },
  fault: Fault,
): void {
  const wanted = { authorization: `Bearer ${key}`, 'api-key': key };
  for (const name of ['authorization', 'api-key'] as const) {
    const found = headers[name] ?? null;
    if (found !== (route.key && name === keyHeader ? wanted[name] : null)) fault(`${name}: ${found}`);
  }
  for (const name of query.keys()) if (!(route.query ?? []).includes(name)) fault(`query ${name}`);
  for (const name of route.needed ?? []) if (!query.has(name)) fault(`without query ${name}`);
}

const fieldsOf =
  (body: Buffer, fault: Fault): StrictCall['fields'] =>
  (known, needed = []) => {
    const given: Record<string, unknown> = body.length === 0 ? {} : JSON.parse(body.toString('utf8'));
    for (const name of Object.keys(given)) if (!known.includes(name)) fault(`field ${name}`);
    for (const name of needed) if (given[name] === undefined) fault(`without field ${name}`);
    return given;
  };

function send(response: ServerResponse, { status = 200, headers, body, cutAfter }: StrictAnswer): void {
  const bytes = body instanceof Buffer;
  const content = bytes ? body : Buffer.from(body === undefined ? '' : JSON.stringify(body));
  response.writeHead(status, {
    'content-type': bytes ? 'application/octet-stream' : 'application/json',
    'content-length': content.length,
    ...headers,
  });
  if (cutAfter === undefined) response.end(content);
  else response.write(content.subarray(0, cutAfter), () => response.destroy());
}

const patternOf = (path: string): RegExp =>
  new RegExp(`^${path.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '([^/:]+)')}$`);

function portOf(address: string | AddressInfo | null): number {
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
