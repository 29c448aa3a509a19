import type { BatchView } from '../../domain/batches/view.ts';
import type { ChatAnswer } from '../../domain/chat/types.ts';
import type { Row } from '../../domain/dataset/types.ts';
import type { Ticket } from '../../domain/pacing/pacer.ts';
import type { CallEnd } from '../../domain/pricing/spending.ts';
import { ProviderError } from '../../domain/provider/provider.ts';
import type { CallLane, Place } from './call-lane.ts';
import type { Dispatcher, DispatchParts, ReadRequests } from './dispatcher.ts';
import { answeredRow, createFailureStreak, failedRow, replaceable } from './outcome.ts';
import { backoffMs } from './rate.ts';
import { isPriced, type PricedRequest, requestOf } from './requests.ts';
import { StateWaits } from './state-waits.ts';
import { type LaneWait, Traffic } from './traffic.ts';

/** Calls a row is given before it is kept as failed. Rate limits are the server's business, not the row's, so they have a bound of their own. */
const MOST_ATTEMPTS = 6;
const MOST_RATE_LIMITED = 40;
/** Calls that a row is given although each may be billed without an answer: it fell silent, or broke off. */
const MOST_UNANSWERED = 2;
/** Between looks at rows that calls of others are filling. */
const HELD_MS = 250;

interface Task {
  readonly work: PricedRequest;
  /** Of the call under way, in the ledger. */
  call: string;
  /** US$ it may cost. */
  reservedUsd: number;
  attempts: number;
  rateLimited: number;
  /** Calls that may be billed although no answer came. */
  unanswered: number;
}

type Hold = 'person' | 'cap';
type Lane = CallLane<Task>;

/**
 * Does every piece of work at most once at a time, in lanes: one for each model of each provider, whose starts its pace and
 * `budget` allow. All stand still while the person or the cap says so.
 */
export class Scheduler implements Dispatcher {
  private readonly parts: DispatchParts;
  private readonly traffic: Traffic<Task>;
  private readonly holds = new Set<Hold>();
  private readonly inFlight = new Set<string>();
  private readonly failures = createFailureStreak();
  private outstanding = 0;
  private stopped: { readonly error: unknown } | null = null;
  private fed = false;
  private isDispatching = false;
  private readonly state = new StateWaits();
  /** What waits for calls of others to end, until the next look. */
  private heldTasks: Task[] = [];

  constructor(parts: DispatchParts) {
    this.parts = parts;
    const { paces, clock, signal, changed } = parts;
    this.traffic = new Traffic({
      paces,
      clock,
      signal,
      changed,
      closed: (wait) => this.stop(parts.closed(wait)),
      open: () => this.stopped === null && this.holds.size === 0,
      send: (task, lane, ticket) => void this.attempt(task, lane, ticket),
    });
  }

  /** Calls that a server works on, and those that ask for leave. */
  get running(): number {
    return this.traffic.away;
  }

  /** Resolves when all work is done; rejects with what stopped the run, once the running calls have ended. */
  async run(read: ReadRequests): Promise<void> {
    const source = read(this.parts.reused);
    const onAbort = () => this.stop(this.parts.signal.reason);
    this.parts.signal.addEventListener('abort', onAbort, { once: true });
    if (this.parts.signal.aborted) onAbort();
    try {
      const feeding = this.feed(source).catch((error) => this.stop(error));
      await this.state.until(
        () => this.fed && (this.stopped !== null ? this.traffic.running === 0 : this.outstanding === 0),
      );
      await feeding;
    } finally {
      this.parts.signal.removeEventListener('abort', onAbort);
      this.traffic.leave();
    }
    if (this.stopped !== null) throw this.stopped.error;
  }

  pause(): void {
    this.hold('person', true);
  }

  resume(): void {
    this.hold('person', false);
  }

  /** Ends the run: nothing more starts, what runs may finish. */
  stop(error: unknown): void {
    this.stopped ??= { error };
    this.traffic.clear();
    this.state.wake();
  }

  /** The lanes that stand still, the longest wait first. */
  waits(): readonly LaneWait[] {
    return this.traffic.waits();
  }

  batches(): readonly BatchView[] {
    return [];
  }

  /** After a change of cap or concurrency: tries what waited. */
  reconsider(): void {
    this.hold('cap', false);
    this.parts.capped(false);
  }

