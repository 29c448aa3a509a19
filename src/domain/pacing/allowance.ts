import { type Limit, type Stated, StatedLimit } from './stated-limit.ts';

/** Units taken for a call, and how many had been taken before it. */
export interface Taken {
  readonly at: number;
  readonly before: number;
  units: number;
}

/** What a limit that is stated is paced at: the rest is for clocks that run apart. */
const OF_STATED = 0.99;
/** Catching up after a timer that fired late, in milliseconds of the pace, and in shares of the server's burst. */
const MOST_SLACK_MS = 250;
const LEAST_SLACK_MS = 5;
const OF_BURST = 0.25;
/** After a refusal the server's bucket fills for so long, so that the next call is not refused for the lack of a breath. */
const LEAST_CUSHION_MS = 50;
const MOST_CUSHION_MS = 1500;
const CUSHION_CALLS = 3;
/** But not more than a part of what the bucket holds, which is a call at the least: what flows into a full one is lost. */
const OF_HELD = 0.5;
const LEAST_HELD_CALLS = 2;
/** Where nothing is known of a limit, the first pause; it doubles while nothing is let through. */
const FIRST_PAUSE_MS = 400;
const MOST_PAUSE_MS = 60_000;
/** A learned pace asks for this much more than was measured, and for more the longer nothing is refused. */
const PROBE = 1.02;
const PATIENCE = 2;
const LEAST_PATIENCE_MS = 1000;
/** A count between two refusals is wrong by about so many calls: those that were under way. */
const MISCOUNTED = 2;
const GROWTH_PER_MS = 0.5 / 1000;
const LEAST_DOUBT = 0.1;
/** Measured over so many calls at most, so that a limit which moves is followed. */
const MOST_MEASURED = 400;
/** A short measure that is so much lower than the long one says that the limit has moved. */
const MOVED = 0.75;
const ENOUGH_MOVED = 12;
/** A refusal at a pace so much higher than was measured says that the measure counts time in which nothing flowed in. */
const IDLED = 1.1;

interface Anchor {
  /** When the refused call was sent, and what had been let through before it. */
  readonly at: number;
  readonly accepted: number;
}

/**
 * What a server lets through of one unit (calls, or tokens) in a time, as a pace that uses it and is rarely refused. Times are
 * milliseconds on any clock, given by the caller.
 *
 * A stated limit is paced evenly (the virtual scheduling of GCRA, ITU-T I.371), and beyond that spent as the server says that there is
 * room. Where nothing is stated, the pace is measured: between two refusals the server's bucket was empty both times, so what was
 * let through in between is what flowed in. A pace a little above it finds the next refusal, and so never wastes a full bucket.
 */
export class Allowance {
  /** Units per millisecond; null while no limit is known. */
  private rate: number | null = null;
  /** The pace at the newest refusal. */
  private peak = 0;
  /** Whether the pace had grown so far by then that the server's bucket was full for a while, and the measure is too low. */
  private idled = false;
  private rateBefore: number | null = null;
  private readonly stated = new StatedLimit();
  /** Units taken that the pace has not yet made good, as of `owedAt`. */
  private owed = 0;
  private owedAt = Number.NEGATIVE_INFINITY;
  private taken = 0;
  private refusedUnits = 0;
  private firstAt: number | null = null;
  /** Refusals between which the pace is measured, oldest first. */
  private anchors: Anchor[] = [];
  /** Until when calls that were under way belong to the refusal before. */
  private refusedAt = Number.NEGATIVE_INFINITY;
  private pausedUntil = Number.NEGATIVE_INFINITY;
  private pauseMs = FIRST_PAUSE_MS;
  /** Calls between the refusals that the pace was measured over; 0 where it was not. */
  private measured = 0;
  /** Units the server lets through at once; null while unknown. */
  private burst: number | null = null;
  private meanUnits = 1;
  private cushionMs = 0;

  /** Whether a limit is known, stated or learned. */
  get known(): boolean {
    return this.rate !== null;
  }

  /** The limit as it is stated; null where none is. */
  get limit(): Limit | null {
    return this.stated.limit;
  }

