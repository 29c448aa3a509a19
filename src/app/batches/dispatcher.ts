import { randomBytes } from 'node:crypto';
import type { BatchRecord } from '../../domain/batches/record.ts';
import type { BatchView } from '../../domain/batches/view.ts';
import type { Permission } from '../../domain/pricing/spending.ts';
import { plural } from '../../domain/text/format.ts';
import type { Dispatcher, DispatchParts, ReadRequests } from '../completions/dispatcher.ts';
import { isPriced, type PricedRequest, type RequestTarget } from '../completions/requests.ts';
import { StateWaits } from '../completions/state-waits.ts';
import type { LaneWait } from '../completions/traffic.ts';
import type { BatchParts } from '../core/deps.ts';
import { OperationError } from '../runtime/errors.ts';
import type { Providers, RowStore } from '../runtime/ports.ts';
import { Fleet, type Landed } from './fleet.ts';
import { Gathering, type QuotedRequest } from './gathering.ts';
import type { Merged } from './merging.ts';
import { BatchPlaces } from './places.ts';

export interface BatchDispatch {
  readonly batches: BatchParts;
  readonly rows: RowStore;
  readonly providers: Providers;
  /** Whom a batch of before asked. */
  readonly targetOf: (record: BatchRecord) => RequestTarget;
  /** Requests a batch, where fewer are wanted than the provider takes. */
  readonly batchSize: number | null;
  /** Whether the run is there to take up batches of before, and every answer of theirs is one of its own. */
  readonly onlyTakesUp: boolean;
}

/** Requests that are claimed and written at once. */
const AT_ONCE = 500;
/** Between looks at rows that calls of other runs are filling. */
const HELD_MS = 1_000;
/** Times that requests which expired, or failed for a passing reason, go into another batch. */
const MOST_PASSES = 5;

/** What one look through the work came to: requests that are to be looked at once more, each for its reason. */
interface Tally {
  again: number;
  capped: number;
  held: number;
  sent: number;
}

/**
 * Sends the requests of a run by the file. It takes up what batches of earlier runs still owe the project, writes the rest into
 * batches as large as the provider takes, sees each to its end, and does so again with what expired or failed in passing.
 */
export class BatchDispatcher implements Dispatcher {
  private readonly parts: DispatchParts;
  private readonly setup: BatchDispatch;
  private readonly leaving = new AbortController();
  private readonly places: BatchPlaces;
  private readonly fleet: Fleet;
  /** Rows that batches of before, or calls of others, are to bring. */
  private readonly awaited = new Set<string>();
  /** Rows of this run that failed for good. */
  private readonly over = new Set<string>();
  /** Batches this run has written. */
  private readonly own = new Set<string>();
  private stopped: { readonly error: unknown } | null = null;
  private paused = false;
  private readonly state = new StateWaits();
  private tally: Tally = { again: 0, capped: 0, held: 0, sent: 0 };
  private cancelled = 0;

  constructor(parts: DispatchParts, setup: BatchDispatch) {
    this.parts = parts;
    this.setup = setup;
    const { batches, rows, providers, targetOf } = setup;
    const { clock, random } = parts;
    const { signal } = this.leaving;
    this.places = new BatchPlaces(providers, signal);
    this.fleet = new Fleet({
      batches,
      rows,
      places: this.places,
      clock,
      random,
      signal,
      targetOf,
      landed: (landed) => this.landed(landed),
      merged: (merged) => this.merged(merged),
      failed: (error) => this.stop(error),
      changed: () => {
        this.parts.changed();
        this.state.wake();
      },
    });
  }

  get running(): number {
    return this.fleet.pending;
  }

