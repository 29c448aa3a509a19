import { Worker } from 'node:worker_threads';
import type { Asked, Reply } from './protocol.ts';

interface Waiting {
  resolve(reply: Reply): void;
  reject(error: Error): void;
}

const CLOSED = 'The tokenizer was closed.';

/**
 * Keeps the tokenizer's thread: started by the first request, started again after it died, and holding the process
 * open only while somebody waits for a reply.
 */
export class TokenizerThread {
  private readonly url: URL;
  private readonly waiting = new Map<number, Waiting>();
  private worker: Worker | null = null;
  private lastId = 0;
  private closed = false;

  constructor(url: URL) {
    this.url = url;
  }

  async close(): Promise<void> {
    const worker = this.worker;
    this.closed = true;
    this.lose(new Error(CLOSED));
    await worker?.terminate();
  }

  /** The reply to a request. Rejects with the signal's reason, or with what the thread failed of. */
  async ask(asked: Asked, signal?: AbortSignal): Promise<Reply> {
    signal?.throwIfAborted();
    if (this.closed) throw new Error(CLOSED);
    this.lastId += 1;
    const id = this.lastId;
    const worker = this.worker ?? this.start();
    const stop = (): void => {
      this.worker?.postMessage({ kind: 'stop', id });
      this.settle(id)?.reject(signal?.reason);
    };
    try {
      return await new Promise<Reply>((resolve, reject) => {
        this.waiting.set(id, { resolve, reject });
        worker.ref();
        worker.postMessage({ ...asked, id });
        signal?.addEventListener('abort', stop, { once: true });
      });
    } finally {
      signal?.removeEventListener('abort', stop);
    }
  }

  private start(): Worker {
    const worker = new Worker(this.url, { name: 'tokenizer', execArgv: [] });
    worker.on('message', (reply: Reply) => {
      const waiting = this.settle(reply.id);
      if (reply.kind === 'failed') waiting?.reject(new Error(reply.message));
      else waiting?.resolve(reply);
    });
    worker.on('error', (error: unknown) =>
      this.lose(error instanceof Error ? error : new Error('The tokenizer failed.'), worker),
    );
    worker.on('exit', () => this.lose(new Error('The tokenizer ended.'), worker));
    this.worker = worker;
    return worker;
  }

  private settle(id: number): Waiting | undefined {
    const waiting = this.waiting.get(id);
    this.waiting.delete(id);
    if (this.waiting.size === 0) this.worker?.unref();
    return waiting;
  }

  /** Gives up on the worker and on all that wait for it; a dead one that was replaced takes nothing with it. */
  private lose(error: Error, worker: Worker | null = this.worker): void {
    if (worker !== this.worker) return;
    this.worker = null;
    const waiting = [...this.waiting.values()];
    this.waiting.clear();
    for (const { reject } of waiting) reject(error);
  }
}
