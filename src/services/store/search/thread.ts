import { Worker } from 'node:worker_threads';
import type { Filled } from './filling.ts';
import {
  type FillQuestion,
  type FindQuestion,
  newFlag,
  raise,
  type SearchQuestion,
  type SearchReply,
  type Seqs,
  type ThreadData,
  type Wanted,
} from './messages.ts';

interface Waiting {
  readonly kind: 'find' | 'fill';
  readonly onHits: (hits: number) => void;
  resolve(reply: Answer): void;
  reject(error: unknown): void;
}

type Answer = Extract<SearchReply, { readonly kind: 'found' | 'filled' }>;

export interface FindOptions {
  readonly signal?: AbortSignal | undefined;
  /** Told now and then how many rows have the text, of those that were looked at so far. */
  readonly onHits?: ((hits: number) => void) | undefined;
}

const ENDED = 'The search was closed.';

/**
 * Of a page of rows hardly anything is kept, so that a larger nursery is room for garbage: with twice as much a search takes up to 10 MB
 * more. V8 lets what lives grow to twice as much before it collects garbage where there is room for gigabytes, and less where there is
 * not: a pack of 64 rows needs a thousandth of this.
 */
const HEAP = { maxYoungGenerationSizeMb: 1, maxOldGenerationSizeMb: 1_024 };

/**
 * Milliseconds without a question after which the 30 MB of the thread are worth more than the tenth of a second it takes to start, and than
 * what it knows of the last text's hits.
 */
const REST_MS = 20_000;

/** The thread that searches: started by the first question, and again after it rested or died. It holds no process open. */
export class SearchThread {
  private readonly paths: Pick<ThreadData, 'path' | 'indexPath'>;
  private readonly url: URL;
  private readonly wanted = newFlag();
  private readonly closing = newFlag();
  private readonly waiting = new Map<number, Waiting>();
  private worker: Worker | null = null;
  private lastId = 0;
  private closed = false;
  /** Whether the thread that runs was asked for rows. */
  private searched = false;
  private resting: NodeJS.Timeout | undefined;
  private readonly restMs: number;
  /** The ends of all threads that were told to. */
  private ended: Promise<unknown> = Promise.resolve();

  /** A thread that nobody asked for `restMs` is ended. */
  constructor(paths: Pick<ThreadData, 'path' | 'indexPath'>, url: URL, restMs: number = REST_MS) {
    this.paths = paths;
    this.url = url;
    this.restMs = restMs;
  }

  /** `seq` of the rows that are wanted, in their order. Rejects with the signal's reason, or with what the thread failed of. */
  async find(wanted: Wanted, { signal, onHits = () => {} }: FindOptions): Promise<Seqs> {
    signal?.throwIfAborted();
    const dropped = newFlag();
    const id = this.nextId();
    const drop = (): void => {
      raise(dropped);
      this.settle(id)?.reject(signal?.reason);
    };
    signal?.addEventListener('abort', drop, { once: true });
    try {
      const reply = await this.ask({ kind: 'find', id, dropped, ...wanted }, onHits);
      return reply.kind === 'found' ? reply.seqs : new Uint32Array();
    } finally {
      signal?.removeEventListener('abort', drop);
    }
  }

  /** Puts some more rows in the index. Rejects with what the thread failed of. */
  async fill(options: { readonly isLost: boolean }): Promise<Filled> {
    const reply = await this.ask({ kind: 'fill', id: this.nextId(), ...options });
    return reply.kind === 'filled' ? reply.filled : 'nothing';
  }

  /** Ends a thread that was begun to fill the index alone, and gives its memory back; the next question begins another. */
  rest(): void {
    if (!this.searched) this.letGo();
  }

  /** Ends the thread within the page of rows that it looks at; its connections are closed when this resolves. */
  async close(): Promise<void> {
    this.closed = true;
    clearTimeout(this.resting);
    raise(this.closing);
    if (this.worker !== null) this.end(this.worker);
    await this.ended;
  }

  private letGo(): void {
    const { worker } = this;
    if (worker === null || this.waiting.size > 0) return;
    this.worker = null;
    this.end(worker);
  }

  private end(worker: Worker): void {
    const question: SearchQuestion = { kind: 'close' };
    this.ended = Promise.all([this.ended, new Promise((resolve) => worker.once('exit', resolve))]);
    // Whoever waits for its end must not be the end of the process.
    worker.ref();
    worker.postMessage(question);
  }

  private start(): Worker {
    const workerData: ThreadData = { ...this.paths, closing: this.closing, wanted: this.wanted };
    const worker = new Worker(this.url, { name: 'search', execArgv: [], workerData, resourceLimits: HEAP });
    worker.unref();
    worker.on('message', (reply: SearchReply) => this.heard(reply));
    worker.on('error', (error) => this.lose(worker, error));
    worker.on('exit', () => this.lose(worker, new Error(ENDED)));
    this.worker = worker;
    this.searched = false;
    return worker;
  }

  private nextId(): number {
    this.lastId += 1;
    return this.lastId;
  }

  private ask(question: FindQuestion | FillQuestion, onHits: (hits: number) => void = () => {}): Promise<Answer> {
    if (this.closed) return Promise.reject(new Error(ENDED));
    clearTimeout(this.resting);
    const worker = this.worker ?? this.start();
    this.searched ||= question.kind === 'find';
    return new Promise((resolve, reject) => {
      this.waiting.set(question.id, { kind: question.kind, onHits, resolve, reject });
      this.sayWanted();
      worker.postMessage(question);
    });
  }

  private heard(reply: SearchReply): void {
    if (reply.kind === 'hits') this.waiting.get(reply.id)?.onHits(reply.hits);
    else if (reply.kind === 'failed') this.settle(reply.id)?.reject(new Error(reply.message));
    else this.settle(reply.id)?.resolve(reply);
  }

  private settle(id: number): Waiting | undefined {
    const waiting = this.waiting.get(id);
    this.waiting.delete(id);
    this.sayWanted();
    clearTimeout(this.resting);
    if (!this.closed) this.resting = setTimeout(() => this.letGo(), this.restMs).unref();
    return waiting;
  }

  private sayWanted(): void {
    raise(
      this.wanted,
      [...this.waiting.values()].some(({ kind }) => kind === 'find'),
    );
  }

  private lose(worker: Worker, error: unknown): void {
    if (this.worker !== worker) return;
    this.worker = null;
    for (const id of [...this.waiting.keys()]) this.settle(id)?.reject(error);
  }
}
