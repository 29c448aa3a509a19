import { wordsIn } from '../../domain/chat/thoughts.ts';
import { oddUsageText, withoutText } from '../../domain/chat/types.ts';
import type { Problem } from '../../domain/common/outcome.ts';
import type { Row } from '../../domain/dataset/types.ts';
import { hostOf, overbillingOf } from '../../domain/pricing/spending.ts';
import { count, plural } from '../../domain/text/format.ts';
import { sentKeysText } from '../../domain/text/key-mask.ts';
import type { OperationDeps } from '../core/deps.ts';
import { OperationError, problemOf } from '../runtime/errors.ts';
import type {
  OperationContext,
  OperationProgress,
  OperationRegistry,
  OperationResult,
  RequestProgress,
} from '../runtime/operation.ts';
import { coalesce } from '../runtime/pacing.ts';
import type { ChatService } from '../runtime/ports.ts';
import { createBudget, createCostEstimator } from './budget.ts';
import { Paces } from './call-lane.ts';
import type { Dispatcher, DispatchParts } from './dispatcher.ts';
import type { RunHandle } from './live-requests.ts';
import { createProgressMeter, type ProgressMeter } from './progress-meter.ts';
import { createPurchases } from './purchases.ts';
import { cutTexts, thoughtTexts, unansweredTexts } from './receipt-texts.ts';
import {
  type PlannedRequest,
  type RequestTarget,
  type RunControls,
  readRequests,
  type WhenCapped,
} from './requests.ts';
import { Scheduler } from './scheduler.ts';
import { SpendingLimit, type SpendingTerms } from './spending-limit.ts';
import type { LaneWait } from './traffic.ts';
import { Unstored } from './unstored.ts';
import { ServerClosed, shownWait, type WaitPlace } from './wait-words.ts';

export type RequestRunDeps = Pick<
  OperationDeps,
  'registry' | 'providers' | 'rows' | 'ledger' | 'spill' | 'tokens' | 'clock' | 'random' | 'paces'
>;

export interface RequestPlan<D extends OperationProgress> {
  /** All models its requests may go to. */
  readonly targets: readonly RequestTarget[];
  /** What to request, one after the other: a later phase is read when the answers of the one before are on disk. */
  readonly phases: readonly (() => Iterable<PlannedRequest>)[];
  /** Pieces of work in all phases, as far as it is known at the moment. */
  readonly total: () => number;
  readonly detailOf: (progress: RequestProgress) => D;
  /** Why what was answered is no success after all; null when it is one. Asked when every request has ended. */
  readonly failure?: () => Problem | null;
  /** What stands after the number in the receipt: `row generated`, `rows generated`. */
  readonly done: readonly [one: string, many: string];
  readonly concurrency: number | 'auto';
  readonly spending: SpendingTerms;
  /** The project its answers are rows of. */
  readonly rowsOf: string;
  readonly whenCapped: WhenCapped;
  readonly stored?: ((rows: readonly Row[]) => void) | undefined;
  /** What sends the requests; call by call where nothing is named. */
  readonly dispatcher?: ((parts: DispatchParts) => Dispatcher) | undefined;
}

/** Progress is worked out at most this often. */
const READING_MS = 200;
const MILLION = 1_000_000;

