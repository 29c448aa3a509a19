import { setImmediate as nextTurn } from 'node:timers/promises';
import type { BatchRecord } from '../../domain/batches/record.ts';
import type { BatchResult, RemoteBatch } from '../../domain/batches/types.ts';
import type { UntimedAnswer } from '../../domain/chat/types.ts';
import type { Row } from '../../domain/dataset/types.ts';
import { MALFORMED_ANSWER, ProviderError } from '../../domain/provider/provider.ts';
import { arrivingRows } from '../completions/arriving.ts';
import { answeredRow, failedRow, replaceable } from '../completions/outcome.ts';
import type { PricedRequest, RequestTarget } from '../completions/requests.ts';
import type { BatchParts } from '../core/deps.ts';
import type { BatchService } from '../runtime/batch-ports.ts';
import type { BatchClaim, BatchEnd } from '../runtime/batch-store-ports.ts';
import type { RowStore } from '../runtime/ports.ts';

export interface MergingParts {
  readonly batches: BatchParts;
  readonly rows: RowStore;
  readonly service: BatchService;
  /** Whom the batch asked, and at what price. */
  readonly target: RequestTarget;
  readonly signal: AbortSignal;
  readonly now: () => number;
  /** An answer is on disk, as a row. */
  readonly answered: (work: PricedRequest, answer: UntimedAnswer, row: Row, quotedUsd: number | null) => void;
  /** A request got no answer. `again`: it may in another batch. */
  readonly failed: (work: PricedRequest, row: Row | null, quotedUsd: number | null, again: boolean) => void;
  readonly changed: (record: BatchRecord) => void;
}

/** What a batch brought. */
export interface Merged {
  readonly record: BatchRecord;
  /** Requests that may fare better in another batch. */
  readonly again: number;
  /** Requests that were not asked because the batch was cancelled. */
  readonly cancelled: number;
  /** Why the last of the others failed; null where none did. */
  readonly error: ProviderError | null;
}

/** Results written at once: one transaction, some milliseconds. */
const AT_ONCE = 200;

/**
 * Makes rows of what a batch brought. Each result is taken once, in the transaction that frees its row, so that a reading
 * which was cut goes on where it was, in this process or the next.
 */
export class Merging {
  private readonly parts: MergingParts;
  /** Where answers take the place their plan gave them, whichever run or process takes them up. */
  private readonly rows: RowStore;
  private record: BatchRecord;
  private again = 0;
  private cancelled = 0;
  private error: ProviderError | null = null;
  /** Why nobody knows what came of the requests without a result; null where they were not asked. */
  private lost: ProviderError | null = null;

  constructor(record: BatchRecord, parts: MergingParts) {
    this.record = record;
    this.parts = parts;
    const { existing, rowsOf } = record;
    this.rows = existing === undefined ? parts.rows : arrivingRows(parts.rows, rowsOf, existing);
  }

  /** Reads the results, and may be called again after a passing fault. Throws ProviderError, and what the disk refuses. */
  async read(remote: RemoteBatch): Promise<void> {
    const { service, signal } = this.parts;
    let results: BatchResult[] = [];
    try {
      for await (const result of service.results(remote, this.record.asked, { signal })) {
        results.push(result);
        if (results.length < AT_ONCE) continue;
        this.take(results);
        results = [];
        await nextTurn();
        signal.throwIfAborted();
      }
    } catch (error) {
      if (!isLoss(error)) throw error;
      this.lost = error;
    }
    this.take(results);
  }

  private take(results: readonly BatchResult[]): void {
    if (results.length === 0) return;
    const { batches } = this.parts;
    const ids = results.map(({ id }) => id);
    const claims = new Map(batches.rows.held(this.record, ids).map((claim) => [claim.rowId, claim]));
    const made: Row[] = [];
    const ends: BatchEnd[] = [];
    const tells: (() => void)[] = [];
    const counts = { answered: 0, failed: 0, unasked: 0 };
    for (const result of results) {
      const claim = claims.get(result.id);
      // What was taken before, or was never asked, has no claim.
      if (claim === undefined) continue;
      claims.delete(result.id);
      const ended = this.ended(claim, result);
      counts[ended.count] += 1;
      ends.push(ended.end);
      if (ended.row !== null) made.push(ended.row);
      tells.push(ended.tell);
    }
    this.record = batches.rows.settle(this.record, ends, counts, () => {
      if (made.length > 0) this.rows.put(made);
    });
    for (const tell of tells) tell();
    this.parts.changed(this.record);
  }

  /** What no result speaks of was not asked; where results are lost it may have been, and be billed. */
  end(wasCancelled: boolean): Merged {
    const { batches, now, changed } = this.parts;
    const left = batches.rows.left(this.record);
    if (wasCancelled) this.cancelled += left;
    else this.again += left;
    const { outcome } = this.record;
    const ended: BatchRecord = {
      ...this.record,
      state: this.lost === null ? 'ended' : 'given-up',
      outcome: { ...outcome, unasked: outcome.unasked + left },
      problem: this.lost?.message ?? null,
      endedAt: now(),
    };
    batches.store.save(ended);
    batches.files.remove(ended.key);
    changed(ended);
    return { record: ended, again: this.again, cancelled: this.cancelled, error: this.error };
  }

  private ended(
    { rowId, cell, quotedUsd }: BatchClaim,
    result: BatchResult,
  ): {
    readonly end: BatchEnd;
    readonly row: Row | null;
    readonly count: 'answered' | 'failed' | 'unasked';
    readonly tell: () => void;
  } {
    const { target, now } = this.parts;
    const { rowsOf } = this.record;
    const old = this.rows.get(rowsOf, rowId);
    const work: PricedRequest = {
      id: rowId,
      projectId: rowsOf,
      target,
      cell,
      messages: [],
      old,
      isThere: () => false,
      worstUsage: null,
    };
    if (result.kind === 'answered') {
      const { answer } = result;
      const usd = answer.usage === null ? null : target.costOf(answer.usage);
      const row = answeredRow(work, answer, { costUsd: usd, latencyMs: null, now: now() });
      const tell = () => this.parts.answered(work, answer, row, quotedUsd);
      return { end: { rowId, billed: { usage: answer.usage, usd } }, row, count: 'answered', tell };
    }
    const end: BatchEnd = { rowId, billed: null };
    if (result.kind === 'unasked') {
      const again = result.reason === 'expired';
      if (again) this.again += 1;
      else this.cancelled += 1;
      return { end, row: null, count: 'unasked', tell: () => this.parts.failed(work, null, quotedUsd, again) };
    }
    if (result.again) {
      this.again += 1;
      return { end, row: null, count: 'failed', tell: () => this.parts.failed(work, null, quotedUsd, true) };
    }
    this.error = result.error;
    const failed = failedRow(work, result.error, 0, now());
    const row = replaceable(old) ? failed : null;
    return { end, row, count: 'failed', tell: () => this.parts.failed(work, failed, quotedUsd, false) };
  }
}

/** Results that no later reading will bring: their file is gone, or lines of it cannot be read. */
const isLoss = (error: unknown): error is ProviderError =>
  error instanceof ProviderError && (error.kind === 'not-found' || error.detail.code === MALFORMED_ANSWER);
