import type { DatasetReport } from '../../domain/dataset/check.ts';
import type { PriceTable } from '../../domain/pricing/prices.ts';
import { batches } from './batches.ts';
import type { Asked, Reply } from './protocol.ts';
import { TokenizerThread } from './thread.ts';

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
 * `worker` is the thread's file; by default the one beside this file, in the bundle and in the source.
 */
export function createTokenCounter(worker: URL = workerBeside(import.meta.url)) {
  const thread = new TokenizerThread(worker);
  const ask = (asked: Asked, { signal }: TokenOptions): Promise<Reply> => thread.ask(asked, signal);

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

function workerBeside(self: string): URL {
  return new URL(self.endsWith('.ts') ? './tokenizer.worker.ts' : './tokenizer.js', self);
}