/** One run of requests, which a person may pause, cap and cancel. */
export class RequestRun<D extends OperationProgress> implements RunControls {
  private readonly deps: RequestRunDeps;
  private readonly plan: RequestPlan<D>;
  private readonly budget;
  private readonly estimator;
  private readonly paces: Paces;
  private readonly meter: ProgressMeter;
  private readonly priced: boolean;
  private readonly costly: boolean;
  private readonly limit: SpendingLimit;
  private readonly hosts = new Map<string, string>();
  private scheduler: Dispatcher | null = null;
  private context: OperationContext<D> | null = null;
  /** By model, the fields it refuses. */
  private readonly without = new Map<string, readonly string[]>();
  /** Of each answer that was cut, how long it might be; null where that was the model's own limit. */
  private readonly cut: (number | null)[] = [];
  /** Of each answer before which the model thought, how many words. */
  private readonly thoughtWords: number[] = [];
  /** Figures of usage that cannot be true, an answer each. */
  private readonly oddUsage: string[] = [];
  /** Keys of other hosts that were masked in what was asked. */
  private maskedKeys = 0;
  /** Calls that may be billed although no answer came. */
  private unanswered = 0;
  /** Rows that were left to batches at the provider. */
  private inBatches = 0;
  private heldShown = false;
  private readonly unstored: Unstored;
  private pausedByPerson = false;
  private pausedByCap = false;
  /** What stops a run that is only to finish its calls; null while it goes on. */
  private finishing: OperationError | null = null;

  constructor(deps: RequestRunDeps, plan: RequestPlan<D>) {
    this.deps = deps;
    this.plan = plan;
    this.limit = new SpendingLimit(deps.ledger, plan.spending);
    this.unstored = new Unstored(deps);
    this.budget = createBudget(plan.spending.capRunUsd);
    this.estimator = createCostEstimator(({ providerId, shape: { model } }) =>
      overbillingOf({ host: this.hostOf(providerId), model }, deps.ledger.totals()),
    );
    this.paces = new Paces(plan.concurrency, deps.paces);
    this.meter = createProgressMeter(deps.clock, plan.total);
    const samples = plan.targets.map(sampleCost);
    this.priced = !samples.includes(null);
    this.costly = samples.some((sample) => sample !== null && sample > 0);
  }

  detail(): D {
    return this.plan.detailOf(this.progress());
  }

  private progress(): RequestProgress {
    return this.meter.read({
      running: this.scheduler?.running ?? 0,
      concurrency: this.paces.concurrency(),
      wait: shownWait(this.scheduler?.waits() ?? [], (wait) => this.whereOf(wait)),
      batches: this.scheduler?.batches() ?? [],
      costUsd: this.priced ? this.budget.spentUsd() : null,
      ...this.limit.reading(this.budget.spentUsd()),
    });
  }

  async run(context: OperationContext<D>): Promise<OperationResult> {
    this.context = context;
    if (this.limit.any && !this.priced) throw new OperationError('failed', this.unpriced());
    const readings = coalesce(this.deps.clock, READING_MS, () => this.report());
    try {
      await this.sendAll(context, () => readings.touch());
      const failure = this.plan.failure?.() ?? null;
      if (failure !== null && !context.signal.aborted) throw new OperationError('failed', failure, this.receipt());
      return this.receipt();
    } catch (error) {
      const ends = error === this.finishing || (context.signal.aborted && !(error instanceof OperationError));
      if (ends) throw new OperationError('cancelled', null, this.receipt());
      if (error instanceof OperationError) throw error;
      const saved = this.saved();
      const problem = error instanceof ServerClosed ? error.problem(saved) : problemOf(error, saved);
      throw new OperationError('failed', problem, this.receipt());
    } finally {
      readings.close();
      this.report();
      this.paces.release();
    }
  }

  pause(): void {
    this.pausedByPerson = true;
    this.scheduler?.pause();
    this.reportPaused();
  }

  resume(): void {
    this.pausedByPerson = false;
    this.scheduler?.resume();
    this.reportPaused();
  }

  finish(): void {
    this.finishing ??= new OperationError('cancelled', null);
    this.scheduler?.stop(this.finishing);
  }

  setCap(usd: number | null): void {
    if (usd !== null && !this.priced) {
      this.context?.warn(this.unpriced());
      return;
    }
    this.limit.set(usd);
    this.context?.warn(null);
    this.scheduler?.reconsider();
  }

  setConcurrency(setting: number | 'auto'): void {
    this.paces.setTarget(setting);
    this.scheduler?.reconsider();
  }

