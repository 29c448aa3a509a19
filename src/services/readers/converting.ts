import { Worker } from 'node:worker_threads';
import type { ConversionRequest, ConvertedPart } from '../../domain/importing/conversion.ts';
import { ImportError, type TableFormat } from '../../domain/importing/records.ts';

/** What the thread is handed at its start: a file as it was opened, so that nothing of it is found out again. */
export interface ConvertingData extends ConversionRequest {
  readonly path: string;
  readonly format: TableFormat;
  readonly encoding: string;
  readonly delimiter: string | null;
}

/** Each message to the thread asks for one more part. */
export type ConvertingReply =
  | { readonly kind: 'part'; readonly part: ConvertedPart }
  | { readonly kind: 'end' }
  | { readonly kind: 'failed'; readonly message: string; readonly next: string | null };

/** Parts the thread may make before they are taken: while these are written it reads on. */
const AHEAD = 4;

/** Rows of a file, read and made in a thread of its own. Of one that breaks off, what came before; throws ImportError. */
export async function* convertedElsewhere(data: ConvertingData, signal?: AbortSignal): AsyncGenerator<ConvertedPart> {
  signal?.throwIfAborted();
  await using thread = new ConvertingThread(data, signal);
  for (;;) {
    const reply = await thread.next();
    if (reply.kind === 'end') return;
    if (reply.kind === 'failed')
      throw reply.next === null ? new Error(reply.message) : new ImportError(reply.message, reply.next);
    yield reply.part;
  }
}

/**
 * Megabytes of its heap. V8 looks for garbage the sooner the less a heap may grow to, and of this one nine tenths are garbage: 30 MB less at the
 * peak (bench/importing.ts), and 10 with a nursery that is a quarter of 4. A line of 64 MB, the longest there may be, has room.
 */
const LIMITS = { maxYoungGenerationSizeMb: 1, maxOldGenerationSizeMb: 1024 };

class ConvertingThread implements AsyncDisposable {
  private readonly worker: Worker;
  private readonly signal: AbortSignal | undefined;
  private readonly heard: ConvertingReply[] = [];
  private waiting: PromiseWithResolvers<ConvertingReply> | null = null;
  private lost: { readonly reason: unknown } | null = null;
  private readonly stop = (): void => this.lose(this.signal?.reason);

  constructor(workerData: ConvertingData, signal: AbortSignal | undefined) {
    this.signal = signal;
    this.worker = new Worker(workerUrl(), {
      name: 'converting',
      execArgv: [],
      workerData,
      resourceLimits: LIMITS,
    });
    this.worker.on('message', (reply: ConvertingReply) => this.hear(reply));
    this.worker.on('error', (error) => this.lose(error));
    this.worker.on('exit', () => this.lose(new Error('The thread that reads the file ended.')));
    signal?.addEventListener('abort', this.stop);
    for (let ahead = 0; ahead < AHEAD; ahead += 1) this.worker.postMessage('next');
  }

  async next(): Promise<ConvertingReply> {
    const reply = this.heard.shift();
    if (reply === undefined && this.lost !== null) throw this.lost.reason;
    this.worker.postMessage('next');
    if (reply !== undefined) return reply;
    this.waiting = Promise.withResolvers();
    return this.waiting.promise;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.signal?.removeEventListener('abort', this.stop);
    await this.worker.terminate();
  }

  private hear(reply: ConvertingReply): void {
    if (this.waiting === null) this.heard.push(reply);
    else this.waiting.resolve(reply);
    this.waiting = null;
  }

  private lose(reason: unknown): void {
    this.lost ??= { reason };
    this.waiting?.reject(reason);
    this.waiting = null;
  }
}

/** Beside this module in the sources, beside the bundle in dist/. */
function workerUrl(self: string = import.meta.url): URL {
  return new URL(self.endsWith('.ts') ? './converting.worker.ts' : './converting.js', self);
}
