import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import multipart from '@fastify/multipart';
import type { FastifyError, FastifyInstance, FastifyReply } from 'fastify';
import Fastify from 'fastify';
import type { EngineModels } from '../runners/types.ts';
import { UnknownCursor } from '../storage/keyset.ts';
import type { ModelLoader } from '../storage/model-loader.ts';
import type { Store } from '../storage/store.ts';
import type { Scheduler } from '../training/scheduler.ts';
import { ApiError, badRequest, errorBody } from './error.ts';
import { checkKey, checkOrigin } from './guard.ts';
import type { RateLimiter } from './limits.ts';
import { ClientDisconnected } from './stream.ts';
import { MAX_FILE_BYTES } from './upload.ts';

/** What the routes work with. */
export interface EngineContext {
  readonly store: Store;
  readonly models: EngineModels;
  readonly loader: ModelLoader;
  readonly scheduler: Scheduler;
  readonly limiter: RateLimiter;
  /** Milliseconds every answer of a model is delayed by. */
  readonly latencyMs: number;
}

/** A chat request of the largest context there is, many times over. Files are streamed and have their own limit. */
const MAX_BODY_BYTES = 32 * 1024 * 1024;

export interface AppOptions {
  readonly host: string;
  readonly apiKey: string;
  readonly limiter: RateLimiter;
  readonly onRequest: (reply: FastifyReply) => void;
  /** Called with faults of the server itself, which clients only see as a 500. */
  readonly onFault: (error: unknown) => void;
}

/** A Fastify server with the API's manners: who may ask, what every answer carries, and how errors look. */
export async function createApp(options: AppOptions): Promise<FastifyInstance> {
  const app = Fastify({
    logger: false,
    bodyLimit: MAX_BODY_BYTES,
    forceCloseConnections: true,
    routerOptions: { maxParamLength: 1000 },
    genReqId: () => `req_${randomBytes(16).toString('hex')}`,
  });
  await app.register(multipart, {
    throwFileSizeLimit: false,
    limits: { fileSize: MAX_FILE_BYTES, files: 2, fields: 20, fieldSize: 64 * 1024 },
  });
  parseJsonLeniently(app);
  const bound = { host: options.host, hostname: hostname() };
  app.addHook('onRequest', (request, reply, done) => {
    options.onRequest(reply);
    reply.header('x-request-id', request.id);
    checkOrigin(request.headers, bound);
    checkKey(request.headers.authorization, options.apiKey);
    done();
  });
  app.addHook('onSend', (_request, reply, payload, done) => {
    reply.headers({
      ...options.limiter.headers(),
      'openai-processing-ms': String(Math.round(reply.elapsedTime)),
      'openai-version': '2020-10-01',
    });
    done(null, payload);
  });
  app.setNotFoundHandler((request) => {
    throw new ApiError(404, `Invalid URL (${request.method} ${request.url.slice(0, 200)})`);
  });
  app.setErrorHandler<FastifyError | ApiError>((error, _request, reply) => {
    const refusal = toApiError(error);
    if (refusal.status >= 500) options.onFault(error);
    if (refusal.retryAfterMs !== null) {
      reply.header('retry-after', String(Math.ceil(refusal.retryAfterMs / 1000)));
      reply.header('retry-after-ms', String(refusal.retryAfterMs));
    } else if (refusal.status === 429) {
      reply.header('x-should-retry', 'false');
    }
    return reply.status(refusal.status).send(errorBody(refusal));
  });
  return app;
}

/** Clients send `content-type: application/json` with no body at all, on `cancel` for one. */
function parseJsonLeniently(app: FastifyInstance): void {
  app.removeContentTypeParser('application/json');
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, body, done) => {
    if (body === '') return done(null, undefined);
    try {
      done(null, JSON.parse(String(body)));
    } catch {
      done(badRequest('We could not parse the JSON body of your request.'));
    }
  });
}

/** The status proxies use for it; nobody reads it. */
const CLIENT_DISCONNECTED = 499;

function toApiError(error: FastifyError | ApiError): ApiError {
  if (error instanceof ApiError) return error;
  if (error instanceof UnknownCursor) return badRequest(`Invalid 'after': ${error.message}`, 'after', 'invalid_value');
  if (error instanceof ClientDisconnected || error.name === 'AbortError')
    return new ApiError(CLIENT_DISCONNECTED, 'The client went away.');
  const status = 'statusCode' in error ? error.statusCode : undefined;
  if (status !== undefined && status >= 400 && status < 500) return new ApiError(status, error.message);
  return new ApiError(500, 'The server had an error while processing your request.', { type: 'server_error' });
}