  private async feed(source: AsyncIterable<PricedRequest>): Promise<void> {
    try {
      for await (const work of source) {
        if (this.stopped !== null) return;
        if (this.inFlight.has(work.id)) continue;
        this.inFlight.add(work.id);
        this.outstanding += 1;
        this.enqueue({ work, call: '', reservedUsd: 0, attempts: 0, rateLimited: 0, unanswered: 0 }, 'fresh');
        await this.state.until(() => this.stopped !== null || this.traffic.hungry);
      }
    } finally {
      this.fed = true;
      this.state.wake();
    }
  }

  private enqueue(task: Task, place: Place): void {
    if (this.stopped === null) this.traffic.add(task, place);
  }

  private hold(reason: Hold, on: boolean): void {
    if (on) this.holds.add(reason);
    else this.holds.delete(reason);
    this.traffic.dispatch();
    this.parts.changed();
  }

  private async attempt(task: Task, lane: Lane, ticket: Ticket | null): Promise<void> {
    let sent = false;
    let isBack = false;
    const back = (): void => {
      if (!isBack) this.traffic.back(lane);
      isBack = true;
    };
    try {
      sent = await this.mayStart(task);
      if (sent) await this.call(task, lane, ticket, back);
      else lane.release(ticket, this.parts.paces.now());
    } catch (error) {
      this.stop(error);
    } finally {
      back();
      this.traffic.ended();
      if (sent) this.freed();
      if (this.traffic.running === 0 && this.holds.has('cap')) this.parts.capped(true);
      this.traffic.dispatch();
      this.state.wake();
    }
  }

  /** Holds the money of a call back. Where the call may not be sent, the task is put where it belongs. */
  private async mayStart(task: Task): Promise<boolean> {
    const { budget, estimator, purchases, meter } = this.parts;
    const { work } = task;
    const worstUsd = estimator.worstUsd(work);
    if (!budget.reserve(worstUsd)) {
      this.capped(task);
      return false;
    }
    const permission = await purchases.begin(work, isPriced(work.target) ? worstUsd : null);
    if (permission.status === 'noted') {
      task.call = permission.call;
      task.reservedUsd = worstUsd;
      if (this.stopped === null && this.holds.size === 0) return true;
      await this.end(task, { call: task.call, outcome: 'unbilled' }, null);
      this.enqueue(task, 'blocked');
      return false;
    }
    budget.settle(worstUsd, 0);
    if (permission.status === 'capped') this.capped(task);
    if (permission.status === 'held') this.waitForOthers(task);
    if (permission.status === 'batched') {
      this.parts.batched();
      this.leave(work);
      this.parts.changed();
    }
    if (permission.status === 'there') {
      meter.reused();
      this.leave(work);
      this.parts.changed();
    }
    return false;
  }

  /** The row is being filled by a call of another process, or of another run: it is looked at again soon. */
  private waitForOthers(task: Task): void {
    const { clock, signal } = this.parts;
    this.heldTasks.push(task);
    this.parts.held(this.heldTasks.length);
    if (this.heldTasks.length > 1) return;
    clock.sleep(HELD_MS, signal).then(
      () => {
        const tasks = this.heldTasks;
        this.heldTasks = [];
        for (const held of tasks) this.enqueue(held, 'fresh');
      },
      () => {},
    );
  }

  /** `back` is called as soon as the server is done with it. */
  private async call(task: Task, lane: Lane, ticket: Ticket | null, back: () => void): Promise<void> {
    const { paces, chatOf, signal } = this.parts;
    const { work } = task;
    const { providerId } = work.target;
    task.attempts += 1;
    this.parts.changed();
    const startedAt = paces.now();
    try {
      if (ticket === null || lane.lost !== null) {
        lane.release(ticket, startedAt);
        throw lane.lost;
      }
      const answer = await chatOf(providerId).complete(requestOf(work), { signal });
      lane.answered(ticket, { work, answer, startedAt, now: paces.now() });
      await this.answerReceived(task, answer, paces.now() - startedAt, back);
    } catch (error) {
      if (ticket !== null && error !== lane.lost) {
        if (error instanceof ProviderError) lane.failed(ticket, { error, startedAt, now: paces.now() });
        else lane.abandoned(ticket);
      }
      if (this.traffic.lost) this.stop(error);
      await this.requestFailed(task, lane, error);
    }
  }