  /** Units a minute that pass at the moment; null while no limit is known. */
  perMinute(now: number): number | null {
    return this.rate === null ? null : this.pace(now, this.rate) * 60_000;
  }

  /** How far calls are ahead of an even pace, in milliseconds: the limit that is nearest to refuse has the most. */
  pressure(now: number): number {
    return this.rate === null ? 0 : this.owedNow(now, this.rate) / this.pace(now, this.rate);
  }

  /** Milliseconds until `units` may be taken; 0 when they may be now. */
  waitMs(now: number, units: number): number {
    const paused = this.pausedUntil - now;
    if (paused > 0) return paused;
    const stated = this.stated.waitMs(now, units, this.taken);
    if (stated !== null) return stated;
    if (this.rate === null) return 0;
    return Math.max(0, this.owedNow(now, this.rate) / this.pace(now, this.rate) - this.slackMs(this.rate));
  }

  take(now: number, units: number): Taken {
    const taken = { at: now, before: this.taken, units };
    this.firstAt ??= now;
    // What the server stated to be there is not paced: the pace goes on from now.
    if (this.stated.waitMs(now, units, this.taken) === 0) this.owed = Math.min(this.owed, 0);
    this.move(now, units);
    this.meanUnits += (units - this.meanUnits) * 0.1;
    return taken;
  }

  /** What a call really took, once it is known; 0 for one that was never sent. */
  correct(taken: Taken, now: number, units: number): void {
    this.move(now, units - taken.units);
    taken.units = units;
  }

  /** Reads what the server states with the answer, or the refusal, of a call. */
  state(taken: Taken, now: number, said: Stated): void {
    const before = this.stated.limit;
    const since = this.taken - taken.before - taken.units;
    this.stated.read(said, now, { units: taken.units, since, taken: this.taken });
    const limit = this.stated.limit;
    if (limit === null || (before !== null && before.units === limit.units && before.periodMs === limit.periodMs))
      return;
    this.rate = (limit.units / limit.periodMs) * OF_STATED;
    this.measured = 0;
    this.anchors = [];
  }

  /** A call was let through. */
  accepted(): void {
    this.pauseMs = FIRST_PAUSE_MS;
  }

  /** A call was refused for this limit. Those of one burst are one refusal: false for all but the first. */
  refused(taken: Taken, now: number): boolean {
    const accepted = taken.before - this.refusedUnits;
    this.refusedUnits += taken.units;
    const newest = this.anchors.at(-1);
    // A clock that was set back says nothing of which came first.
    if (newest !== undefined && taken.at <= this.refusedAt && this.refusedAt <= now) return false;
    const nothing = newest !== undefined && accepted <= newest.accepted;
    this.refusedAt = now;
    this.rateBefore = this.rate;
    this.peak = this.rate === null ? 0 : this.pace(now, this.rate);
    if (this.idled) this.anchors.splice(0, this.anchors.length - 1);
    this.idled = false;
    this.anchors.push({ at: taken.at, accepted });
    this.measure();
    this.stated.distrust();
    this.cushionMs = this.cushion(this.rate ?? this.meanUnits / 1000);
    const blind = this.measured === 0 && this.stated.limit === null;
    this.pausedUntil = now + (nothing || blind ? Math.max(this.pauseMs, this.cushionMs) : this.cushionMs);
    if (nothing) this.pauseMs = Math.min(MOST_PAUSE_MS, this.pauseMs * 2);
    this.owedAt = this.pausedUntil;
    return true;
  }

  /** A call was let through above the limit: there is no room beyond the pace, and a breath lets the server's bucket fill. */
  strained(now: number): void {
    if (this.rate === null) return;
    this.stated.distrust();
    this.pausedUntil = Math.max(this.pausedUntil, now + this.cushion(this.rate));
  }

  private move(now: number, units: number): void {
    this.taken += units;
    if (this.rate !== null) this.owed = this.owedNow(now, this.rate) + units;
  }

  private owedNow(now: number, rate: number): number {
    this.owed = Math.max(0, this.owed - Math.max(0, now - this.owedAt) * this.pace(now, rate));
    this.owedAt = Math.max(this.owedAt, now);
    return this.owed;
  }

