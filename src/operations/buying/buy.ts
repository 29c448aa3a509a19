import { formatUsd } from '../../domain/pricing/format.ts';
import { count } from '../../domain/text/figures.ts';
import type { Problem } from '../../domain/text/problem.ts';
import { coalesce } from '../channel/coalesce.ts';
import { EndedEarly } from '../channel/ends.ts';
import { problemOf } from '../channel/problems.ts';
import type { BuyingDetail, OperationContext, OperationDetail, Receipt } from '../channel/types.ts';
import type { OperationDeps } from '../deps.ts';
import type { ChatService } from '../ports.ts';
import { createBudget } from './budget.ts';
import { createMeter, type Meter } from './meter.ts';
import { createRate, type Rate } from './rate.ts';
import { createReserve } from './reserve.ts';
import { Scheduler } from './scheduler.ts';
import { createSink } from './sink.ts';
import { readWork } from './source.ts';
import type { BuyingControls, PlannedWork, Target, WhenCapped } from './types.ts';

export type BuyDeps = Pick<OperationDeps, 'registry' | 'providers' | 'rows' | 'tokens' | 'clock' | 'random'>;

export interface Purchase<D extends OperationDetail> {
  /** All that its work may ask. */
  readonly targets: readonly Target[];
  /** What to buy, one after the other: a later phase is read when the answers of the one before are on disk. */
  readonly phases: readonly (() => Iterable<PlannedWork>)[];
  /** Pieces of work in all phases, as far as it is known at the moment. */
  readonly total: () => number;
  readonly detailOf: (progress: BuyingDetail) => D;
  /** What is bought, for the receipt: `rows`. */
  readonly noun: string;
  readonly concurrency: number | 'auto';
  readonly capUsd: number | null;
  readonly whenCapped: WhenCapped;
}

/** Progress is worked out at most this often. */
const READING_MS = 50;
/** Shorter requests for quiet are everyday; longer ones deserve a word. */
const QUIET_TOLD_MS = 5_000;
const MILLION = 1_000_000;

/** One run of buying answers, with the person's hand on it. */
export class Buying<D extends OperationDetail> implements BuyingControls {
  private readonly deps: BuyDeps;
  private readonly purchase: Purchase<D>;
  private readonly budget;
  private readonly reserve = createReserve();
  private readonly rate: Rate;
  private readonly meter: Meter;
  private readonly priced: boolean;
  private readonly costly: boolean;
  private scheduler: Scheduler | null = null;
  private context: OperationContext<D> | null = null;
  private pausedByPerson = false;
  private pausedByCap = false;

  constructor(deps: BuyDeps, purchase: Purchase<D>) {
    this.deps = deps;
    this.purchase = purchase;
    this.budget = createBudget(purchase.capUsd);
    this.rate = createRate(purchase.concurrency);
    this.meter = createMeter(deps.clock, purchase.total);
    const samples = purchase.targets.map(sampleCost);
    this.priced = !samples.includes(null);
    this.costly = samples.some((sample) => sample !== null && sample > 0);
  }

  detail(): D {
    return this.purchase.detailOf(this.progress());
  }

  private progress(): BuyingDetail {
    return this.meter.read({
      running: this.scheduler?.running ?? 0,
      concurrency: this.rate.concurrency(),
      costUsd: this.priced ? this.budget.spentUsd() : null,
      capUsd: this.budget.capUsd(),
    });
  }

  async run(context: OperationContext<D>): Promise<Receipt> {
    this.context = context;
    if (this.budget.capUsd() !== null && !this.priced) throw new EndedEarly('failed', this.unpriced());
    const readings = coalesce(this.deps.clock, READING_MS, () => this.report());
    try {
      await this.buy(context, () => readings.touch());
      return this.receipt();
    } catch (error) {
      if (error instanceof EndedEarly) throw error;
      if (context.signal.aborted) throw new EndedEarly('cancelled', null, this.receipt());
      throw new EndedEarly('failed', problemOf(error, this.saved()), this.receipt());
    } finally {
      readings.close();
      this.report();
    }
  }

  pause(): void {
    this.pausedByPerson = true;
    this.scheduler?.pause();
    this.tellPaused();
  }

  resume(): void {
    this.pausedByPerson = false;
    this.scheduler?.resume();
    this.tellPaused();
  }

  setCap(usd: number | null): void {
    if (usd !== null && !this.priced) {
      this.context?.warn(this.unpriced());
      return;
    }
    this.budget.setCap(usd);
    this.context?.warn(null);
    this.scheduler?.reconsider();
  }