  private async sendAll(context: OperationContext<D>, changed: () => void): Promise<void> {
    this.unstored.takeBack();
    const chatOf = await this.connect(context.signal);
    for (const phase of this.plan.phases) await this.sendPhase(phase, chatOf, context.signal, changed);
  }

  private async connect(signal: AbortSignal): Promise<(providerId: string) => ChatService> {
    const chats = new Map<string, ChatService>();
    for (const { providerId } of this.plan.targets) {
      if (chats.has(providerId)) continue;
      const { chat, address } = await this.deps.providers.connect(providerId, { signal });
      chats.set(providerId, chat);
      this.hosts.set(providerId, hostOf(address));
    }
    return (providerId) => {
      const chat = chats.get(providerId);
      if (chat === undefined) throw new Error(`No work was announced for ${providerId}.`);
      return chat;
    };
  }

  private hostOf(providerId: string): string {
    return this.hosts.get(providerId) ?? '';
  }

  private async sendPhase(
    planned: () => Iterable<PlannedRequest>,
    chatOf: (providerId: string) => ChatService,
    signal: AbortSignal,
    changed: () => void,
  ): Promise<void> {
    const { budget, estimator, paces, meter, costly } = this;
    const { clock, random, rows, tokens, ledger } = this.deps;
    const { projectId } = this.plan.spending;
    const account = { projectId, operationId: this.context?.id ?? '', hostOf: (id: string) => this.hostOf(id) };
    const cap = () => this.limit.cap;
    const parts: DispatchParts = {
      chatOf,
      clock,
      random,
      budget,
      estimator,
      paces,
      meter,
      signal,
      changed,
      purchases: createPurchases({
        ledger,
        rows,
        account,
        cap,
        unstored: (answers) => this.unstored.add(answers),
        stored: this.plan.stored,
      }),
      capped: (blocked) => this.capped(blocked),
      closed: (wait) => new ServerClosed(wait, this.whereOf(wait)),
      held: (waiting) => this.held(waiting),
      unanswered: () => {
        this.unanswered += 1;
      },
      received: ({ target }, { without, finishReason, reasoning, oddUsage, maskedKeys = 0 }) => {
        this.maskedKeys += maskedKeys;
        if (oddUsage !== undefined) this.oddUsage.push(oddUsage);
        if (reasoning !== undefined) this.thoughtWords.push(wordsIn(reasoning));
        if (finishReason === 'length') this.cut.push(target.shape.maxTokens ?? null);
        if (without !== undefined) this.without.set(target.shape.model, without);
      },
      reused: ({ cutAt }) => {
        meter.reused();
        if (cutAt !== undefined) this.cut.push(cutAt);
        changed();
      },
      batched: () => {
        this.inBatches += 1;
      },
      account,
      rowsOf: this.plan.rowsOf,
      cap,
      isCapped: () => this.limit.any,
      masked: (keys) => {
        this.maskedKeys += keys;
      },
    };
    const scheduler = this.plan.dispatcher?.(parts) ?? new Scheduler(parts);
    this.scheduler = scheduler;
    if (this.pausedByPerson) scheduler.pause();
    if (this.finishing !== null) this.finish();
    await scheduler.run((reused) => readRequests(planned(), { tokens, signal, costly, reused }));
  }

  private report(): void {
    const progress = this.progress();
    const { total, done, reused } = progress;
    this.context?.report(this.plan.detailOf(progress), total === 0 ? 1 : Math.min(1, (done + reused) / total));
  }

  private reportPaused(): void {
    this.context?.setPaused(this.pausedByPerson || this.pausedByCap);
  }

  private capped(blocked: boolean): void {
    if (blocked === this.pausedByCap) return;
    if (blocked && this.plan.whenCapped === 'end') {
      this.scheduler?.stop(new OperationError('failed', this.capReached(), this.receipt()));
      return;
    }
    this.pausedByCap = blocked;
    this.context?.warn(blocked ? this.capReached() : null);
    this.reportPaused();
  }

