import { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';
import { ApiError, errorBody } from './error.ts';

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
      error instanceof ApiError ? error : new ApiError(500, 'The answer broke off.', { type: 'server_error' });
    yield `data: ${JSON.stringify(errorBody(refusal))}\n\n`;
    return;
  }
  yield 'data: [DONE]\n\n';
}
