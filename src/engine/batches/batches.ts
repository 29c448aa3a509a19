import { createWriteStream, existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { BatchPatch, BatchRow } from '../storage/batches.ts';
import { type FileRow, placeFile } from '../storage/files.ts';
import { nowSeconds, randomName } from '../storage/ids.ts';
import { type Owner, processAlive } from '../storage/owner.ts';
import type { Store } from '../storage/store.ts';
import { type Ask, answerTo, unasked } from './answers.ts';
import { type BatchLine, checkInput, requestsOf } from './request-lines.ts';

/** How often an engine looks for batches: new ones, those of engines that died, and those cancelled elsewhere. */
const TICK_MS = 500;
const AT_ONCE = 8;

export interface Batches {
  /** Looks for work now. */
  wake(): void;
  busy(): boolean;
  /** Gives up what is worked on, so that the next engine takes it over. */
  close(): Promise<void>;
}

export interface BatchSetup {
  readonly store: Store;
  readonly owner: Owner;
  readonly ask: Ask;
  /** For tests: a batch expires when half of its requests have been answered. */
  readonly expireHalfway: boolean;
}

/** Works on the batches of a home, one at a time, in the order they were created. Several engines may share the home. */
export function createBatches(setup: BatchSetup): Batches {
  const { store, owner } = setup;
  let running: Promise<void> | null = null;
  let current: string | null = null;
  const closing = new AbortController();

  const next = (): void => {
    if (closing.signal.aborted) return;
    if (current !== null) {
      store.batches.heartbeat(current, owner);
      return;
    }
    const batch = store.batches.take(owner, processAlive);
    if (batch === null) return;
    current = batch.id;
    running = new BatchWork(setup, batch.id, closing.signal)
      .run()
      // What could not be recorded (a full disk, say) is taken up at a later look.
      .catch(() => {})
      .finally(() => {
        current = null;
        running = null;
        if (!closing.signal.aborted) store.batches.release(owner);
      });
  };
  // A database that is busy now is read again at the next look.
  const look = (): void => {
    try {
      next();
    } catch {}
  };
  const timer = setInterval(look, TICK_MS).unref();
  return {
    wake: look,
    busy: () => current !== null,
    async close() {
      closing.abort(new Error('The engine is closing.'));
      clearInterval(timer);
      await running;
      store.batches.release(owner);
    },
  };
}

/** One batch, from where it is to its end. Whatever stops it, the answers that are kept are not asked for again. */
class BatchWork {
  private readonly setup: BatchSetup;
  private readonly id: string;
  private readonly closing: AbortSignal;

  constructor(setup: BatchSetup, id: string, closing: AbortSignal) {
    this.setup = setup;
    this.id = id;
    this.closing = closing;
  }

  async run(): Promise<void> {
    const batch = this.now();
    if (batch === null) return;
    const input = this.inputOf(batch);
    if (batch.status === 'validating' && !(await this.begin(batch, input))) return;
    if (input !== null && batch.status !== 'finalizing') await this.askAll(input, batch.endpoint);
    if (this.closing.aborted) return;
    await this.finish(input);
  }

  /** The batch as it stands; null where another engine has taken it over, while this machine slept for one. */
  private now(): BatchRow | null {
    const batch = this.setup.store.batches.get(this.id);
    return batch?.owner === this.setup.owner.token ? batch : null;
  }

  /** Null where the file is gone. */
  private inputOf({ input_file_id: id }: BatchRow): string | null {
    const { files, folders } = this.setup.store;
    const file = files.get(id);
    const path = file === null ? null : join(folders.files, file.blob);
    return path !== null && existsSync(path) ? path : null;
  }

  /** Checks the input. False when the batch has failed of it. */
  private async begin({ endpoint }: BatchRow, input: string | null): Promise<boolean> {
    const gone = { code: 'file_not_found', message: 'The input file was deleted.', param: 'input_file_id', line: null };
    const { total, faults } = input === null ? { total: 0, faults: [gone] } : await checkInput(input, endpoint);
    const at = nowSeconds();
    if (this.now()?.status !== 'validating') return this.now()?.status === 'cancelling';
    const patch: BatchPatch =
      faults.length > 0
        ? { status: 'failed', failed_at: at, errors: [...faults] }
        : { status: 'in_progress', in_progress_at: at, total };
    this.setup.store.batches.update(this.id, patch);
    return faults.length === 0;
  }

  private async askAll(input: string, endpoint: string): Promise<void> {
    const { store, ask } = this.setup;
    const answered = store.batches.answered(this.id);
    const lines = requestsOf(input, endpoint);
    const one = async (): Promise<void> => {
      for (;;) {
        if (!this.mayAsk()) return;
        const next = await lines.next();
        if (next.done === true) return;
        const line: BatchLine = next.value;
        if (answered.has(line.customId)) continue;
        store.batches.keep(this.id, await answerTo(line, endpoint, ask, this.closing));
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, one));
  }

  private mayAsk(): boolean {
    if (this.closing.aborted) return false;
    const batch = this.now();
    return batch?.status === 'in_progress' && !this.isOverdue(batch);
  }

  private isOverdue(batch: BatchRow): boolean {
    if (batch.expires_at <= nowSeconds()) return true;
    if (!this.setup.expireHalfway) return false;
    const { completed, failed } = this.setup.store.batches.counts(batch);
    return completed + failed >= Math.ceil(batch.total / 2);
  }

  /** Writes the files of results; the batch then is what it came to be. */
  private async finish(input: string | null): Promise<void> {
    const { store } = this.setup;
    const batch = this.now();
    if (batch === null) return;
    const cancelled = batch.status === 'cancelling';
    const done = store.batches.counts(batch);
    const isWhole = done.completed + done.failed >= batch.total;
    const end = cancelled ? 'cancelled' : isWhole ? 'completed' : 'expired';
    if (!isWhole && input !== null) await this.tellUnasked(input, batch.endpoint, end);
    if (!cancelled) store.batches.update(this.id, { status: 'finalizing', finalizing_at: nowSeconds() });
    const output = await this.fileOf(batch, false);
    const error = await this.fileOf(batch, true);
    store.transaction(() => {
      if (this.now() === null) return;
      for (const file of [output, error]) if (file !== null) store.files.insert(file);
      const files = { output_file_id: output?.id ?? null, error_file_id: error?.id ?? null };
      const counts = store.batches.counts(batch);
      store.batches.update(this.id, { status: end, [`${end}_at`]: nowSeconds(), ...counts, ...files });
      store.batches.forget(this.id);
    });
  }

  private async tellUnasked(input: string, endpoint: string, end: BatchRow['status']): Promise<void> {
    const { store } = this.setup;
    const answered = store.batches.answered(this.id);
    const code = end === 'cancelled' ? 'batch_cancelled' : 'batch_expired';
    for await (const { customId } of requestsOf(input, endpoint))
      if (!answered.has(customId)) store.batches.keep(this.id, unasked(customId, code));
  }

  /** A file of the answers, or of the failures, on disk and not among the files yet; null where there are none. */
  private async fileOf(batch: BatchRow, failed: boolean): Promise<FileRow | null> {
    const { batches, folders } = this.setup.store;
    const counts = batches.counts(batch);
    if ((failed ? counts.failed : counts.completed) === 0) return null;
    const draft = join(folders.tmp, `batch-${randomName(16)}`);
    const rows = Readable.from(ended(batches.lines(this.id, failed)));
    await pipeline(rows, createWriteStream(draft, { mode: 0o600, flush: true }));
    const { size: bytes } = await stat(draft);
    const filename = `${this.id}_${failed ? 'error' : 'output'}.jsonl`;
    return placeFile(folders.files, draft, { filename, purpose: 'batch_output', bytes, life: batch.output_life });
  }
}

function* ended(lines: Iterable<string>): Generator<string> {
  for (const line of lines) yield `${line}\n`;
}
