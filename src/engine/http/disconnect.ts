import { setTimeout } from 'node:timers/promises';
import type { FastifyReply } from 'fastify';

/** Aborts when the client goes away before it has its answer. */
export function disconnectSignal(reply: FastifyReply): AbortSignal {
  const gone = new AbortController();
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) gone.abort(new ClientGone());
  });
  return gone.signal;
}

/** Nobody is left to answer. */
export class ClientGone extends Error {
  constructor() {
    super('The client went away.');
  }
}

/** Waits, unless the client goes away first. */
export async function delay(ms: number, signal: AbortSignal): Promise<void> {
  if (ms > 0) await setTimeout(ms, undefined, { signal });
  signal.throwIfAborted();
}
