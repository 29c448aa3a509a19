import { Pacer, type Ticket } from '../../../src/domain/pacing/pacer.ts';
import { SimulatedLimits, type SimulatedServer } from './simulated-server.ts';

export interface Simulation {
  readonly seconds: number;
  /** Seconds of which nothing is counted as used; refusals are. */
  readonly warmUpS: number;
  readonly seed: number;
  /** Calls at once at the most. */
  readonly width: number;
  /** How late timers may fire on a busy machine, in milliseconds. */
  readonly mostLateMs?: number;
  /** The limit is so many times what it was, from a second on. */
  readonly moved?: { readonly atS: number; readonly times: number };
}

export interface Outcome {
  /** Of the limit that is used most, after the warm-up. */
  readonly used: number;
  readonly refused: number;
  readonly accepted: number;
  /** The longest time in which nothing was accepted, in milliseconds. */
  readonly longestGapMs: number;
}

const START = 8;
const MOST_LATE_MS = 5;
const REFUSED_AFTER_MS = 5;

/** A generator of Lehmer's, so that a seed gives the same run. */
function randomFrom(seed: number): () => number {
  let state = (seed % 2_147_483_646) + 1;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

/** Things that happen, each at its time. */
class Agenda {
  now = 0;
  private readonly events: { readonly at: number; run(): void }[] = [];

  after(ms: number, run: () => void): void {
    const event = { at: this.now + ms, run };
    const later = this.events.findLastIndex(({ at }) => at <= event.at);
    this.events.splice(later + 1, 0, event);
  }

  runUntil(end: number): void {
    for (;;) {
      const event = this.events.shift();
      if (event === undefined || event.at > end) return;
      this.now = event.at;
      event.run();
    }
  }
}

/** A pacer with endless work against a server, in virtual time: timers fire late, calls and answers take their time. */
export function simulate(
  server: SimulatedServer,
  { seconds, warmUpS, seed, width, moved, mostLateMs = MOST_LATE_MS }: Simulation,
): Outcome {
  const random = randomFrom(seed);
  const agenda = new Agenda();
  const pacer = new Pacer();
  const limits = new SimulatedLimits(server);
  const between = ([low, high]: readonly [number, number]): number => low + random() * (high - low);
  const count = { running: 0, wide: START, refused: 0, accepted: 0, tokens: 300, acceptedAt: 0, longestGapMs: 0 };
  let wakeAt = Number.POSITIVE_INFINITY;

  const arrive = (ticket: Ticket): void => {
    const prompt = 150 + Math.floor(random() * 100);
    const completion = 50 + Math.floor(random() * 150);
    const waitMs = limits.admit(agenda.now, prompt);
    if (waitMs === null) agenda.after(between(server.latencyMs), () => answer(ticket, prompt, completion));
    else refuse(ticket, waitMs);
  };
  const refuse = (ticket: Ticket, waitMs: number): void => {
    const said = { message: 'slow down', retryAfterMs: limits.retryAfterMs(waitMs), limits: limits.headers() };
    agenda.after(REFUSED_AFTER_MS, () => {
      count.running -= 1;
      count.refused += 1;
      pacer.refused(ticket, agenda.now, said);
      start();
    });
  };
  const answer = (ticket: Ticket, prompt: number, completion: number): void => {
    limits.charge(agenda.now, completion);
    count.running -= 1;
    count.accepted += 1;
    count.wide = Math.min(width, count.wide + 1);
    count.tokens += (prompt + completion - count.tokens) * 0.1;
    count.longestGapMs = Math.max(count.longestGapMs, agenda.now - count.acceptedAt);
    count.acceptedAt = agenda.now;
    pacer.answered(ticket, agenda.now, prompt + completion, limits.headers());
    start();
  };
  const wake = (ms: number): void => {
    if (wakeAt <= agenda.now + ms) return;
    const at = agenda.now + ms;
    wakeAt = at;
    agenda.after(ms + random() * mostLateMs, () => {
      if (wakeAt !== at) return;
      wakeAt = Number.POSITIVE_INFINITY;
      start();
    });
  };
  const start = (): void => {
    while (count.running < Math.min(width, count.wide)) {
      const wait = pacer.wait(agenda.now, count.tokens);
      if (wait !== null) {
        wake(wait.ms);
        return;
      }
      const ticket = pacer.start(agenda.now, count.tokens);
      count.running += 1;
      agenda.after(1 + random() * 3, () => arrive(ticket));
    }
  };

  let before = { calls: 0, tokens: 0 };
  start();
  if (moved !== undefined) agenda.after(moved.atS * 1000, () => limits.move(agenda.now, moved.times));
  agenda.after(warmUpS * 1000, () => {
    before = { calls: limits.calls?.taken ?? 0, tokens: limits.tokens?.taken ?? 0 };
  });
  agenda.runUntil(seconds * 1000);
  const spanMs = (seconds - warmUpS) * 1000;
  const share = (unit: 'calls' | 'tokens'): number => {
    const bucket = limits[unit];
    return bucket === null ? 0 : (bucket.taken - before[unit]) / (bucket.perMs * spanMs);
  };
  return {
    used: Math.max(share('calls'), share('tokens')),
    refused: count.refused / (count.refused + count.accepted),
    accepted: count.accepted,
    longestGapMs: count.longestGapMs,
  };
}
