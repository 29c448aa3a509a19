import { randomBytes } from 'node:crypto';
import type { FastifyReply } from 'fastify';
import { createApp } from './http/app.ts';
import { createLimiter } from './http/limits.ts';
import { chatRoutes } from './routes/chat.ts';
import { completionRoutes } from './routes/completions.ts';
import { estimateRoutes } from './routes/estimates.ts';
import { fileRoutes } from './routes/files.ts';
import { jobRoutes } from './routes/jobs.ts';
import { modelRoutes } from './routes/models.ts';
import { storedRoutes } from './routes/stored.ts';
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

const ROUTES = [modelRoutes, fileRoutes, jobRoutes, estimateRoutes, chatRoutes, storedRoutes, completionRoutes];

/** Starts an engine and resolves when it answers. */
export async function startServer(options: EngineOptions): Promise<EngineServer> {
  const store = openStore(options.home);
  const { runners, apiKey, host } = options;
  const limiter = createLimiter(options.rpm, options.tpm, Date.now);
  const activity = createActivity();
  const app = await createApp({
    host,
    apiKey,
    limiter,
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
  const closing = new AbortController();
  const close = async (): Promise<void> => {
    closing.abort(new Error('The engine is closing.'));
    await app.close();
    await scheduler.close();
    await Promise.all(runners.map((runner) => runner.close()));
    store.close();
  };
  const catalog = createCatalog(runners);
  const loader = createLoader(store, catalog, closing.signal);
  const context = { store, catalog, loader, scheduler, limiter, latencyMs: options.latencyMs };
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
    idleMs: () => (scheduler.busy() ? 0 : activity.idleMs()),
    close,
  };
}

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
