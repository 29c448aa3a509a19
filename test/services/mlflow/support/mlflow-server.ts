import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { ApiError, answerTo, newStore, type Store } from './mlflow-calls.ts';

export const TOKEN = 'mlflow-token-0123456789';

type Way = 'lost' | 'refused' | 'page' | 'login' | 'down' | 'unlicensed';

export interface MlflowServer {
  url: string;
  readonly store: Store;
  /** What was not as it should be: an unknown call or field, a missing header, a limit that was passed. */
  readonly faults: string[];
  /** Every call in order: `runs/create`, `PUT tables/predictions.json`. */
  readonly calls: string[];
  /** The header it wants; null for a server that lets everybody in. */
  authorization: string | null;
  /** What happens to the next call of a name instead. `lost`: it is done, and its answer never comes. */
  readonly fail: (call: string, way: Way) => void;
  readonly close: () => void;
}

/** Errors that a caller who does right is answered too. */
const EXPECTED: ReadonlySet<string> = new Set(['RESOURCE_DOES_NOT_EXIST', 'RESOURCE_ALREADY_EXISTS']);

/** MLflow on loopback, strict, and with a store that keeps every point it is given, as MLflow's file store does. */
export async function startMlflow(): Promise<MlflowServer> {
  const failures = new Map<string, Way[]>();
  const store = newStore();
  const mlflow: MlflowServer = {
    url: '',
    store,
    faults: [],
    calls: [],
    authorization: `Bearer ${TOKEN}`,
    fail: (call, way) => failures.set(call, [...(failures.get(call) ?? []), way]),
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await buffer(request);
    const url = new URL(request.url ?? '/', mlflow.url);
    const call = nameOf(request.method ?? '', url.pathname);
    mlflow.calls.push(call);
    const way = failures.get(call)?.shift();
    if (way !== undefined && way !== 'lost') return REFUSALS[way](response);
    if (mlflow.authorization !== null && request.headers.authorization !== mlflow.authorization)
      return void send(response, 401, '<h1>Unauthorized</h1>', 'text/html');
    try {
      const answer = answerTo(store, { method: request.method ?? '', url, headers: request.headers, body });
      if (way === 'lost') return void response.destroy();
      send(response, 200, JSON.stringify(answer), 'application/json');
    } catch (error) {
      answerError(response, call, error);
    }
  }

  function answerError(response: ServerResponse, call: string, error: unknown): void {
    const known = error instanceof ApiError ? error : new ApiError(400, 'INVALID_PARAMETER_VALUE', String(error));
    if (!EXPECTED.has(known.code)) mlflow.faults.push(`${call}: ${known.message}`);
    send(response, known.status, JSON.stringify({ error_code: known.code, message: known.message }));
  }

  const server = createServer((request, response) => {
    handle(request, response).catch((error: unknown) => {
      mlflow.faults.push(String(error));
      response.destroy();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server has no port.');
  mlflow.url = `http://127.0.0.1:${address.port}`;
  return mlflow;
}

const nameOf = (method: string, path: string): string =>
  method === 'PUT'
    ? `PUT ${path.replace(/^.*?\/artifacts\/[^/]+\/[^/]+\/artifacts\//, '')}`
    : path.replace('/api/2.0/mlflow/', '');

const REFUSALS: Readonly<Record<Exclude<Way, 'lost'>, (response: ServerResponse) => void>> = {
  refused: (response) =>
    send(response, 403, JSON.stringify({ error_code: 'PERMISSION_DENIED', message: `Not for ${TOKEN}` })),
  page: (response) => send(response, 200, '<html>Welcome</html>', 'text/html'),
  login: (response) => void response.writeHead(302, { location: 'http://elsewhere.example/login' }).end(),
  down: (response) => send(response, 503, 'down', 'text/plain'),
  unlicensed: (response) => send(response, 404, 'nothing here', 'text/plain'),
};

function send(response: ServerResponse, status: number, text: string, type = 'application/json'): void {
  response.writeHead(status, { 'content-type': type }).end(text);
}
