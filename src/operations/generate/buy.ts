import { formatUsd } from '../../domain/pricing/format.ts';
import type { Problem } from '../../domain/text/problem.ts';
import { coalesce } from '../channel/coalesce.ts';
import { EndedEarly } from '../channel/ends.ts';
import { problemOf } from '../channel/problems.ts';
import type { GenerateDetail, OperationContext, Receipt } from '../channel/types.ts';
import type { OperationDeps } from '../deps.ts';
import { createBudget } from './budget.ts';
import { createMeter, type Meter } from './meter.ts';
import type { PlannedCell } from './plan.ts';
import { createRate, type Rate } from './rate.ts';
import { Scheduler } from './scheduler.ts';
import { createSink } from './sink.ts';
import { readWork } from './source.ts';
import type { CallShape, CostOf, GenerateControls, WhenCapped } from './types.ts';

export type BuyDeps = Pick<OperationDeps, 'registry' | 'providers' | 'rows' | 'tokens' | 'clock' | 'random'>;

export interface Purchase {
  readonly providerId: string;
  readonly shape: CallShape;
  readonly cells: () => Iterable<PlannedCell>;
  readonly total: number;
  readonly costOf: CostOf;
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
export class Buying implements GenerateControls {
  private readonly deps: BuyDeps;
  private readonly purchase: Purchase;
  private readonly budget;
  private readonly rate: Rate;
  private readonly meter: Meter;
  private readonly priced: boolean;
  private readonly costly: boolean;
  private scheduler: Scheduler | null = null;
  private context: OperationContext<GenerateDetail> | null = null;
  private pausedByPerson = false;
  private pausedByCap = false;

  constructor(deps: BuyDeps, purchase: Purchase) {
    this.deps = deps;
    this.purchase = purchase;
    this.budget = createBudget(purchase.capUsd);
    this.rate = createRate(purchase.concurrency);
    this.meter = createMeter(deps.clock, purchase.total);
    const sample = purchase.costOf({ promptTokens: MILLION, completionTokens: MILLION, cachedTokens: 0 });
    this.priced = sample !== null;
    this.costly = sample !== null && sample > 0;
  }

  detail(): GenerateDetail {
    return this.meter.read({
      running: this.scheduler?.running ?? 0,
      concurrency: this.rate.concurrency(),
      costUsd: this.priced ? this.budget.spentUsd() : null,
      capUsd: this.budget.capUsd(),
    });
  }

  async run(context: OperationContext<GenerateDetail>): Promise<Receipt> {
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

  private async buy(context: OperationContext<GenerateDetail>, changed: () => void): Promise<void> {
    const { deps, purchase, budget, rate, meter } = this;
    const { shape, costOf } = purchase;
    const { signal } = context;
    const { chat } = await deps.providers.connect(purchase.providerId, { signal });
    const { clock, random, rows, tokens } = deps;
    const scheduler = new Scheduler({
      ...{ chat, clock, random, shape, costOf, budget, rate, meter, signal, changed },
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
    await scheduler.run(readWork(purchase.cells(), { tokens, shape, costOf, signal, costly: this.costly, reused }));
  }

  private report(): void {
    const detail = this.detail();
    const fraction = detail.total === 0 ? 1 : (detail.done + detail.reused) / detail.total;
    this.context?.report(detail, fraction);
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
      what: `The price of ${this.purchase.shape.model} is unknown, so a spending cap cannot be kept.`,
      saved: this.saved(),
      next: 'Take the cap away, or add the price to prices.json in the data folder.',
    };
  }

  private saved(): string {
    const { done, failed } = this.detail();
    return done === 0 ? 'Nothing was bought.' : `${done - failed} answers are on disk.`;
  }

  private receipt(): Receipt {
    const { done, reused, failed, flagged, costUsd } = this.detail();
    const parts = [`${done - failed} rows bought`];
    if (reused > 0) parts.push(`${reused} were there`);
    if (flagged > 0) parts.push(`${flagged} to look at`);
    if (failed > 0) parts.push(`${failed} failed`);
    return { summary: `${parts.join(', ')}.`, costUsd };
  }
}
