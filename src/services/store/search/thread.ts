import { Worker } from 'node:worker_threads';
import {
  newFlag,
  raise,
  type SearchQuestion,
  type SearchReply,
  type Seqs,
  type ThreadData,
  type Wanted,
} from './messages.ts';

interface Waiting {
  readonly onHits: (hits: number) => void;
  resolve(seqs: Seqs): void;
  reject(error: unknown): void;
}

export interface FindOptions {
  readonly signal?: AbortSignal | undefined;
  /** Told now and then how many rows have the text, of those that were looked at so far. */
  readonly onHits?: ((hits: number) => void) | undefined;
}

const ENDED = 'The search was closed.';

/** The thread that searches: started by the first question, and again after it died. It holds no process open. */
export class SearchThread {
  private readonly path: string;
  private readonly url: URL;
  private readonly closing = newFlag();
  private readonly waiting = new Map<number, Waiting>();
  private worker: Worker | null = null;
  private lastId = 0;
  private closed = false;

  constructor(path: string, url: URL) {
    this.path = path;
    this.url = url;
  }

  /** `seq` of the rows that are wanted, in their order. Rejects with the signal's reason, or with what the thread failed of. */
  async find(wanted: Wanted, { signal, onHits = () => {} }: FindOptions): Promise<Seqs> {
    signal?.throwIfAborted();
    if (this.closed) throw new Error(ENDED);
    this.lastId += 1;
    const id = this.lastId;
    const dropped = newFlag();
    const worker = this.worker ?? this.start();
    const drop = (): void => {
      raise(dropped);
      this.settle(id)?.reject(signal?.reason);
    };
    try {
      return await new Promise<Seqs>((resolve, reject) => {
        this.waiting.set(id, { onHits, resolve, reject });
        signal?.addEventListener('abort', drop, { once: true });
        this.post(worker, { kind: 'find', id, dropped, ...wanted });
      });
    } finally {
      signal?.removeEventListener('abort', drop);
    }
  }

  /** Ends the thread within the page of rows that it looks at; its connections are closed when this resolves. */
  async close(): Promise<void> {
    this.closed = true;
    const worker = this.worker;
    if (worker === null) return;
    raise(this.closing);
    const ended = new Promise((resolve) => worker.once('exit', resolve));
    worker.ref();
    this.post(worker, { kind: 'close' });
    await ended;
  }

  private start(): Worker {
    const workerData: ThreadData = { path: this.path, closing: this.closing };
    const worker = new Worker(this.url, { name: 'search', execArgv: [], workerData });
    worker.unref();
    worker.on('message', (reply: SearchReply) => this.heard(reply));
    worker.on('error', (error) => this.lose(worker, error));
    worker.on('exit', () => this.lose(worker, new Error(ENDED)));
    this.worker = worker;
    return worker;
  }

  private post(worker: Worker, question: SearchQuestion): void {
    worker.postMessage(question);
  }

  private heard(reply: SearchReply): void {
    if (reply.kind === 'hits') this.waiting.get(reply.id)?.onHits(reply.hits);
    else if (reply.kind === 'found') this.settle(reply.id)?.resolve(reply.seqs);
    else this.settle(reply.id)?.reject(new Error(reply.message));
  }

  private settle(id: number): Waiting | undefined {
    const waiting = this.waiting.get(id);
    this.waiting.delete(id);
    return waiting;
  }

  private lose(worker: Worker, error: unknown): void {
    if (this.worker !== worker) return;
    this.worker = null;
    for (const id of [...this.waiting.keys()]) this.settle(id)?.reject(error);
  }
}
