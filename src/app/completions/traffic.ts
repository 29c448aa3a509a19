import type { Ticket, Wait } from '../../domain/pacing/pacer.ts';
import type { Waiter } from '../../domain/pacing/turns.ts';
import type { Clock } from '../runtime/ports.ts';
import { LONGEST_WAIT_MS } from '../runtime/shared-paces.ts';
import { CallLane, type Pace, type Paces, type Place } from './call-lane.ts';
import type { PricedRequest } from './requests.ts';

/** Work read ahead of a lane, so that a call never waits for the next cell to be rendered: much of it while the first answers are waited for. */
const READ_AHEAD = 256;
/** Work read ahead of all lanes together: what waits for a slow one must not use up the memory. */
const MOST_READ = 4096;
/** A wait is looked at again after this at the latest, so that a person sees it shrink. */
const LOOK_MS = 1000;

/** A lane that stands still although it has work. */
export interface LaneWait extends Wait {
  readonly pace: Pace;
}

export interface TrafficParts<T extends { readonly work: PricedRequest }> {
  readonly paces: Paces;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Whether anything may start at all. */
  readonly open: () => boolean;
  /** Sends a call; `ended` is called when it is over. Without a ticket where its server is given up. */
  readonly send: (task: T, lane: CallLane<T>, ticket: Ticket | null) => void;
  /** A server lets nothing pass for longer than anyone waits. */
  readonly closed: (wait: LaneWait) => void;
  /** A wait has become shorter, or is over. */
  readonly changed: () => void;
}

interface Joined<T extends { readonly work: PricedRequest }> {
  readonly lane: CallLane<T>;
  readonly waiter: Waiter;
}

/** All lanes of a run: what waits in them is started when its lane and the calls of all together allow. */
export class Traffic<T extends { readonly work: PricedRequest }> {
  /** Calls that were begun and whose ends are not booked yet: whoever finds the cap reached must know of all that may yet cost something. */
  running = 0;
  /** Of these, those that no answer has come to yet. */
  away = 0;
  private readonly parts: TrafficParts<T>;
  private readonly joined = new Map<Pace, Joined<T>>();

  constructor(parts: TrafficParts<T>) {
    this.parts = parts;
  }

  private get lanes(): readonly CallLane<T>[] {
    return [...this.joined.values()].map(({ lane }) => lane);
  }

  /** Whether some lane will soon have nothing to do, and what was read so far is not too much. */
  get hungry(): boolean {
    const sizes = this.lanes.map((lane) => lane.size);
    return sizes.some((size) => size < READ_AHEAD) && sizes.reduce((sum, size) => sum + size, 0) < MOST_READ;
  }

  /** Whether every server was given up. */
  get lost(): boolean {
    return this.lanes.every(({ lost }) => lost !== null);
  }

  add(task: T, place: Place): void {
    const pace = this.parts.paces.of(task.work.target);
    const { lane } = this.joined.get(pace) ?? this.join(pace);
    lane.add(task, place);
    this.dispatch();
  }

  clear(): void {
    for (const lane of this.lanes) lane.clear();
  }

  /** All work is done, or given up: other runs need not count with this one. */
  leave(): void {
    for (const [{ turns }, { waiter }] of this.joined) turns.leave(waiter);
  }

  /** A server is done with a call: another may take its place while its end is booked. */
  back(lane: CallLane<T>): void {
    this.away -= 1;
    lane.running -= 1;
  }

  ended(): void {
    this.running -= 1;
  }

  /** The lanes that stand still, the longest wait first. */
  waits(): readonly LaneWait[] {
    if (!this.parts.open()) return [];
    const now = this.parts.paces.now();
    const waits = this.lanes.flatMap((lane) => {
      const wait = lane.full ? null : lane.wait(now);
      return wait === null || !Number.isFinite(wait.ms) ? [] : [{ ...wait, pace: lane.pace }];
    });
    return waits.sort((a, b) => b.ms - a.ms);
  }

  /** Starts what may start, a call of each lane in turn; where other runs call the same model, theirs have their turns too. */
  dispatch(): void {
    let started = true;
    while (started) {
      started = false;
      for (const lane of this.lanes) started = this.startNext(lane) || started;
    }
  }

  private join(pace: Pace): Joined<T> {
    const lane = new CallLane<T>(pace);
    const waiter: Waiter = {
      ready: () => lane.lost === null && this.ready(lane),
      wait: (now) => lane.wait(now),
      start: (now) => this.start(lane, now),
      standBy: (now, wait) => this.standBy(lane, now, wait),
    };
    const joined = { lane, waiter };
    this.joined.set(pace, joined);
    pace.turns.join(waiter);
    return joined;
  }

  private startNext(lane: CallLane<T>): boolean {
    const now = this.parts.paces.now();
    if (lane.lost === null || !this.ready(lane)) return lane.pace.turns.startNext(now);
    this.start(lane, now);
    return true;
  }

  private ready(lane: CallLane<T>): boolean {
    const { open, paces } = this.parts;
    return open() && lane.size > 0 && !lane.full && this.away < paces.most;
  }

  private start(lane: CallLane<T>, now: number): void {
    const task = lane.take();
    if (task === undefined) return;
    this.running += 1;
    this.away += 1;
    lane.running += 1;
    this.parts.send(task, lane, lane.start(task, now));
  }

  private standBy(lane: CallLane<T>, now: number, turn: Wait): void {
    const own = lane.wait(now);
    if (own !== null && Number.isFinite(own.ms) && own.ms > LONGEST_WAIT_MS) {
      this.parts.closed({ ...own, pace: lane.pace });
      return;
    }
    // A probe is under way: its end starts the lane again.
    if (Number.isFinite(turn.ms)) this.lookAgain(lane, now, turn);
  }

  private lookAgain(lane: CallLane<T>, now: number, wait: Wait): void {
    const { clock, signal, changed } = this.parts;
    const ms = Math.min(LOOK_MS, Math.ceil(wait.ms));
    const at = now + ms;
    if (lane.wakeAt !== null && lane.wakeAt <= at) return;
    lane.wakeAt = at;
    clock.sleep(ms, signal).then(
      () => {
        if (lane.wakeAt !== at) return;
        lane.wakeAt = null;
        this.dispatch();
        if (ms === LOOK_MS) changed();
      },
      () => {},
    );
  }
}