  async run(read: ReadRequests): Promise<void> {
    const { signal, clock } = this.parts;
    const onAbort = () => this.stop(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
    if (signal.aborted) onAbort();
    try {
      this.takeUp();
      let tries = 1;
      for (let first = true; await this.pass(read, first); first = false) {
        const { again, capped, held, sent } = this.tally;
        if (again > 0) tries += 1;
        if (tries > MOST_PASSES) throw this.enough();
        if (capped > 0 && sent === 0) await this.untilUncapped();
        else if (again + capped === 0 && held > 0) await clock.sleep(HELD_MS, this.leaving.signal);
      }
    } catch (error) {
      this.stop(error);
    } finally {
      signal.removeEventListener('abort', onAbort);
      // What is at providers goes on there; the next run takes it up.
      this.leaving.abort(this.stopped?.error ?? new Error('The run has ended.'));
      await this.fleet.settled();
    }
    if (this.stopped !== null) throw this.stopped.error;
    if (this.cancelled > 0) throw this.wereCancelled();
  }

  pause(): void {
    this.paused = true;
  }

  resume(): void {
    this.paused = false;
    this.state.wake();
  }

  stop(error: unknown): void {
    this.stopped ??= { error };
    this.leaving.abort(error);
    this.state.wake();
  }

  reconsider(): void {
    this.tally.capped = 0;
    this.parts.capped(false);
    this.state.wake();
  }

  waits(): readonly LaneWait[] {
    return [];
  }

  batches(): readonly BatchView[] {
    return this.fleet.shown();
  }

  /** Goes on with batches that earlier runs left. What no provider has heard of is thrown away, and asked for anew. */
  private takeUp(): void {
    const { store, workers, files } = this.setup.batches;
    const { account, rowsOf } = this.parts;
    for (const record of store.open(account.projectId)) {
      if (record.rowsOf !== rowsOf) continue;
      if (record.state !== 'gathering') this.fleet.start(record, false);
      else if (workers.take(record.key)) {
        store.drop(record.key);
        files.remove(record.key);
        workers.release(record.key);
      }
    }
  }

  /** Whether the work is to be looked through once more when all batches have ended. */
  private async pass(read: ReadRequests, first: boolean): Promise<boolean> {
    this.tally = { again: 0, capped: 0, held: 0, sent: 0 };
    await this.gather(
      read((request) => {
        if (first || this.awaited.delete(request.id)) this.parts.reused(request);
      }),
    );
    await this.state.until(() => this.stopped !== null || this.fleet.underWay === 0);
    if (this.stopped !== null) throw this.stopped.error;
    const { again, capped, held } = this.tally;
    return again + capped + held > 0;
  }

  private async gather(source: AsyncIterable<PricedRequest>): Promise<void> {
    const gatherings = new Map<RequestTarget, Gathering>();
    const waiting = new Map<RequestTarget, QuotedRequest[]>();
    const flush = async (target: RequestTarget): Promise<void> => {
      const quoted = waiting.get(target) ?? [];
      waiting.delete(target);
      const gathering = gatherings.get(target) ?? (await this.gatheringOf(target));
      gatherings.set(target, gathering);
      const permissions = await gathering.add(quoted);
      for (const [index, one] of quoted.entries()) this.placed(one, permissions[index]);
      this.parts.changed();
    };
    for await (const work of source) {
      await this.state.until(() => !this.paused || this.stopped !== null);
      if (this.stopped !== null) break;
      if (this.over.has(work.id)) continue;
      const worstUsd = this.parts.estimator.worstUsd(work);
      if (!this.parts.budget.reserve(worstUsd)) {
        this.tally.capped += 1;
        continue;
      }
      const quoted = waiting.get(work.target) ?? [];
      waiting.set(work.target, quoted);
      quoted.push({ work, quotedUsd: isPriced(work.target) ? worstUsd : null });
      if (quoted.length === AT_ONCE) await flush(work.target);
    }
    if (this.stopped === null) for (const target of [...waiting.keys()]) await flush(target);
    for (const gathering of gatherings.values()) gathering.close();
  }

  private placed({ work, quotedUsd }: QuotedRequest, permission: Permission | undefined): void {
    if (permission?.status === 'noted') {
      this.tally.sent += 1;
      return;
    }
    this.parts.budget.settle(quotedUsd ?? 0, 0);
    if (permission?.status === 'there') this.parts.reused({ id: work.id, reused: true });
    if (permission?.status === 'capped') this.tally.capped += 1;
    if (permission?.status === 'batched') this.awaited.add(work.id);
    // A call of another run fills it: the next look finds it there.
    if (permission?.status === 'held') {
      this.awaited.add(work.id);
      this.tally.held += 1;
    }
  }

  private async gatheringOf(target: RequestTarget): Promise<Gathering> {
    const { batches, rows, batchSize } = this.setup;
    const { account, rowsOf, clock, cap, masked } = this.parts;
    const { service, address } = await this.places.of(target.providerId);
    // A server without batches says so here, before anything is written or sent.
    await service.find('', { signal: this.leaving.signal });
    const { limits } = service;
    return new Gathering({
      batches,
      rows,
      account,
      rowsOf,
      service,
      address,
      target,
      limits: { ...limits, requests: Math.min(limits.requests, batchSize ?? limits.requests) },
      cap,
      newKey: () => {
        const key = `batch-${randomBytes(6).toString('hex')}`;
        this.own.add(key);
        return key;
      },
      now: () => clock.now(),
      full: (record) => this.fleet.start(record, true),
      masked,
    });
  }

  private landed({ record, work, quotedUsd, answer, row, again }: Landed): void {
    const { budget, meter, received } = this.parts;
    const own = this.own.has(record.key);
    // Money of earlier runs was not held back by this one.
    const reservedUsd = own ? (quotedUsd ?? 0) : 0;
    budget.settle(reservedUsd, answer === null ? 0 : (row?.costUsd ?? quotedUsd ?? 0));
    if (answer !== null) received(work, answer);
    else if (again) meter.retried();
    else this.over.add(work.id);
    // Rows of earlier runs count where this run has seen that it waits for them.
    const counts = row !== null && (own || this.setup.onlyTakesUp || this.awaited.has(work.id));
    if (!counts) return;
    this.awaited.delete(work.id);
    meter.finished(row, null);
  }

  private merged(merged: Merged | null): void {
    if (merged === null) {
      if (this.awaited.size > 0) this.tally.held += 1;
      return;
    }
    const { again, cancelled, error, record } = merged;
    if (!this.setup.onlyTakesUp) this.tally.again += again;
    this.cancelled += cancelled;
    const { answered, failed } = record.outcome;
    if (error !== null && answered === 0 && failed > 0 && again === 0) this.stop(error);
  }

  /** Nothing fits below the cap: a person may raise it. */
  private async untilUncapped(): Promise<void> {
    this.parts.capped(true);
    await this.state.until(() => this.tally.capped === 0 || this.stopped !== null);
    if (this.stopped !== null) throw this.stopped.error;
  }

  private enough(): OperationError {
    return new OperationError('failed', {
      what: `${plural(this.tally.again, 'request')} came to nothing in ${MOST_PASSES} batches each.`,
      saved: 'All answers are on disk.',
      next: 'Start again: only what is missing is sent.',
    });
  }

  private wereCancelled(): OperationError {
    return new OperationError('failed', {
      what: `${plural(this.cancelled, 'request was', 'requests were')} in batches that were cancelled at the provider.`,
      saved: 'The answers that came before are on disk.',
      next: 'Start again: only what is missing is sent.',
    });
  }
}
