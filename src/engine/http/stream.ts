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

async function* frames(chunks: AsyncIterable<object>): AsyncGenerator<string> {
  try {
    for await (const chunk of chunks) yield `data: ${JSON.stringify(chunk)}\n\n`;
  } catch (error) {
    const refusal =
      error instanceof ApiError
        ? error
        : new ApiError(500, error instanceof ModelUnavailable ? error.message : 'The answer broke off.', {
            type: 'server_error',
          });
    yield `data: ${JSON.stringify(errorBody(refusal))}\n\n`;
    return;
  }
  yield 'data: [DONE]\n\n';
}
