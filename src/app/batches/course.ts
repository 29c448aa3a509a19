import type { BatchRecord } from '../../domain/batches/record.ts';
import { hasEnded } from '../../domain/batches/status.ts';
import type { RemoteBatch } from '../../domain/batches/types.ts';
import { ProviderError } from '../../domain/provider/provider.ts';
import { backoffMs } from '../completions/rate.ts';
import type { BatchParts } from '../core/deps.ts';
import type { BatchService } from '../runtime/batch-ports.ts';
import type { Clock, FileService } from '../runtime/ports.ts';

/** What sends and watches batches at one provider. */
export interface BatchPlace {
  readonly service: BatchService;
  readonly files: FileService;
}

export interface CourseParts {
  readonly place: BatchPlace;
  readonly batches: BatchParts;
  readonly clock: Clock;
  readonly random: () => number;
  readonly signal: AbortSignal;
  /** Files go one after the other. */
  readonly inTurn: <T>(work: () => Promise<T>) => Promise<T>;
  /** Whether another batch of this run is at the provider, whose end may make room. */
  readonly othersRun: () => boolean;
  /** Whether whoever wrote it handed it over, so that nobody else can have it. */
  readonly handedOver: boolean;
  readonly changed: (record: BatchRecord) => void;
}

/** Looks are as far apart as a tenth of its age, within these bounds. */
const LEAST_LOOK_MS = 250;
const MOST_LOOK_MS = 60_000;
/** Between looks at a batch that another process works on. */
const ELSEWHERE_MS = 2_000;
/** Uploads and creations that failed for a passing reason are tried so often; looks for ever, since the batch goes on. */
const MOST_TRIES = 6;
/** A batch that stands in line for too many tokens is tried again after so long, or when another has ended. */
const IN_LINE_MS = 60_000;

const FULL_LINE = /enqueued.token|token_limit_exceeded/i;

/**
 * One batch, from the file it is to where the provider has ended it. Every step is written down before the next, so that
 * another process can go on from any of them. Throws ProviderError for what will not pass, and the signal's reason.
 */
export class BatchCourse {
  record: BatchRecord;
  private readonly parts: CourseParts;
  /** Whether this course has it, and nobody else. */
  taken: boolean;
  /** Another process may have created it without saying so. */
  private maybeCreated: boolean;

  constructor(record: BatchRecord, parts: CourseParts) {
    this.record = record;
    this.parts = parts;
    this.taken = parts.handedOver;
    this.maybeCreated = record.state === 'uploaded';
  }

  /** The batch as the provider ended it; null where another process saw to it. */
  async untilEnded(): Promise<RemoteBatch | null> {
    if (!this.taken && !(await this.take())) return null;
    for (;;) {
      if (this.record.state === 'ready') await this.upload();
      if (this.record.state === 'uploaded') await this.create();
      const ended = await this.watch();
      if (!isFullLine(ended)) return ended;
      await this.standInLine(ended);
    }
  }

  /** False when it came to its end elsewhere. */
  private async take(): Promise<boolean> {
    const { batches, clock, signal } = this.parts;
    const { key } = this.record;
    while (!batches.workers.take(key)) {
      this.show('is looked after already');
      await clock.sleep(ELSEWHERE_MS, signal);
      if (!this.readAgain()) return false;
    }
    this.taken = true;
    return this.readAgain();
  }

  /** The record as it is written now; false when the batch is open no longer. */
  private readAgain(): boolean {
    const { key, projectId } = this.record;
    const now = this.parts.batches.store.open(projectId).find((record) => record.key === key);
    if (now === undefined) return false;
    this.record = now;
    this.maybeCreated = now.state === 'uploaded';
    return true;
  }

  private async upload(): Promise<void> {
    const { place, batches, signal, inTurn } = this.parts;
    const { key } = this.record;
    const file = batches.files.read(key);
    if (file === null)
      throw new ProviderError('invalid-request', `The requests of ${key} are gone from the data folder.`);
    const sent = await inTurn(() =>
      this.tried(() => place.files.upload({ filename: `${key}.jsonl`, purpose: 'batch', ...file }, { signal })),
    );
    this.write({ state: 'uploaded', fileId: sent.id, problem: null });
  }

  private async create(): Promise<void> {
    const { place, signal } = this.parts;
    const fileId = this.record.fileId ?? '';
    const { model } = this.record.asked;
    const remote = await this.tried(async () => {
      const there = this.maybeCreated ? await place.service.find(fileId, { signal }) : null;
      if (there !== null && !isFullLine(there)) return there;
      this.maybeCreated = true;
      return await place.service.create({ fileId, model }, { signal });
    });
    this.write({ state: 'sent', remote, problem: null });
  }

  private async watch(): Promise<RemoteBatch> {
    const { place, clock, signal } = this.parts;
    const begun = this.record.createdAt;
    for (;;) {
      const { remote } = this.record;
      if (remote !== null && hasEnded(remote)) return remote;
      const age = clock.now() - begun;
      await clock.sleep(Math.min(MOST_LOOK_MS, Math.max(LEAST_LOOK_MS, age / 10)), signal);
      const seen = await this.tried(
        () => place.service.retrieve(remote?.id ?? '', { signal }),
        Number.POSITIVE_INFINITY,
      );
      this.write({ remote: seen, problem: null });
    }
  }

  /** The provider lets only so many tokens wait. The file stays there; the batch is created anew when there may be room. */
  private async standInLine({ problem }: RemoteBatch): Promise<void> {
    const { clock, signal, othersRun } = this.parts;
    const why = problem?.message ?? 'Too many tokens wait at the provider.';
    if (!othersRun()) {
      this.write({ state: 'uploaded', remote: null });
      throw new ProviderError('quota', `${why} Make batches smaller with --batch-requests, and start again.`);
    }
    this.maybeCreated = false;
    this.write({ state: 'uploaded', remote: null, problem: `waits for room: ${why}` });
    for (const until = clock.now() + IN_LINE_MS; clock.now() < until && othersRun(); ) {
      await clock.sleep(Math.min(IN_LINE_MS, LEAST_LOOK_MS * 4), signal);
    }
  }

  /** Does the work again after a passing fault, and says meanwhile what it waits for. Throws what will not pass. */
  async tried<T>(work: () => Promise<T>, most = MOST_TRIES): Promise<T> {
    const { clock, random, signal } = this.parts;
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await work();
      } catch (error) {
        signal.throwIfAborted();
        if (!(error instanceof ProviderError) || !error.retryable || attempt >= most) throw error;
        this.show(`tries again: ${error.message}`);
        await clock.sleep(backoffMs(attempt, random), signal);
      }
    }
  }

  private write(change: Partial<BatchRecord>): void {
    this.record = { ...this.record, ...change };
    this.parts.batches.store.save(this.record);
    this.parts.changed(this.record);
  }

  /** Shown, and not kept: the next process sees for itself. */
  private show(problem: string): void {
    this.parts.changed({ ...this.record, problem });
  }
}

const isFullLine = ({ status, problem }: RemoteBatch): boolean =>
  status === 'failed' && problem !== null && FULL_LINE.test(`${problem.code} ${problem.message}`);
