import type { Wait } from './pacer.ts';

/** The calls of one run to a model that other runs may be calling too. */
export interface Waiter {
  /** Whether a call is there that its own run would start now. */
  ready(): boolean;
  /** What holds that call back; null when it may start. */
  wait(now: number): Wait | null;
  start(now: number): void;
  /** It is ready, and the call whose turn it is must wait: look again then. */
  standBy(now: number, wait: Wait): void;
}

/**
 * Who starts the next call at a pace that several share: each in turn, a call at a time (round robin), however many calls each
 * has. Who has nothing to start is passed over, and is first when that changes.
 */
export class Turns {
  /** Whose last call is the longest ago first. */
  private readonly order: Waiter[] = [];

  join(waiter: Waiter): void {
    this.order.push(waiter);
  }

  leave(waiter: Waiter): void {
    const at = this.order.indexOf(waiter);
    if (at >= 0) this.order.splice(at, 1);
  }

  /** Starts the call whose turn it is; false where none may start now. A large call is waited for, so that small ones do not pass it for ever. */
  startNext(now: number): boolean {
    for (;;) {
      const first = this.order.find((waiter) => waiter.ready());
      if (first === undefined) return false;
      const wait = first.wait(now);
      if (wait === null) {
        this.leave(first);
        this.join(first);
        first.start(now);
        return true;
      }
      for (const waiter of [...this.order]) if (waiter.ready()) waiter.standBy(now, wait);
      // It may have given up instead: then it is the turn of the next.
      if (first.ready()) return false;
    }
  }
}
