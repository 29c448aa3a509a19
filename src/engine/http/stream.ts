import { Readable } from 'node:stream';
import { setTimeout } from 'node:timers/promises';
import type { FastifyReply } from 'fastify';
import { ModelUnavailable } from '../runners/types.ts';
import { ApiError, errorBody } from './error.ts';

/** Aborts when the client goes away before it has its answer. */
export function disconnectSignal(reply: FastifyReply): AbortSignal {
  const gone = new AbortController();
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) gone.abort(new ClientDisconnected());
  });
  return gone.signal;
}

/** Nobody is left to answer. */
export class ClientDisconnected extends Error {
  constructor() {
    super('The client went away.');
  }
}

/** Waits, unless the client goes away first. */
export async function delay(ms: number, signal: AbortSignal): Promise<void> {
  if (ms > 0) await setTimeout(ms, undefined, { signal });
  signal.throwIfAborted();
}

/**
 * Sends objects as server-sent events, and `[DONE]` at the end. The stream is pulled as fast as the client reads;
 * when the client goes away, it is destroyed and the generator ends.
 */
export function sendEvents(reply: FastifyReply, chunks: AsyncIterable<object>): FastifyReply {
  return reply
    .type('text/event-stream; charset=utf-8')
    .header('cache-control', 'no-cache')
    .send(Readable.from(frames(chunks)));
}

/** How often a slow answer gives a sign of life: clients, and what is between, give up on a minute of silence. */
const SIGN_MS = 5_000;

/**
 * An answer that may take minutes. One that is there soon, or fails soon, is as any other; else it begins with blanks, which
 * JSON may begin with, and what fails then is an error's body under the status 200.
 */
export async function slowJson(reply: FastifyReply, work: Promise<object>): Promise<object> {
  const settled = work.then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );
  const next = () => Promise.race([settled, setTimeout(SIGN_MS, null, { ref: false })]);
  const soon = await next();
  if (soon !== null) {
    if ('error' in soon) throw soon.error;
    return soon.value;
  }
  const pieces = async function* (): AsyncGenerator<string> {
    for (;;) {
      yield ' ';
      const end = await next();
      if (end === null) continue;
      yield JSON.stringify('error' in end ? errorBody(refusalOf(end.error)) : end.value);
      return;
    }
  };
  return reply.type('application/json; charset=utf-8').send(Readable.from(pieces()));
}

async function* frames(chunks: AsyncIterable<object>): AsyncGenerator<string> {
  try {
    for await (const chunk of chunks) yield `data: ${JSON.stringify(chunk)}\n\n`;
  } catch (error) {
    yield `data: ${JSON.stringify(errorBody(refusalOf(error)))}\n\n`;
    return;
  }
  yield 'data: [DONE]\n\n';
}

/** What a client is told of a failure whose status it has already. */
function refusalOf(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  const type = 'server_error';
  if (error instanceof ModelUnavailable) return new ApiError(503, error.message, { type, code: error.code });
  return new ApiError(500, 'The answer broke off.', { type });
}
