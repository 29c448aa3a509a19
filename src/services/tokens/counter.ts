import { Worker } from 'node:worker_threads';
import type { DatasetReport } from '../../domain/dataset/report.ts';
import type { PriceTable } from '../../domain/pricing/prices.ts';
import { SILENCE_LIMIT_MS, Watchdog } from '../watchdog.ts';
import type { Alive, Reply, RequestWithoutId } from './protocol.ts';
import { THREAD_FILE } from './thread-file.ts';

/** Small enough that a batch takes the thread a few tens of milliseconds, so that a cancel soon takes effect. */
const BATCH_CHARACTERS = 256 * 1024;
const BATCH_TEXTS = 2000;

/** The texts in order, in batches of at most 2,000 texts or about 256 kB; a longer text is a batch of its own. */
function* batches(texts: Iterable<string>): Generator<readonly string[]> {
  let batch: string[] = [];
  let characters = 0;
  for (const text of texts) {
    if (batch.length > 0 && (batch.length === BATCH_TEXTS || characters + text.length > BATCH_CHARACTERS)) {
      yield batch;
      batch = [];
      characters = 0;
    }
    batch.push(text);
    characters += text.length;
  }
  if (batch.length > 0) yield batch;
}

interface Waiting {
  /** What is counted, for people. */
  readonly what: string;
  resolve(reply: Reply): void;
  reject(error: Error): void;
}

const CLOSED = 'The tokenizer was closed.';
/** Milliseconds a thread has to notice that nobody waits for it any more. */
const STOP_MS = 2_000;
/** Milliseconds without a question after which the thread's 15 MB are worth more than the tenth of a second it takes to start. */
const REST_MS = 5_000;

/** Milliseconds. */
interface ThreadTimes {
  readonly silenceMs?: number;
  readonly restMs?: number;
}

/**
 * Keeps the tokenizer's thread: started by the first request, started again after it died, and holding the process
 * open only while somebody waits for a reply.
 */
class TokenizerThread {
  private readonly url: URL;
  private readonly waiting = new Map<number, Waiting>();
  /** Requests that were given up and that the thread may still work on. */
  private readonly given = new Set<number>();
  private readonly watchdog: Watchdog;
  private readonly restMs: number;
  private resting: NodeJS.Timeout | undefined;
  private worker: Worker | null = null;
  /** The thread did not stop when it was told to. */
  private deaf = false;
  private lastId = 0;
  private closed = false;

  constructor(url: URL, { silenceMs = SILENCE_LIMIT_MS, restMs = REST_MS }: ThreadTimes) {
    this.url = url;
    this.restMs = restMs;
    this.watchdog = new Watchdog(silenceMs, () => {
      const seconds = Math.round(silenceMs / 1_000);
      const [first] = this.waiting.values();
      const what = first?.what ?? 'the texts';
      this.end(new Error(`Counting the tokens of ${what} stood still for ${seconds} s and was ended.`));
    });
  }

  async close(): Promise<void> {
    const worker = this.worker;
    this.closed = true;
    this.lose(new Error(CLOSED));
    await worker?.terminate();
  }

  /** The reply to a request. Rejects with the signal's reason, or with what the thread failed of. */
  async ask(request: RequestWithoutId, signal?: AbortSignal): Promise<Reply> {
    signal?.throwIfAborted();
    if (this.closed) throw new Error(CLOSED);
    clearTimeout(this.resting);
    this.lastId += 1;
    const id = this.lastId;
    const worker = this.worker ?? this.start();
    const stop = (): void => {
      this.worker?.postMessage({ kind: 'stop', id });
      this.settle(id)?.reject(signal?.reason);
      this.given.add(id);
      setTimeout(() => {
        this.deaf ||= this.given.has(id);
        this.endIfDeaf();
      }, STOP_MS).unref();
    };
    try {
      return await new Promise<Reply>((resolve, reject) => {
        const what = request.kind === 'check-file' ? request.path : 'the texts';
        this.waiting.set(id, { what, resolve, reject });
        this.watchdog.watch();
        worker.ref();
        worker.postMessage({ ...request, id });
        signal?.addEventListener('abort', stop, { once: true });
      });
    } finally {
      signal?.removeEventListener('abort', stop);
    }
  }

  private start(): Worker {
    const worker = new Worker(this.url, { name: 'tokenizer', execArgv: [] });
    worker.on('message', (reply: Reply | Alive) => {
      this.watchdog.heard();
      if (reply.kind === 'alive') return;
      this.deaf = false;
      this.given.delete(reply.id);
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
    if (this.waiting.size === 0) {
      this.worker?.unref();
      this.watchdog.rest();
      this.endIfDeaf();
      clearTimeout(this.resting);
      this.resting = setTimeout(() => this.end(new Error('The tokenizer rests.')), this.restMs).unref();
    }
    return waiting;
  }

  /** A thread that did not stop when it was told to is ended as soon as nobody waits for it. */
  private endIfDeaf(): void {
    if (this.deaf && this.waiting.size === 0) this.end(new Error('The tokenizer was ended.'));
  }

  private end(error: Error): void {
    void this.worker?.terminate();
    this.lose(error);
  }

  /** Gives up on the worker and on all that wait for it; a dead one that was replaced takes nothing with it. */
  private lose(error: Error, worker: Worker | null = this.worker): void {
    if (worker !== this.worker) return;
    clearTimeout(this.resting);
    this.worker = null;
    this.deaf = false;
    this.given.clear();
    this.watchdog.rest();
    const waiting = [...this.waiting.values()];
    this.waiting.clear();
    for (const { reject } of waiting) reject(error);
  }
}

export interface CheckSetup {
  readonly model: string;
  readonly prices: PriceTable;
}

export interface TokenOptions {
  readonly signal?: AbortSignal;
}

/**
 * Counts tokens and checks training files in a thread of its own, so that neither ever holds up a key. The thread
 * starts with the first question and keeps no process alive that only waits for it to be idle.
 *
 * `worker` is the thread's file; by default the one beside this file, in the bundle and in the source. A thread that gives no
 * sign of life for `silenceMs`, or that nobody asked for `restMs`, is ended, and the next question starts another.
 */
export function createTokenCounter(worker: URL = THREAD_FILE, times: ThreadTimes = {}) {
  const thread = new TokenizerThread(worker, times);
  const ask = (request: RequestWithoutId, { signal }: TokenOptions): Promise<Reply> => thread.ask(request, signal);

  return {
    /**
     * Tokens of each text, in order, under the encoding of `model`, the long runs of a text counted in pieces. Rejects
     * with the signal's reason.
     */
    async count(model: string, texts: readonly string[], options: TokenOptions = {}): Promise<readonly number[]> {
      const counts: number[] = [];
      for (const part of batches(texts)) {
        const reply = await ask({ kind: 'count', model, texts: part }, options);
        if (reply.kind === 'counts') counts.push(...reply.counts);
      }
      return counts;
    },

    /** Checks the training file at `path`, read line by line in the thread. Rejects when it cannot be read. */
    async checkFile(path: string, { model, prices }: CheckSetup, options: TokenOptions = {}): Promise<DatasetReport> {
      return reportOf(await ask({ kind: 'check-file', model, prices, path }, options));
    },

    close(): Promise<void> {
      return thread.close();
    },
  };
}

function reportOf(reply: Reply): DatasetReport {
  if (reply.kind === 'report') return reply.report;
  throw new Error(`The tokenizer answered a check with ${reply.kind}.`);
}
