import { Pacer } from '../../domain/pacing/pacer.ts';
import { Turns } from '../../domain/pacing/turns.ts';
import type { Clock } from './ports.ts';

/** A server that lets nothing pass for longer has a quota that is used up: nobody waits for it at a screen. */
export const LONGEST_WAIT_MS = 15 * 60_000;

/** A model of a provider, by their ids. */
export interface Called {
  readonly providerId: string;
  readonly model: string;
}

/** What all runs to one model of one provider have in common. */
export interface SharedPace {
  readonly pacer: Pacer;
  readonly turns: Turns;
}

interface Entry {
  shared: SharedPace;
  runs: number;
}

/**
 * The paces of a process: one for each model of each provider, whatever the number of runs that call it, so that together they
 * keep a limit that is one. What was learned is kept while nobody calls.
 */
export class SharedPaces {
  private readonly entries = new Map<string, Entry>();
  private readonly clock: Clock;
  private newest = Number.NEGATIVE_INFINITY;
  private setBack = 0;

  constructor(clock: Clock) {
    this.clock = clock;
  }

  /** Milliseconds that never go back, as the machine's time does when it is corrected: a pause would then last as long again. */
  now(): number {
    const now = this.clock.now();
    this.setBack += Math.max(0, this.newest - now);
    this.newest = now;
    return now + this.setBack;
  }

  /** A run begins to call the model; `release` is its end. */
  use(called: Called): SharedPace {
    const key = keyOf(called);
    const entry = this.entries.get(key) ?? { shared: fresh(), runs: 0 };
    this.entries.set(key, entry);
    if (entry.runs === 0) this.reopen(entry);
    entry.runs += 1;
    return entry.shared;
  }

  release(called: Called): void {
    const entry = this.entries.get(keyOf(called));
    if (entry !== undefined) entry.runs -= 1;
  }

  /** Who starts a run again after its server was given up has mended something: the server is asked afresh. */
  private reopen(entry: Entry): void {
    const { pacer } = entry.shared;
    const longest = pacer.wait(this.now(), 1)?.ms ?? 0;
    if (pacer.givenUp || longest > LONGEST_WAIT_MS) entry.shared = fresh();
    else pacer.rested();
  }
}

const fresh = (): SharedPace => ({ pacer: new Pacer(), turns: new Turns() });

const keyOf = ({ providerId, model }: Called): string => JSON.stringify([providerId, model]);
