import { isUtf8 } from 'node:buffer';
import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import multipart from '@fastify/multipart';
import type { FastifyError, FastifyInstance, FastifyReply } from 'fastify';
import Fastify from 'fastify';
import type { Batches } from '../batches/batches.ts';
import type { Catalog } from '../runners/catalog.ts';
import { ModelUnavailable } from '../runners/types.ts';
import type { ModelLoader } from '../storage/model-loader.ts';
import type { Store } from '../storage/store.ts';
import type { Scheduler } from '../training/scheduler.ts';
import { type ApiError, badRequest, errorBody } from './error.ts';
import { addFaults, type Faults } from './faults.ts';
import { checkKey, checkOrigin } from './guard.ts';
import type { RateLimiter } from './limits.ts';
import { invalidUrl, MAX_BODY_BYTES, refuseUnreadable, toApiError } from './refusal.ts';
import { MAX_FILE_BYTES } from './upload.ts';

/** What the routes work with. */
export interface EngineContext {
  readonly store: Store;
  readonly catalog: Catalog;
  readonly loader: ModelLoader;
  readonly scheduler: Scheduler;
  readonly batches: Batches;
  readonly limiter: RateLimiter;
  /** Milliseconds every answer of a model is delayed by. */
  readonly latencyMs: number;
}

export interface AppOptions {
  readonly host: string;
  readonly apiKey: string;
  readonly limiter: RateLimiter;
  readonly faults: Faults;
  /** A header of this value marks what the server asks of itself: it meets no fault that was wished for. */
  readonly ownMark: string;
  readonly onRequest: (reply: FastifyReply) => void;
  /** Called with faults of the server itself, which clients only see as a 500. */
  readonly onFault: (error: unknown) => void;
}

/** The header of what the server asks of itself. */
export const OWN = 'x-luthier-own';

/** A Fastify server with the API's manners: who may ask, what every answer carries, and how errors look. */
export async function createApp(options: AppOptions): Promise<FastifyInstance> {
  const app = Fastify({
    logger: false,
    bodyLimit: MAX_BODY_BYTES,
    forceCloseConnections: true,
    routerOptions: { maxParamLength: 1000 },
    genReqId: () => `req_${randomBytes(16).toString('hex')}`,
    clientErrorHandler: refuseUnreadable,
    frameworkErrors(error, request, reply) {
      const refusal = toApiError(error, request);
      const body = JSON.stringify(errorBody(refusal));
      reply.raw.writeHead(refusal.status, {
        'content-type': 'application/json; charset=utf-8',
        'content-length': Buffer.byteLength(body),
      });
      reply.raw.end(body);
    },
  });
  app.removeAllContentTypeParsers();
  await app.register(multipart, {
    throwFileSizeLimit: false,
    limits: { fileSize: MAX_FILE_BYTES, files: 2, fields: 20, fieldSize: 64 * 1024 },
  });
  parseJsonStrictly(app);
  const bound = { host: options.host, hostname: hostname() };
  app.addHook('onRequest', (request, reply, done) => {
    options.onRequest(reply);
    reply.header('x-request-id', request.id);
    checkOrigin(request.headers, bound);
    checkKey(request.headers.authorization, options.apiKey);
    done();
  });
  addFaults(app, options.faults, ({ [OWN]: mark }) => mark === options.ownMark);
  app.addHook('onSend', (_request, reply, payload, done) => {
    reply.headers({
      ...options.limiter.headers(),
      'openai-processing-ms': String(Math.round(reply.elapsedTime)),
      'openai-version': '2020-10-01',
    });
    done(null, payload);
  });
  app.setNotFoundHandler((request) => {
    throw invalidUrl(404, request);
  });
  app.setErrorHandler<FastifyError | ApiError>((error, request, reply) => {
    const refusal = toApiError(error, request);
    if (refusal.status >= 500 && !(error instanceof ModelUnavailable)) options.onFault(error);
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

/**
 * JSON, and nothing else but forms: what the bytes of another encoding would become with other letters in their place
 * is not asked of a model. Clients send `content-type: application/json` with no body at all, on `cancel` for one.
 */
function parseJsonStrictly(app: FastifyInstance): void {
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) => {
    if (body.length === 0) return done(null, undefined);
    if (!isUtf8(Buffer.from(body))) return done(badRequest('The JSON body of your request is not UTF-8.'));
    try {
      done(null, JSON.parse(body.toString()));
    } catch {
      done(badRequest('We could not parse the JSON body of your request.'));
    }
  });
}
