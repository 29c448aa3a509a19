import { randomBytes } from 'node:crypto';
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { Ask } from './batches/answers.ts';
import { createBatches } from './batches/batches.ts';
import { createApp, OWN } from './http/app.ts';
import type { Faults } from './http/faults.ts';
import { createLimiter } from './http/limits.ts';
import { batchRoutes } from './routes/batches.ts';
import { chatRoutes } from './routes/chat.ts';
import { completionRoutes } from './routes/completions.ts';
import { estimateRoutes } from './routes/estimates.ts';
import { fileRoutes } from './routes/files.ts';
import { jobRoutes } from './routes/jobs.ts';
import { modelRoutes } from './routes/models.ts';
import { storedRoutes } from './routes/stored.ts';
import { uploadRoutes } from './routes/uploads.ts';
import { createCatalog } from './runners/catalog.ts';
import type { Runner } from './runners/types.ts';
import { createLoader } from './storage/model-loader.ts';
import { openStore } from './storage/store.ts';
import { createScheduler } from './training/scheduler.ts';

export interface EngineOptions {
  /** Folder of everything kept; several engines may share it. */
  readonly home: string;
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  readonly apiKey: string;
  /** Requests and tokens a minute; null enforces none. */
  readonly rpm: number | null;
  readonly tpm: number | null;
  readonly latencyMs: number;
  readonly faults: Faults;
  /** For tests: batches expire when half of their requests are answered. */
  readonly expireBatches: boolean;
  readonly runners: readonly Runner[];
  /** The script of the trainer thread. */
  readonly trainer: URL;
  readonly onFault: (error: unknown) => void;
}

export interface EngineServer {
  /** Base URL for clients, with `/v1`. */
  readonly url: string;
  readonly apiKey: string;
  /** Milliseconds since the last request ended; 0 while one is being answered or a job is worked on. */
  idleMs(): number;
  /** Stops answering and training; a training that ran is taken up by the next engine of the home. */
  close(): Promise<void>;
}

const ROUTES = [
  modelRoutes,
  fileRoutes,
  jobRoutes,
  estimateRoutes,
  chatRoutes,
  storedRoutes,
  completionRoutes,
  batchRoutes,
  uploadRoutes,
];

/** Starts an engine and resolves when it answers. */
export async function startServer(options: EngineOptions): Promise<EngineServer> {
  const store = openStore(options.home);
  const { runners, apiKey, host } = options;
  const limiter = createLimiter(options.rpm, options.tpm, Date.now);
  const activity = createActivity();
  const ownMark = randomBytes(16).toString('hex');
  const app = await createApp({
    host,
    apiKey,
    limiter,
    faults: options.faults,
    ownMark,
    onRequest: activity.track,
    onFault: options.onFault,
  });
  const owner = { token: randomBytes(12).toString('hex'), pid: process.pid };
  const scheduler = createScheduler(
    store,
    owner,
    options.trainer,
    runners.map(({ trainer }) => trainer),
  );
  const batches = createBatches({
    store,
    owner,
    ask: askThrough(app, { authorization: `Bearer ${apiKey}`, host: 'localhost', [OWN]: ownMark }),
    expireHalfway: options.expireBatches,
  });
  const closing = new AbortController();
  const close = async (): Promise<void> => {
    closing.abort(new Error('The engine is closing.'));
    await batches.close();
    await app.close();
    await scheduler.close();
    await Promise.all(runners.map((runner) => runner.close()));
    store.close();
  };
  const catalog = createCatalog(runners);
  const loader = createLoader(store, catalog, closing.signal);
  const context = { store, catalog, loader, scheduler, batches, limiter, latencyMs: options.latencyMs };
  for (const routes of ROUTES) routes(app, context);
  try {
    await app.listen({ host, port: options.port });
  } catch (error) {
    await close();
    throw error;
  }
  const address = app.server.address();
  const port = address !== null && typeof address === 'object' ? address.port : options.port;
  return {
    url: `http://${urlHost(host)}:${port}/v1`,
    apiKey,
    idleMs: () => (scheduler.busy() || batches.busy() ? 0 : activity.idleMs()),
    close,
  };
}

/** What a batch asks goes the way of every request, but for the network. */
const askThrough =
  (app: FastifyInstance, headers: Readonly<Record<string, string>>): Ask =>
  async (endpoint, body) => {
    const {
      statusCode,
      headers: said,
      body: text,
    } = await app.inject({ method: 'POST', url: endpoint, headers, body });
    const wait = said['retry-after-ms'];
    return {
      status: statusCode,
      requestId: String(said['x-request-id']),
      text,
      retryAfterMs: wait === undefined ? null : Number(wait),
    };
  };

/** An address a client on this machine can use. */
function urlHost(host: string): string {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1';
  return host.includes(':') ? `[${host}]` : host;
}

function createActivity() {
  let active = 0;
  let endedAt = Date.now();
  return {
    track(reply: FastifyReply): void {
      active += 1;
      reply.raw.once('close', () => {
        active -= 1;
        endedAt = Date.now();
      });
    },
    idleMs: (): number => (active > 0 ? 0 : Date.now() - endedAt),
  };
}
