import { type BatchRecord, isRunning } from '../../domain/batches/record.ts';
import type { RemoteBatch } from '../../domain/batches/types.ts';
import { type BatchView, batchView } from '../../domain/batches/view.ts';
import type { UntimedAnswer } from '../../domain/chat/types.ts';
import type { Row } from '../../domain/dataset/types.ts';
import { ProviderError } from '../../domain/provider/provider.ts';
import type { PricedRequest, RequestTarget } from '../completions/requests.ts';
import type { BatchParts } from '../core/deps.ts';
import type { Clock, RowStore } from '../runtime/ports.ts';
import { BatchCourse } from './course.ts';
import { type Merged, Merging } from './merging.ts';
import type { AddressedPlace, BatchPlaces } from './places.ts';

/** What became of one request of a batch, once it is on disk. */
export interface Landed {
  readonly record: BatchRecord;
  readonly work: PricedRequest;
  /** US$ that were held back for it; null when its price is unknown. */
  readonly quotedUsd: number | null;
  /** Null where it got none. */
  readonly answer: UntimedAnswer | null;
  /** Null where nothing is kept of it. */
  readonly row: Row | null;
  /** Whether it may fare better in another batch. */
  readonly again: boolean;
}

export interface FleetParts {
  readonly batches: BatchParts;
  readonly rows: RowStore;
  readonly places: BatchPlaces;
  readonly clock: Clock;
  readonly random: () => number;
  readonly signal: AbortSignal;
  /** Whom a batch asks. */
  readonly targetOf: (record: BatchRecord) => RequestTarget;
  readonly landed: (landed: Landed) => void;
  /** A batch has ended, and what it brought is on disk; null of one that another process saw to. */
  readonly merged: (merged: Merged | null) => void;
  /** Why no batch goes on. */
  readonly failed: (error: unknown) => void;
  readonly changed: () => void;
}

/** Answers to a new batch that the same batch will get again. */
const REFUSALS: ReadonlySet<string> = new Set(['invalid-request', 'invalid-training-file', 'not-found']);

/** The batches of a run on their way, each on a course of its own. */
export class Fleet {
  private readonly parts: FleetParts;
  private readonly views = new Map<string, BatchView>();
  private readonly courses = new Map<string, Promise<void>>();
  private readonly atProvider = new Set<string>();
  private uploads: Promise<unknown> = Promise.resolve();

  constructor(parts: FleetParts) {
    this.parts = parts;
  }

  get underWay(): number {
    return this.courses.size;
  }

  /** Requests of which nothing has come yet. */
  get pending(): number {
    return this.shown().reduce((sum, { pending }) => sum + pending, 0);
  }

  shown(): readonly BatchView[] {
    return [...this.views.values()];
  }

  /** Resolves when no course goes on, however each ended. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.courses.values());
  }

  /** `handedOver`: the caller has taken it, and works on it no longer. */
  start(record: BatchRecord, handedOver: boolean): void {
    this.show(record);
    const course = this.follow(record, handedOver)
      .catch((error: unknown) => this.parts.failed(error))
      .finally(() => {
        this.courses.delete(record.key);
        this.atProvider.delete(record.key);
        this.parts.changed();
      });
    this.courses.set(record.key, course);
  }

  private async follow(record: BatchRecord, handedOver: boolean): Promise<void> {
    const { batches, places, clock, random, signal, merged } = this.parts;
    const place = await places.of(record.providerId);
    if (place.address !== record.address) {
      this.show({ ...record, problem: `it is at ${record.address}, which its provider’s profile no longer names` });
      return;
    }
    const course = new BatchCourse(record, {
      place,
      batches,
      clock,
      random,
      signal,
      handedOver,
      inTurn: (work) => this.inTurn(work),
      othersRun: () => [...this.atProvider].some((key) => key !== record.key),
      changed: (changed) => this.show(changed),
    });
    try {
      merged(await this.seenThrough(course, place));
    } finally {
      if (course.taken) batches.workers.release(record.key);
    }
  }

  private async seenThrough(course: BatchCourse, place: AddressedPlace): Promise<Merged | null> {
    const ended = await this.ended(course);
    if (ended === null) {
      this.views.delete(course.record.key);
      return null;
    }
    if (ended.status === 'failed' && ended.resultFiles.length === 0) this.refused(course.record, ended);
    return await this.merged(course, ended, place);
  }

  /** A batch that is gone at its provider is given up: nobody knows what came of it. */
  private async ended(course: BatchCourse): Promise<RemoteBatch | null> {
    try {
      return await course.untilEnded();
    } catch (error) {
      if (error instanceof ProviderError && error.kind === 'not-found' && course.record.state === 'sent') {
        this.giveUp(course.record, error.message);
      } else if (error instanceof ProviderError && REFUSALS.has(error.kind) && course.record.state !== 'sent') {
        // It was refused before there was a batch, so nothing of it will be billed.
        this.forget(course.record);
      }
      throw error;
    }
  }

  private async merged(course: BatchCourse, ended: RemoteBatch, { service }: AddressedPlace): Promise<Merged> {
    const { batches, rows, targetOf, signal, clock, landed } = this.parts;
    const { record } = course;
    const merging = new Merging(record, {
      batches,
      rows,
      service,
      target: targetOf(record),
      signal,
      now: () => clock.now(),
      answered: (work, answer, row, quotedUsd) => landed({ record, work, quotedUsd, answer, row, again: false }),
      failed: (work, row, quotedUsd, again) => landed({ record, work, quotedUsd, answer: null, row, again }),
      changed: (changed) => this.show(changed),
    });
    await course.tried(() => merging.read(ended));
    return merging.end(ended.status === 'cancelled');
  }

  private refused(record: BatchRecord, { problem, word }: RemoteBatch): never {
    this.forget(record);
    throw new ProviderError('invalid-request', `${record.host} refused the batch: ${problem?.message ?? word}`);
  }

  private forget({ key }: BatchRecord): void {
    this.parts.batches.store.drop(key);
    this.parts.batches.files.remove(key);
    this.views.delete(key);
  }

  private giveUp(record: BatchRecord, why: string): void {
    const given: BatchRecord = { ...record, state: 'given-up', problem: why, endedAt: this.parts.clock.now() };
    this.parts.batches.store.save(given);
    this.show(given);
  }

  private show(record: BatchRecord): void {
    if (isRunning(record)) this.atProvider.add(record.key);
    else this.atProvider.delete(record.key);
    this.views.set(record.key, batchView(record, this.parts.clock.now()));
    this.parts.changed();
  }

  /** Files go one after the other. */
  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.uploads.then(work);
    this.uploads = turn.catch(() => undefined);
    return turn;
  }
}
