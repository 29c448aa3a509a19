import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { SILENCE_LIMIT_MS, Watchdog } from '../watchdog.ts';
import type { PackedLooks } from './line-looks.ts';
import type { SharedPairs } from './pair-table.ts';
import type { Alive, Reply, Request } from './protocol.ts';

/** Threads beside the one that asks: each takes some 30 MB, and what they give must be put together by one. */
const MOST = 7;
/** Blocks that wait at a helper, so that it is never idle while the one who asks is at work. */
const QUEUED = 2;
/** Megabytes of a helper's nursery: what is made of a line is gone with it. */
const NURSERY_MB = 8;

interface Helper {
  readonly worker: Worker;
  waiting: number;
}

/** Threads that look at blocks of lines while the one who asks does so too. They end when it is disposed. */
export class LineHelpers implements AsyncDisposable {
  /** How many threads could help; none where there is one processor. */
  static get available(): number {
    return Math.min(MOST, availableParallelism() - 1);
  }

  private readonly helpers: readonly Helper[];
  private readonly asked = new Map<number, { resolve(looks: PackedLooks | null): void; reject(error: Error): void }>();
  private readonly setup: { readonly model: string; readonly pairs: SharedPairs };
  private readonly watchdog = new Watchdog(SILENCE_LIMIT_MS, () => this.lose(new Error('A thread stood still.')));
  private lastId = 0;
  private fault: Error | null = null;

  /** `url` is the file of the tokenizer's thread. */
  constructor(url: URL, setup: { readonly model: string; readonly pairs: SharedPairs }) {
    this.setup = setup;
    this.helpers = Array.from({ length: LineHelpers.available }, () => {
      const resourceLimits = { maxYoungGenerationSizeMb: NURSERY_MB };
      const helper: Helper = { worker: new Worker(url, { name: 'lines', execArgv: [], resourceLimits }), waiting: 0 };
      helper.worker.on('message', (reply: Reply | Alive) => {
        this.watchdog.heard();
        if (reply.kind === 'alive') return;
        helper.waiting -= 1;
        const asked = this.asked.get(reply.id);
        this.asked.delete(reply.id);
        if (this.asked.size === 0) this.watchdog.rest();
        if (reply.kind === 'looks') asked?.resolve(reply.looks);
        else asked?.reject(new Error(reply.kind === 'failed' ? reply.message : `A helper answered ${reply.kind}.`));
      });
      helper.worker.on('error', (error) => this.lose(error instanceof Error ? error : new Error(String(error))));
      return helper;
    });
  }

  /** Blocks that may be with the helpers at once. */
  get room(): number {
    return this.helpers.length * QUEUED;
  }

  /** What a helper sees of a block; null where every helper has enough to do. */
  look(block: Buffer): Promise<PackedLooks | null> | null {
    if (this.fault !== null) throw this.fault;
    const helper = this.helpers.toSorted((a, b) => a.waiting - b.waiting)[0];
    if (helper === undefined || helper.waiting >= QUEUED) return null;
    helper.waiting += 1;
    this.lastId += 1;
    const id = this.lastId;
    this.watchdog.watch();
    const request: Request = { id, kind: 'look', ...this.setup, block: block.buffer, length: block.length };
    helper.worker.postMessage(request);
    return new Promise((resolve, reject) => {
      this.asked.set(id, { resolve, reject });
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.lose(new Error('The helpers were ended.'));
    await Promise.all(this.helpers.map(({ worker }) => worker.terminate()));
  }

  private lose(error: Error): void {
    this.fault ??= error;
    this.watchdog.rest();
    for (const { reject } of this.asked.values()) reject(error);
    this.asked.clear();
  }
}
