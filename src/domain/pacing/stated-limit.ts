/** What a server states of one limit with an answer; null where it says nothing. */
export interface Stated {
  readonly limit: number | null;
  readonly remaining: number | null;
  readonly resetMs: number | null;
}

export interface Counted {
  readonly units: number;
  readonly since: number;
  readonly taken: number;
}

export interface Limit {
  readonly units: number;
  readonly periodMs: number;
}

const SECOND = 1000;
const PERIODS = [60_000, 3_600_000, 86_400_000] as const;
/** How far a reckoned period may be from one that limits are made for. */
const NEAR = 0.1;
const TOLERANCE = 1.02;
/** A reset that is nearer than this is waited out like any pause. */
const WINDOW_LEAST_MS = 2000;
/** As long as no more than half of the limit was seen to remain, a bucket may be meant that holds seconds of it. */
const UNSEEN_LEAST_MS = 30_000;
/** Of what is stated to remain, so many milliseconds of the pace are left alone, for calls that arrive in a bunch. */
const RESERVE_MS = 1000;

/**
 * A limit as the server's headers tell it. They state no period, and two kinds of servers use the same words: a bucket that fills evenly,
 * whose reset is the time until it is full, and a window, whose reset is the time until it begins again. A bucket is known by
 * `reset × limit ÷ used`, which is always its period.
 */
export class StatedLimit {
  limit: Limit | null = null;
  /** Units left, as it was stated, less what was taken since; null while not stated. */
  private level: number | null = null;
  private takenAtLevel = 0;
  /** When the window begins again; null for a bucket. */
  private windowEnds: number | null = null;
  /** Until when not even one call fits, by what was stated. */
  private emptyUntil = Number.NEGATIVE_INFINITY;
  private trusted = true;
  private mostRemaining = 0;

  /** It came with a call of `units`, after which `since` more were taken. */
  read(said: Stated, now: number, { units, since, taken }: Counted): void {
    const { limit, remaining, resetMs } = said;
    if (limit !== null && limit > 0) this.limit = { units: limit, periodMs: this.period(said, limit) };
    if (remaining === null) return;
    if (remaining < units) this.emptyUntil = now + Math.min(resetMs ?? 0, this.timeOf(units - remaining));
    this.level = remaining - since;
    this.takenAtLevel = taken;
    this.mostRemaining = Math.max(this.mostRemaining, remaining);
    if (resetMs === null || !this.windowed(said, resetMs)) this.windowEnds = null;
    else if (limit === null || remaining <= limit * 0.95) this.windowEnds = now + resetMs;
  }

  /** What was stated to remain was refused: it is believed no more. */
  distrust(): void {
    this.trusted = false;
  }

  /** Milliseconds until the server stated room for `units`: 0 for now; null where only the pace tells. */
  waitMs(now: number, units: number, taken: number): number | null {
    const level = this.levelNow(now, taken);
    if (level !== null && this.windowEnds !== null && level < units) return this.windowEnds - now;
    if (this.emptyUntil > now) return this.emptyUntil - now;
    if (level === null || !this.trusted) return null;
    if (this.windowEnds !== null) return 0;
    const reserve = this.limit === null ? 0 : (this.limit.units / this.limit.periodMs) * RESERVE_MS;
    return level - units >= reserve ? 0 : null;
  }

  private levelNow(now: number, taken: number): number | null {
    if (this.level === null) return null;
    if (this.windowEnds !== null && now >= this.windowEnds) {
      this.windowEnds = null;
      this.level = this.limit?.units ?? null;
      this.takenAtLevel = taken;
      if (this.level === null) return null;
    }
    this.level -= taken - this.takenAtLevel;
    this.takenAtLevel = taken;
    return this.level;
  }

  /** Milliseconds in which so many units flow in, where the limit is a bucket. */
  private timeOf(units: number): number {
    return this.limit === null ? Number.POSITIVE_INFINITY : (units * this.limit.periodMs) / this.limit.units;
  }

  private period(said: Stated, limit: number): number {
    const reset = said.resetMs ?? 0;
    const before = this.limit?.units === limit ? this.limit.periodMs : 0;
    const half = said.remaining !== null && said.remaining >= limit / 2 && said.remaining < limit;
    if (before === 0 && half && near(reckoned(said), SECOND)) return SECOND;
    if (before === SECOND && reset <= SECOND * TOLERANCE) return SECOND;
    return Math.max(before, PERIODS.find((period) => reset <= period * TOLERANCE) ?? PERIODS[2]);
  }

  private windowed(said: Stated, resetMs: number): boolean {
    const whole = this.limit === null || this.mostRemaining >= this.limit.units / 2;
    return resetMs > (whole ? WINDOW_LEAST_MS : UNSEEN_LEAST_MS) && !this.fillsEvenly(said);
  }

  private fillsEvenly(said: Stated): boolean {
    return this.limit !== null && near(reckoned(said), this.limit.periodMs);
  }
}

const near = (value: number | null, period: number): boolean => value !== null && Math.abs(value / period - 1) < NEAR;

/** The period of a bucket that fills evenly, from what is left in it and when it is full; null where nothing was used. */
function reckoned({ limit, remaining, resetMs }: Stated): number | null {
  if (limit === null || remaining === null || resetMs === null || remaining >= limit) return null;
  return (resetMs * limit) / (limit - remaining);
}
