import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type Answer, bodyOf, createFailures, type Failure, send } from './wandb-failures.ts';
import { createGraphql } from './wandb-graphql.ts';
import { Refusal, type Served } from './wandb-operations.ts';
import { type Asked, emptyState } from './wandb-state.ts';
import { answerStore } from './wandb-store.ts';
import { takeStream } from './wandb-stream.ts';

export const KEY = '0123456789abcdef0123456789abcdef01234567';

export interface WandbServer extends Served {
  url: string;
  /** What was not as it should be. */
  readonly faults: readonly string[];
  /** Whether a row may become another one. */
  rewrites: boolean;
  /** The key it takes. */
  key: string;
  readonly fail: (failure: Failure) => void;
  /** Ends all failures: a server that is well again. */
  readonly heal: () => void;
  /** Called when the nth request of all is in, before anything is done; says whether it is to be, now or later. */
  onRequest: ((count: number) => boolean | Promise<boolean>) | null;
  /** Called once the nth request is done, before its answer. */
  onDone: ((count: number) => void) | null;
  readonly close: () => void;
}

/**
 * W&B on loopback, strict: whatever is not exactly as it should be is refused and kept in `faults`. `permissive` lets
 * through what W&B's own client sends besides; it is for use by hand.
 */
export async function startWandb({ permissive = false } = {}): Promise<WandbServer> {
  const failures = createFailures();
  const state = emptyState();
  const wandb: WandbServer = {
    url: '',
    state,
    faults: state.faults,
    missing: new Set(),
    rewrites: permissive,
    key: KEY,
    perPage: 1_000,
    account: { username: 'ada', entity: 'ada-team', teams: ['luthiers'] },
    signed: (kind, path) => `${wandb.url}/store/${[kind, ...path].map(encodeURIComponent).join('/')}?signature=s`,
    fail: failures.add,
    heal: failures.clear,
    onRequest: null,
    onDone: null,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
  const graphql = createGraphql(wandb, permissive);

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', wandb.url);
    const stored = storedAs(request, url);
    const early = stored === null ? null : failures.next(stored);
    const body = await bodyOf(request, stored === 'put' ? early?.after : undefined);
    if (body === null) return;
    const asked = askedOf(request, url, stored, body);
    state.asked.push(asked);
    const count = state.asked.length;
    if ((await wandb.onRequest?.(count)) === false) return void response.destroy();
    const failure = early ?? failures.next(asked.route);
    if (failure !== null && fails(failure, response)) return;
    const { status, value, headers = {} } = answer(asked, request, url, body);
    wandb.onDone?.(count);
    const bytes = Buffer.isBuffer(value) ? value : Buffer.from(JSON.stringify(value));
    send(response, status, bytes, headers, failure);
  }

  function askedOf({ headers, method }: IncomingMessage, url: URL, stored: string | null, body: Buffer): Asked {
    const authorized = headers.authorization === `Basic ${Buffer.from(`api:${wandb.key}`).toString('base64')}`;
    const route = stored ?? routeOf(url, method === 'PUT' ? '' : body.toString());
    return { route, url: url.href, authorized, headers, body: body.toString() };
  }

  function answer(asked: Asked, request: IncomingMessage, url: URL, body: Buffer): Answer {
    try {
      if (url.pathname.startsWith('/store/')) return answerStore(wandb, request, url, body);
      return answerApi(asked, url, body.toString());
    } catch (error) {
      const [status, message] = error instanceof Refusal ? [error.status, error.message] : [400, String(error)];
      if (status !== 404) state.faults.push(`${asked.route}: ${message}`);
      return { status, value: { errors: [{ message, path: [asked.route] }], data: null } };
    }
  }

  function answerApi(asked: Asked, url: URL, body: string): Answer {
    if (!asked.authorized) return { status: 401, value: { error: 'user is not logged in' } };
    const stream = /^\/files\/([^/]+)\/([^/]+)\/([^/]+)\/file_stream$/.exec(url.pathname);
    if (stream !== null) {
      return { status: 200, value: takeStream(wandb, stream.slice(1).map(decodeURIComponent), body) };
    }
    if (url.pathname !== '/graphql') throw new Error(`nothing is at ${url.pathname}`);
    return { status: 200, value: { data: graphql(body) } };
  }

  const server = createServer((request, response) => {
    handle(request, response).catch((error: unknown) => {
      state.faults.push(String(error));
      response.destroy();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server has no port.');
  wandb.url = `http://127.0.0.1:${address.port}`;
  return wandb;
}

/** Whether the request ends here. */
function fails(failure: Failure, response: ServerResponse): boolean {
  if (failure.way === 'silent') return true;
  if (failure.way === 'hang-up') response.destroy();
  else if (failure.status === undefined) return false;
  else send(response, failure.status, Buffer.from(failure.body ?? ''), failure.headers ?? {}, null);
  return true;
}

const storedAs = ({ method }: IncomingMessage, { pathname }: URL): string | null =>
  pathname.startsWith('/store/') ? (method === 'PUT' ? 'put' : 'get') : null;

function routeOf({ pathname }: URL, body: string): string {
  if (pathname !== '/graphql') return pathname.endsWith('/file_stream') ? 'file_stream' : pathname;
  return /"operationName":\s*"(\w+)"/.exec(body)?.[1] ?? 'graphql';
}
