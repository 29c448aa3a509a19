import { Readable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import { ApiError } from './error.ts';

/** Shares, from 0 to 1, of the calls of a model that go wrong on purpose, so that clients can be tried. They add up to 1 at most. */
export interface Faults {
  /** Answered with a 500. */
  readonly fail: number;
  /** Never answered, with the connection left open. */
  readonly stall: number;
  /** The connection is reset before an answer. */
  readonly reset: number;
  /** A streamed answer is cut after its first pieces. */
  readonly halfStream: number;
}

export const NO_FAULTS: Faults = { fail: 0, stall: 0, reset: 0, halfStream: 0 };

const CALLS: ReadonlySet<string> = new Set(['/v1/chat/completions', '/v1/completions']);
const PIECES_BEFORE_CUT = 3;

/** The fault of one call, by a number from 0 to below 1; null where there is none. */
export function faultOf(faults: Faults, drawn: number): keyof Faults | null {
  let below = 0;
  for (const kind of ['fail', 'stall', 'reset', 'halfStream'] as const) {
    below += faults[kind];
    if (drawn < below) return kind;
  }
  return null;
}

/** Lets calls go wrong; those that `isSpared` know nothing of it. Does nothing where no fault has a share. */
export function addFaults(
  app: FastifyInstance,
  faults: Faults,
  isSpared: (headers: Readonly<Record<string, unknown>>) => boolean,
): void {
  if (Object.values(faults).every((share) => share === 0)) return;
  const cut = new WeakSet<object>();
  app.addHook('onRequest', (request, reply, done) => {
    const isCall = request.method === 'POST' && CALLS.has(request.routeOptions.url ?? '');
    const fault = isCall && !isSpared(request.headers) ? faultOf(faults, Math.random()) : null;
    if (fault === 'fail') {
      throw new ApiError(500, 'The server had an error while processing your request, as --fail wants.', {
        type: 'server_error',
      });
    }
    if (fault === 'halfStream') cut.add(request);
    if (fault === 'stall' || fault === 'reset') reply.hijack();
    if (fault === 'reset') request.raw.socket.resetAndDestroy();
    done();
  });
  app.addHook('onSend', (request, _reply, payload, done) => {
    done(null, cut.has(request) && payload instanceof Readable ? Readable.from(beginningOf(payload)) : payload);
  });
}

async function* beginningOf(pieces: Readable): AsyncGenerator<unknown> {
  let sent = 0;
  for await (const piece of pieces) {
    if (sent === PIECES_BEFORE_CUT || String(piece).includes('[DONE]')) throw new Error('The answer is cut here.');
    yield piece;
    sent += 1;
  }
}