  setConcurrency(setting: number | 'auto'): void {
    this.rate.setTarget(setting);
    this.scheduler?.reconsider();
  }

  private async buy(context: OperationContext<D>, changed: () => void): Promise<void> {
    const chatOf = await this.connect(context.signal);
    for (const phase of this.purchase.phases) await this.buyPhase(phase(), chatOf, context.signal, changed);
  }

  private async connect(signal: AbortSignal): Promise<(providerId: string) => ChatService> {
    const chats = new Map<string, ChatService>();
    for (const { providerId } of this.purchase.targets) {
      if (chats.has(providerId)) continue;
      chats.set(providerId, (await this.deps.providers.connect(providerId, { signal })).chat);
    }
    return (providerId) => {
      const chat = chats.get(providerId);
      if (chat === undefined) throw new Error(`No work was announced for ${providerId}.`);
      return chat;
    };
  }

  private async buyPhase(
    planned: Iterable<PlannedWork>,
    chatOf: (providerId: string) => ChatService,
    signal: AbortSignal,
    changed: () => void,
  ): Promise<void> {
    const { budget, reserve, rate, meter, costly } = this;
    const { clock, random, rows, tokens } = this.deps;
    const scheduler = new Scheduler({
      chatOf,
      clock,
      random,
      budget,
      reserve,
      rate,
      meter,
      signal,
      changed,
      sink: createSink(rows),
      capped: (blocked) => this.capped(blocked),
      quiet: (ms) => this.quiet(ms),
    });
    this.scheduler = scheduler;
    if (this.pausedByPerson) scheduler.pause();
    const reused = () => {
      meter.reused();
      changed();
    };
    await scheduler.run(readWork(planned, { tokens, signal, costly, reused }));
  }

  private report(): void {
    const progress = this.progress();
    const { total, done, reused } = progress;
    this.context?.report(this.purchase.detailOf(progress), total === 0 ? 1 : Math.min(1, (done + reused) / total));
  }

  private tellPaused(): void {
    this.context?.setPaused(this.pausedByPerson || this.pausedByCap);
  }

  private capped(blocked: boolean): void {
    if (blocked === this.pausedByCap) return;
    if (blocked && this.purchase.whenCapped === 'end') {
      this.scheduler?.stop(new EndedEarly('failed', this.capReached(), this.receipt()));
      return;
    }
    this.pausedByCap = blocked;
    this.context?.warn(blocked ? this.capReached() : null);
    this.tellPaused();
  }

  private quiet(ms: number | null): void {
    if (this.pausedByCap || (ms !== null && ms < QUIET_TOLD_MS)) return;
    const what = `The server asked for ${Math.ceil((ms ?? 0) / 1000)} s of quiet (rate limit).`;
    this.context?.warn(ms === null ? null : { what, saved: this.saved(), next: 'It goes on by itself.' });
  }

  private capReached(): Problem {
    const spent = formatUsd(this.budget.spentUsd());
    const cap = formatUsd(this.budget.capUsd());
    return {
      what: `The spending cap is reached: ${spent} of ${cap}, and one more answer might pass it.`,
      saved: this.saved(),
      next: 'Raise or lift the cap to go on; what is there is not bought again.',
    };
  }

  private unpriced(): Problem {
    return {
      what: `The price of ${this.unpricedModel()} is unknown, so a spending cap cannot be kept.`,
      saved: this.saved(),
      next: 'Take the cap away, or add the price to prices.json in the data folder.',
    };
  }

  private unpricedModel(): string {
    return this.purchase.targets.find((target) => sampleCost(target) === null)?.shape.model ?? 'a model';
  }

  private saved(): string {
    const { done, failed } = this.progress();
    return done === 0 ? 'Nothing was bought.' : `${count(done - failed)} answers are on disk.`;
  }

  private receipt(): Receipt {
    const { done, reused, failed, flagged, costUsd } = this.progress();
    const parts = [`${count(done - failed)} ${this.purchase.noun} bought`];
    if (reused > 0) parts.push(`${count(reused)} were there`);
    if (flagged > 0) parts.push(`${count(flagged)} to look at`);
    if (failed > 0) parts.push(`${count(failed)} failed`);
    return { summary: `${parts.join(', ')}.`, costUsd };
  }
}

/** US$ of a very long call; null when the price is unknown, 0 when the calls cost nothing. */
const sampleCost = ({ costOf }: Target): number | null =>
  costOf({ promptTokens: MILLION, completionTokens: MILLION, cachedTokens: 0 });