  /** It may not be sent now: back to the front of the queue, which stands until there is room. */
  private capped(task: Task): void {
    this.hold('cap', true);
    this.enqueue(task, 'blocked');
  }

  /** A call ended: its reservation is free, so the cap may allow another; and waiting loops look again. */
  private freed(): void {
    if (this.holds.has('cap')) this.hold('cap', false);
    this.parts.changed();
  }

  /** Books the end of a call, with the row that came of it. */
  private async end({ work, reservedUsd }: Task, end: CallEnd, row: Row | null): Promise<void> {
    const usd = end.outcome === 'unbilled' ? 0 : end.outcome === 'billed' ? (end.usd ?? reservedUsd) : reservedUsd;
    this.parts.budget.settle(reservedUsd, usd);
    try {
      await this.parts.purchases.end(work, end, row);
    } catch (error) {
      // Before whoever got leave with it is sent.
      this.stop(error);
      throw error;
    }
  }

  /** At the end of this turn of the event loop, when all that came in it is known: a refusal holds for the next call too. */
  private dispatchSoon(): void {
    if (!this.isDispatching) {
      setImmediate(() => {
        this.isDispatching = false;
        this.traffic.dispatch();
      });
    }
    this.isDispatching = true;
  }

  private async answerReceived(task: Task, answer: ChatAnswer, latencyMs: number, back: () => void): Promise<void> {
    const { estimator, meter, clock } = this.parts;
    const { work } = task;
    const costUsd = answer.usage === null ? null : work.target.costOf(answer.usage);
    this.failures.reset();
    if (answer.usage !== null) estimator.learn(work, answer.usage);
    if (answer.limits !== null) meter.limits(answer.limits);
    this.parts.received(work, answer);
    const row = answeredRow(work, answer, { costUsd, latencyMs, now: clock.now() });
    // The next call asks for its leave in the transaction that books this answer, and not in one after it; under a cap it waits until all
    // that came with this answer is paid, for a server may bill more than was reckoned with.
    if (!this.parts.isCapped()) {
      back();
      this.dispatchSoon();
    }
    await this.end(task, { call: task.call, outcome: 'billed', usage: answer.usage, usd: costUsd }, row);
    this.finish(work, row, latencyMs);
  }

  private finish(work: PricedRequest, row: Row, latencyMs: number | null): void {
    this.parts.meter.finished(row, latencyMs);
    this.leave(work);
  }

  private leave(work: PricedRequest): void {
    this.inFlight.delete(work.id);
    this.outstanding -= 1;
  }

  private async requestFailed(task: Task, lane: Lane, error: unknown): Promise<void> {
    const { clock, signal } = this.parts;
    const { work, call } = task;
    if (!(error instanceof ProviderError)) throw error;
    const end: CallEnd = { call, outcome: error.mayBeBilled ? 'may-be-billed' : 'unbilled' };
    if (error.mayBeBilled) {
      task.unanswered += 1;
      this.parts.unanswered();
    }
    const over = signal.aborted || this.stopped !== null || this.failures.fatal(error);
    if (over || (lane.lost === null && this.mayRetry(task, error))) {
      await this.end(task, end, null);
      if (signal.aborted || this.stopped !== null) return;
      if (over) throw error;
      this.retryLater(task, error);
      return;
    }
    const row = failedRow(work, error, task.unanswered, clock.now());
    await this.end(task, end, replaceable(work.old) ? row : null);
    this.finish(work, row, null);
    if (lane.lost === null && this.failures.failed(error)) throw error;
  }

  private mayRetry(task: Task, error: ProviderError): boolean {
    if (task.unanswered >= MOST_UNANSWERED) return false;
    if (error.kind !== 'rate-limit') return error.retryable && task.attempts < MOST_ATTEMPTS;
    task.attempts -= 1;
    task.rateLimited += 1;
    return task.rateLimited < MOST_RATE_LIMITED;
  }

  /** The slot is given up while it waits, so that others go on; it comes back before any fresh work. A refused one waits with its lane. */
  private retryLater(task: Task, error: ProviderError): void {
    const { clock, random, signal, meter } = this.parts;
    meter.retried();
    if (error.kind === 'rate-limit') {
      this.enqueue(task, 'again');
      return;
    }
    clock.sleep(backoffMs(task.attempts, random), signal).then(
      () => this.enqueue(task, 'again'),
      () => {},
    );
  }
}