  private slackMs(rate: number): number {
    if (this.burst === null) return this.stated.limit === null ? LEAST_SLACK_MS : MOST_SLACK_MS;
    return Math.min(MOST_SLACK_MS, Math.max(LEAST_SLACK_MS, (OF_BURST * this.burst) / rate));
  }

  private cushion(rate: number): number {
    const held = Math.max(this.burst ?? Number.POSITIVE_INFINITY, LEAST_HELD_CALLS * this.meanUnits);
    const calls = Math.min(CUSHION_CALLS * this.meanUnits, OF_HELD * held) / rate;
    const burst = this.burst === null ? 0 : (OF_BURST * this.burst) / rate;
    return Math.min(MOST_CUSHION_MS, Math.max(LEAST_CUSHION_MS, calls, burst));
  }

  private pace(now: number, rate: number): number {
    const { limit } = this.stated;
    const most = limit === null ? Number.POSITIVE_INFINITY : (limit.units / limit.periodMs) * OF_STATED;
    if (rate >= most) return most;
    // A good measure is refused again when the cushion is used up; a long time after that the server gives more than it did.
    const doubt = Math.max(PROBE - 1, MISCOUNTED / (this.measured + 1));
    const patience = Math.max(LEAST_PATIENCE_MS, (PATIENCE * this.cushionMs) / doubt);
    const late = Math.max(0, now - this.pausedUntil - patience);
    return Math.min(most, rate * (PROBE + late * Math.min(1, Math.max(LEAST_DOUBT, doubt)) * GROWTH_PER_MS));
  }

  private measure(): void {
    const newest = this.anchors.at(-1);
    const before = this.anchors.at(-2);
    if (newest === undefined) return;
    if (before === undefined) this.guess(newest);
    else this.measureUpTo(newest, before);
  }

  /** Of a server that states nothing and refused for the first time: a quarter of what it let through, in a second at the least. */
  private guess(newest: Anchor): void {
    if (this.stated.limit !== null) return;
    const tookMs = Math.max(1000, newest.at - (this.firstAt ?? newest.at));
    this.rate = Math.max(this.meanUnits, newest.accepted / 4) / tookMs;
  }

  private measureUpTo(newest: Anchor, before: Anchor): void {
    const whole = this.longestSpan(newest, before);
    this.measured = Math.max(0, this.calls(whole.units));
    if (whole.units <= 0) {
      this.rate = Math.max((this.rateBefore ?? 0) / 2, this.meanUnits / MOST_PAUSE_MS);
      return;
    }
    this.rate = whole.rate + (MISCOUNTED * this.meanUnits * whole.rate) / whole.units;
    this.idled = (this.rateBefore ?? 0) * IDLED < this.peak && this.rate < this.peak;
    if (this.idled) {
      this.rate = Math.sqrt(this.rate * this.peak);
      this.measured = Math.min(this.measured, ENOUGH_MOVED);
    }
    if (this.burst !== null || this.measured < ENOUGH_MOVED) return;
    const first = this.anchors[0] ?? before;
    const atOnce = first.accepted - this.rate * (first.at - (this.firstAt ?? first.at));
    this.burst = Math.max(this.meanUnits, atOnce);
  }

  /** What was let through since the oldest refusal that still counts. */
  private longestSpan(newest: Anchor, before: Anchor): Span {
    while (this.anchors.length > 2) {
      const second = this.anchors[1];
      if (second === undefined || this.calls(between(second, newest).units) < MOST_MEASURED) break;
      this.anchors.shift();
    }
    const last = between(before, newest);
    const whole = between(this.anchors[0] ?? before, newest);
    return this.calls(last.units) >= ENOUGH_MOVED && last.rate < whole.rate * MOVED ? last : whole;
  }

  private calls(units: number): number {
    return units / this.meanUnits;
  }
}

interface Span {
  readonly units: number;
  readonly rate: number;
}

function between(from: Anchor, to: Anchor): Span {
  const units = to.accepted - from.accepted;
  return { units, rate: units / Math.max(1, to.at - from.at) };
}
