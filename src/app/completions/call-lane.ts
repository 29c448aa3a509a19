import type { ChatAnswer } from '../../domain/chat/types.ts';
import type { Ticket, Wait } from '../../domain/pacing/pacer.ts';
import { ProviderError } from '../../domain/provider/provider.ts';
import type { Called, SharedPace, SharedPaces } from '../runtime/shared-paces.ts';
import { CallSize } from './call-size.ts';
import { createRate, type Rate } from './rate.ts';
import type { PricedRequest, RequestTarget } from './requests.ts';

/** What a lane's calls have taught it, kept from one phase of a run to the next. Width and size are of the run alone. */
export interface Pace extends Called, SharedPace {
  readonly rate: Rate;
  readonly size: CallSize;
}

/** The paces of a run: one for each model of each provider, so that the limit of one slows no other. Other runs share them. */
export class Paces {
  private readonly all = new Map<string, Pace>();
  private setting: number | 'auto';
  private readonly shared: SharedPaces;
  private readonly used: Called[] = [];

  constructor(setting: number | 'auto', shared: SharedPaces) {
    this.setting = setting;
    this.shared = shared;
  }

  /** Milliseconds that never go back. */
  now(): number {
    return this.shared.now();
  }

  /** Calls that may be under way together, in all lanes. */
  get most(): number {
    return this.setting === 'auto' ? Number.POSITIVE_INFINITY : Math.max(1, Math.floor(this.setting));
  }

  of({ providerId, shape: { model } }: RequestTarget): Pace {
    const key = JSON.stringify([providerId, model]);
    const known = this.all.get(key);
    if (known !== undefined) return known;
    const rate = createRate(this.setting);
    const called = { providerId, model };
    const pace = { ...called, ...this.shared.use(called), rate, size: new CallSize() };
    this.all.set(key, pace);
    this.used.push(called);
    return pace;
  }

  setTarget(setting: number | 'auto'): void {
    this.setting = setting;
    for (const { rate } of this.all.values()) rate.setTarget(setting);
  }

  /** The run has ended, and all its calls with it. */
  release(): void {
    for (const called of this.used.splice(0)) this.shared.release(called);
  }

  /** Calls that may be under way now. */
  concurrency(): number {
    if (this.all.size === 0) return createRate(this.setting).concurrency();
    const widths = [...this.all.values()].reduce((sum, { rate }) => sum + rate.concurrency(), 0);
    return Math.min(this.most, widths);
  }
}

interface Ended {
  readonly startedAt: number;
  readonly now: number;
}

interface Answered extends Ended {
  readonly work: PricedRequest;
  readonly answer: ChatAnswer;
}

interface Failed extends Ended {
  readonly error: ProviderError;
}

const PLACES = ['blocked', 'again', 'fresh'] as const;
/** Where a task waits: one that was to start already before one that is sent again, and that before fresh work. */
export type Place = (typeof PLACES)[number];

/** The calls to one model of one provider: what waits, and when the next may start. */
export class CallLane<T extends { readonly work: PricedRequest }> {
  readonly pace: Pace;
  running = 0;
  /** When the lane is looked at again; null while nobody waits for that. */
  wakeAt: number | null = null;
  /** Why the server is given up; null while it is not. */
  lost: ProviderError | null = null;
  private readonly waiting: Readonly<Record<Place, T[]>> = { blocked: [], again: [], fresh: [] };

  constructor(pace: Pace) {
    this.pace = pace;
  }

  /** Asked for at every call, several times: it makes no lists. */
  get size(): number {
    const { blocked, again, fresh } = this.waiting;
    return blocked.length + again.length + fresh.length;
  }

  get full(): boolean {
    return this.running >= this.pace.rate.concurrency();
  }

  add(task: T, place: Place): void {
    this.waiting[place].push(task);
  }

  peek(): T | undefined {
    return this.next()?.[0];
  }

  take(): T | undefined {
    return this.next()?.shift();
  }

  clear(): void {
    for (const place of PLACES) this.waiting[place].length = 0;
  }

  /** What holds the next call back; null where nothing does, or nothing waits. */
  wait(now: number): Wait | null {
    const next = this.peek();
    if (next === undefined || this.lost !== null) return null;
    return this.pace.pacer.wait(now, this.pace.size.tokens(next.work));
  }

  /** Null where the server is given up: such a call is not sent, and takes nothing of the pace that others share. */
  start({ work }: T, now: number): Ticket | null {
    return this.lost !== null ? null : this.pace.pacer.start(now, this.pace.size.tokens(work));
  }

  answered(ticket: Ticket, { work, answer, startedAt, now }: Answered): void {
    const { rate, pacer, size } = this.pace;
    const { usage, limits } = answer;
    rate.succeeded(now - startedAt);
    if (usage !== null) size.learn(work, usage);
    pacer.answered(ticket, now, usage === null ? null : usage.promptTokens + usage.completionTokens, limits);
  }

  /** A call was not sent after all. */
  release(ticket: Ticket | null, now: number): void {
    if (ticket !== null) this.pace.pacer.release(ticket, now);
  }

  /** A call ended in a way that says nothing of the server. */
  abandoned(ticket: Ticket): void {
    this.pace.pacer.abandoned(ticket);
  }

  failed(ticket: Ticket, { error, startedAt, now }: Failed): void {
    const { rate, pacer } = this.pace;
    switch (error.kind) {
      case 'rate-limit': {
        const { retryAfterMs = null, limits = null } = error.detail;
        // Where a limit is known, the pace keeps it; the width is for servers of which nothing is known.
        if (!pacer.limited) rate.limited(startedAt, now);
        pacer.refused(ticket, now, { message: error.message, retryAfterMs, limits });
        if (pacer.givenUp) this.lose(error);
        return;
      }
      case 'server':
      case 'network':
      case 'timeout':
        pacer.failed(ticket, now);
        if (pacer.givenUp) this.lose(error);
        return;
      case 'cancelled':
        pacer.abandoned(ticket);
        return;
      default:
        // It was answered, if not as one wished: the server is there.
        pacer.answered(ticket, now, null, null);
    }
  }

  /** Calls that are not sent for it cannot be billed, whatever the one was that showed it. */
  private lose({ message }: ProviderError): void {
    this.lost ??= new ProviderError('server', message);
  }

  private next(): T[] | undefined {
    for (const place of PLACES) if (this.waiting[place].length > 0) return this.waiting[place];
    return undefined;
  }
}
