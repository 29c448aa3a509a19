import { Worker } from 'node:worker_threads';
import { ImportError, type SourceRecord } from '../../domain/importing/records.ts';
import { SILENCE_LIMIT_MS, Watchdog } from '../watchdog.ts';
import type { ParquetRow } from './parquet-rows.ts';

/** What the thread is asked; each gets one reply that is not a sign of life. */
export type ParquetQuestion = 'count' | 'next';

export type ParquetReply =
  /** Something was read or decoded. */
  | { readonly kind: 'alive' }
  | { readonly kind: 'count'; readonly rows: number }
  | { readonly kind: 'rows'; readonly rows: readonly ParquetRow[] }
  | { readonly kind: 'end' }
  | { readonly kind: 'failed'; readonly message: string };

/** What is said of a file over which the decoder stumbles. */
export const DAMAGED = 'a part of it is damaged';

export interface ParquetOptions {
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds without progress after which a file counts as damaged. */
  readonly silenceMs?: number;
}

/** The rows of a Parquet file, decoded in a thread of its own, a slice at a time as they are read. Throws ImportError. */
export async function* readParquet(path: string, options: ParquetOptions = {}): AsyncGenerator<SourceRecord> {
  await using thread = new ParquetThread(path, options);
  for (let line = 1; ; ) {
    const reply = await thread.ask('next');
    if (reply.kind !== 'rows') return;
    for (const { row, faults } of reply.rows) {
      yield faults.length === 0 ? { kind: 'row', line, row } : { kind: 'row', line, row, faults };
      line += 1;
    }
  }
}

/** How many rows a Parquet file has, by its footer. Throws ImportError. */
export async function parquetCount(path: string, options: ParquetOptions = {}): Promise<number | null> {
  await using thread = new ParquetThread(path, options);
  const reply = await thread.ask('count');
  return reply.kind === 'count' ? reply.rows : null;
}

/**
 * One file and the thread that decodes it: a damaged one may make the decoder spin for ever, which only the end of its
 * thread ends. That comes with the signal, with silence, and when nobody reads on.
 */
class ParquetThread implements AsyncDisposable {
  private readonly path: string;
  private readonly signal: AbortSignal | undefined;
  private readonly worker: Worker;
  private readonly watchdog: Watchdog;
  private waiting: PromiseWithResolvers<ParquetReply> | null = null;
  private readonly stop = (): void => this.lose(this.signal?.reason);

  constructor(path: string, { signal, silenceMs = SILENCE_LIMIT_MS }: ParquetOptions) {
    this.path = path;
    this.signal = signal;
    signal?.throwIfAborted();
    this.worker = new Worker(workerUrl(), { name: 'parquet', execArgv: [], workerData: path });
    this.watchdog = new Watchdog(silenceMs, () => {
      const seconds = Math.round(silenceMs / 1_000);
      this.lose(this.unreadable(`nothing could be read of it for ${seconds} s, so it is most likely damaged`));
    });
    this.worker.on('message', (reply: ParquetReply) => this.heard(reply));
    this.worker.on('error', (error) => this.lose(this.unreadable(reasonOfEnd(error))));
    this.worker.on('exit', () => this.lose(this.unreadable('its thread ended')));
    signal?.addEventListener('abort', this.stop);
  }

  async ask(question: ParquetQuestion): Promise<ParquetReply> {
    this.signal?.throwIfAborted();
    this.waiting = Promise.withResolvers();
    this.watchdog.watch();
    this.worker.postMessage(question);
    return this.waiting.promise;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.watchdog.rest();
    this.waiting = null;
    this.signal?.removeEventListener('abort', this.stop);
    await this.worker.terminate();
  }

  private heard(reply: ParquetReply): void {
    this.watchdog.heard();
    if (reply.kind === 'alive') return;
    if (reply.kind === 'failed') this.lose(this.unreadable(reply.message));
    else this.take()?.resolve(reply);
  }

  private lose(reason: unknown): void {
    void this.worker.terminate();
    this.take()?.reject(reason);
  }

  private take(): PromiseWithResolvers<ParquetReply> | null {
    const { waiting } = this;
    this.waiting = null;
    this.watchdog.rest();
    return waiting;
  }

  private unreadable(why: string): ImportError {
    return new ImportError(`${this.path} cannot be read as Parquet: ${why}.`, 'Fetch it again, or save it as CSV.');
  }
}

function reasonOfEnd(error: unknown): string {
  const isMemory = error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY';
  return isMemory ? 'a part of it needs more memory than there is' : DAMAGED;
}

/** Beside this module in the sources, beside the bundle in dist/. */
function workerUrl(): URL {
  const self = import.meta.url;
  return new URL(self.endsWith('.ts') ? './parquet.worker.ts' : './parquet.js', self);
}