  private whereOf({ pace: { providerId, model } }: LaneWait): WaitPlace {
    const host = this.hostOf(providerId);
    return { place: this.plan.targets.length > 1 ? `${model} at ${host}` : host, now: this.paces.now() };
  }

  /** Another process, or another run of this one, is filling rows of this work. */
  private held(waiting: number): void {
    if (this.pausedByCap || this.heldShown) return;
    const elsewhere = this.deps.ledger.heldElsewhere(this.plan.rowsOf);
    if (elsewhere === 0) return;
    this.heldShown = true;
    const rows = plural(Math.max(waiting, elsewhere), 'row');
    this.context?.warn({
      what: `Another Luthier works on this too: ${rows} are its.`,
      saved: this.saved(),
      next: 'This one helps with the rest; none is paid twice.',
    });
  }

  private capReached(): Problem {
    return this.limit.reached(this.budget.spentUsd(), this.saved());
  }

  private unpriced(): Problem {
    return {
      what: `The price of ${this.unpricedModel()} is unknown, so a spending cap cannot be kept.`,
      saved: this.saved(),
      next: 'Take the cap away, or add the price to prices.json in the data folder.',
    };
  }

  private unpricedModel(): string {
    return this.plan.targets.find((target) => sampleCost(target) === null)?.shape.model ?? 'a model';
  }

  private saved(): string {
    const { done, failed, reused, retried } = this.progress();
    const kept = done - failed + reused;
    const stored = kept === 0 ? '' : `${plural(kept, 'answer is', 'answers are')} on disk.`;
    const all = [stored, this.unstored.text()].filter((text) => text !== '').join(' ');
    if (all !== '') return all;
    return failed + retried > 0 ? 'No answer came.' : 'Nothing was sent.';
  }

  private receipt(): OperationResult {
    const { done, reused, failed, flagged, costUsd } = this.progress();
    const parts = [plural(done - failed, ...this.plan.done)];
    if (this.unstored.takenBack > 0) parts.push(`${count(this.unstored.takenBack)} of before found room now`);
    if (reused > 0) parts.push(plural(reused, 'was there', 'were there'));
    if (flagged > 0) parts.push(`${count(flagged)} to look at`);
    if (failed > 0) parts.push(`${count(failed)} failed`);
    if (this.inBatches > 0) parts.push(`${count(this.inBatches)} left to batches at the provider`);
    const refused = [...this.without].map(([model, fields]) => withoutText(model, fields));
    return {
      summary: [
        `${parts.join(', ')}.`,
        ...cutTexts(this.cut),
        ...thoughtTexts(
          this.thoughtWords,
          this.plan.targets.every(({ keepThoughts }) => keepThoughts === true),
        ),
        ...refused,
        ...(this.oddUsage[0] === undefined ? [] : [oddUsageText(this.oddUsage.length, this.oddUsage[0])]),
        ...(this.maskedKeys === 0 ? [] : [sentKeysText(this.maskedKeys)]),
        ...unansweredTexts(this.unanswered),
      ].join(' '),
      costUsd,
    };
  }
}

/** US$ of a very long call; null when the price is unknown, 0 when the calls cost nothing. */
const sampleCost = ({ costOf }: RequestTarget): number | null =>
  costOf({ promptTokens: MILLION, completionTokens: MILLION, cachedTokens: 0 });

/** Starts a run as an operation. `before` comes first and may throw why the run must not begin. */
export function startRequests<D extends OperationProgress>(
  registry: OperationRegistry,
  run: RequestRun<D>,
  { projectId, title, before }: { readonly projectId: string; readonly title: string; before?(): void },
): RunHandle<D> {
  const handle = registry.start<D>({
    projectId,
    title,
    detail: run.detail(),
    run(context) {
      before?.();
      return run.run(context);
    },
  });
  return {
    ...handle,
    pause: () => run.pause(),
    resume: () => run.resume(),
    finish: () => run.finish(),
    setCap: (usd) => run.setCap(usd),
    setConcurrency: (setting) => run.setConcurrency(setting),
  };
}
