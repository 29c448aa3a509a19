import type { RateLimits } from '../chat/types.ts';
import { Allowance, type Taken } from './allowance.ts';
import { Breaker } from './breaker.ts';
import { readRefusal } from './refusal.ts';
import type { Limit } from './stated-limit.ts';

/** A call that was let go. */
export interface Ticket {
  readonly calls: Taken;
  readonly tokens: Taken;
  readonly probe: boolean;
}

export type Unit = 'calls' | 'tokens';

export interface Standing {
  readonly unit: Unit;
  readonly limit: Limit | null;
  readonly perMinute: number | null;
  /** What the server said last, where it has let nothing through at all; null where it has, or has refused nothing. */
  readonly refusal: string | null;
}

/** What holds a call back: the server's request for quiet, a limit, or its failures. */
export type WaitCause = 'asked' | 'calls' | 'tokens' | 'failures';

export interface Wait {
  readonly ms: number;
  readonly cause: WaitCause;
}

export interface Refusal {
  readonly message: string;
  readonly retryAfterMs: number | null;
  readonly limits: RateLimits | null;
}

/** Refusals one after the other, nothing let through between, until a server is given up, however long the pauses were. */
const MOST_SHUT = 10;

/**
 * When the calls to one model of one provider may start, so that its limits are used and not passed. Told of every start and end;
 * times are milliseconds on any one clock.
 */
export class Pacer {
  private readonly calls = new Allowance();
  private readonly tokens = new Allowance();
  private breaker = new Breaker();
  private askedUntil = Number.NEGATIVE_INFINITY;
  /** One after the other, with nothing let through between. */
  private refusals = 0;
  private passed = false;
  private said: string | null = null;
  /** The limit that refused last. */
  private tight: Unit = 'calls';

  /** Whether a limit is known, so that the width of the queue need not find one. */
  get limited(): boolean {
    return this.calls.known || this.tokens.known;
  }

  /** Whether the server let nothing through, or failed, so often that nobody waits for it. */
  get givenUp(): boolean {
    return this.refusals >= MOST_SHUT || this.breaker.hopeless;
  }

  /** What holds back a call of about `tokens`; null when it may start. */
  wait(now: number, tokens: number): Wait | null {
    const waits: readonly Wait[] = [
      { ms: this.askedUntil - now, cause: 'asked' },
      { ms: this.breaker.waitMs(now), cause: 'failures' },
      { ms: this.calls.waitMs(now, 1), cause: 'calls' },
      { ms: this.tokens.waitMs(now, tokens), cause: 'tokens' },
    ];
    const longest = waits.reduce((most, one) => (one.ms > most.ms ? one : most));
    return longest.ms > 0 ? longest : null;
  }

  start(now: number, tokens: number): Ticket {
    return { calls: this.calls.take(now, 1), tokens: this.tokens.take(now, tokens), probe: this.breaker.sent() };
  }

  /** A call that was let go was not sent after all. */
  release(ticket: Ticket, now: number): void {
    this.breaker.released(ticket.probe);
    this.calls.correct(ticket.calls, now, 0);
    this.tokens.correct(ticket.tokens, now, 0);
  }

  /** `tokens` is what the call really took; null where the server does not say. */
  answered(ticket: Ticket, now: number, tokens: number | null, limits: RateLimits | null): void {
    this.breaker.answered();
    this.refusals = 0;
    this.passed = true;
    this.calls.accepted();
    this.tokens.accepted();
    if (tokens !== null) this.tokens.correct(ticket.tokens, now, tokens);
    if (limits !== null) this.state(ticket, now, limits);
  }

  /** A 429. What the server asks for is obeyed once, for all calls. */
  refused(ticket: Ticket, now: number, refusal: Refusal): void {
    this.breaker.released(ticket.probe);
    if (refusal.limits !== null) this.state(ticket, now, refusal.limits);
    this.said = refusal.message;
    const words = readRefusal(refusal.message);
    this.tight = words.unit ?? this.tighter(now);
    const other = this.tight === 'calls' ? 'tokens' : 'calls';
    if (words.limit !== null && words.periodMs !== null && this[this.tight].limit === null) {
      this[this.tight].state(ticket[this.tight], now, { limit: words.limit, remaining: null, resetMs: words.periodMs });
    }
    if (this[this.tight].refused(ticket[this.tight], now)) this.refusals += 1;
    // A refused call takes nothing from the other limit.
    this[other].correct(ticket[other], now, 0);
    if (refusal.retryAfterMs !== null) this.askedUntil = Math.max(this.askedUntil, now + refusal.retryAfterMs);
  }

  /** Nobody waits any more for the end of a call that was sent. */
  abandoned(ticket: Ticket): void {
    this.breaker.released(ticket.probe);
  }

  /** Nothing was sent for a while, and none is under way: failures of before count no more, limits do. */
  rested(): void {
    this.breaker = new Breaker();
    this.refusals = 0;
  }

  /** The server failed, or could not be reached. */
  failed(ticket: Ticket, now: number): void {
    this.breaker.failed(ticket.probe, now);
  }

  /** What a wait is for: the limit of which unit, as it is stated, and units a minute that pass now; null where not known. */
  standing(cause: WaitCause, now: number): Standing | null {
    if (cause === 'failures') return null;
    const unit = cause === 'asked' ? this.tight : cause;
    const { limit } = this[unit];
    return { unit, limit, perMinute: this[unit].perMinute(now), refusal: this.passed ? null : this.said };
  }

  private tighter(now: number): Unit {
    if (!this.tokens.known) return 'calls';
    if (!this.calls.known) return 'tokens';
    return this.tokens.pressure(now) > this.calls.pressure(now) ? 'tokens' : 'calls';
  }

  private state(ticket: Ticket, now: number, limits: RateLimits): void {
    const { limitRequests, remainingRequests, resetRequestsMs, limitTokens, remainingTokens, resetTokensMs } = limits;
    this.calls.state(ticket.calls, now, {
      limit: limitRequests,
      remaining: remainingRequests,
      resetMs: resetRequestsMs,
    });
    this.tokens.state(ticket.tokens, now, { limit: limitTokens, remaining: remainingTokens, resetMs: resetTokensMs });
    if (limits.overLimit !== true) return;
    this.calls.strained(now);
    this.tokens.strained(now);
  }
}
