import type { Clock } from '../../../src/app/runtime/ports.ts';

interface Timer {
  readonly at: number;
  readonly order: number;
  fire(): void;
}

/** Turns of the event loop after which everything that can go on without time passing has gone on. */
const SETTLING_TURNS = 6;

/** What is read in parts, a turn of the event loop each, is read after so many looks. */
const MOST_STILL = 20;

export async function settle(): Promise<void> {
  for (let turn = 0; turn < SETTLING_TURNS; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

/** Time that passes only when asked to, and then as fast as the machine can. */
export class VirtualClock implements Clock {
  private time: number;
  private timers: Timer[] = [];
  private order = 0;

  constructor(start = 1_000_000) {
    this.time = start;
  }

  now(): number {
    return this.time;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) {
        reject(signal.reason);
        return;
      }
      const drop = () => {
        this.timers = this.timers.filter((other) => other !== timer);
        reject(signal?.reason);
      };
      const timer: Timer = {
        at: this.time + Math.max(0, ms),
        order: this.order,
        fire() {
          signal?.removeEventListener('abort', drop);
          resolve();
        },
      };
      this.order += 1;
      this.timers.push(timer);
      signal?.addEventListener('abort', drop, { once: true });
    });
  }

  /** Lets `ms` pass, firing every timer at its time. */
  async advance(ms: number): Promise<void> {
    const until = this.time + ms;
    await settle();
    while (this.step(until)) await settle();
    this.time = until;
  }

  /** Lets as much time pass as the promise needs. Throws when nothing is left that could move it on. */
  async run<T>(promise: Promise<T>): Promise<T> {
    const state = { done: false };
    const mark = () => {
      state.done = true;
    };
    promise.then(mark, mark);
    await settle();
    let still = 0;
    while (!state.done) {
      still = this.step(Number.POSITIVE_INFINITY) ? 0 : still + 1;
      if (still === MOST_STILL) throw new Error('Nothing moves any more.');
      await settle();
    }
    return promise;
  }

  private step(until: number): boolean {
    const next = this.timers.toSorted((a, b) => a.at - b.at || a.order - b.order)[0];
    if (next === undefined || next.at > until) return false;
    this.time = Math.max(this.time, next.at);
    const due = this.timers.filter((timer) => timer.at <= this.time).toSorted((a, b) => a.order - b.order);
    this.timers = this.timers.filter((timer) => timer.at > this.time);
    for (const timer of due) timer.fire();
    return true;
  }
}
