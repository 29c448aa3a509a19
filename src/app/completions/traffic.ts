import type { Ticket, Wait } from '../../domain/pacing/pacer.ts';
import type { Clock } from '../runtime/ports.ts';
import { CallLane, type Pace, type Paces, type Place } from './call-lane.ts';
import type { BatchRequest } from './requests.ts';

/** Work read ahead of a lane, so that a call never waits for the next cell to be rendered. */
const READ_AHEAD = 64;
/** Work read ahead of all lanes together: what waits for a slow one must not use up the memory. */
const MOST_READ = 4096;
/** A wait is looked at again after this at the latest, so that a person sees it shrink. */
const LOOK_MS = 1000;
/** A server that lets nothing pass for longer has a quota that is used up: nobody waits for it at a screen. */
const LONGEST_WAIT_MS = 15 * 60_000;

/** A lane that stands still although it has work. */
export interface LaneWait extends Wait {
  readonly pace: Pace;
}

export interface TrafficParts<T extends { readonly work: BatchRequest }> {
  readonly paces: Paces;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Whether anything may start at all. */
  readonly open: () => boolean;
  /** Sends a call; `ended` is called when it is over. */
  readonly send: (task: T, lane: CallLane<T>, ticket: Ticket) => void;
  /** A server lets nothing pass for longer than anyone waits. */
  readonly closed: (wait: LaneWait) => void;
  /** A wait has become shorter, or is over. */
  readonly changed: () => void;
}

/** All lanes of a run: what waits in them is started when its lane and the calls of all together allow. */
export class Traffic<T extends { readonly work: BatchRequest }> {
  running = 0;
  private readonly parts: TrafficParts<T>;
  private readonly lanes = new Map<Pace, CallLane<T>>();

  constructor(parts: TrafficParts<T>) {
    this.parts = parts;
  }

  /** Whether some lane will soon have nothing to do, and what was read so far is not too much. */
  get hungry(): boolean {
    const sizes = [...this.lanes.values()].map((lane) => lane.size);
    return sizes.some((size) => size < READ_AHEAD) && sizes.reduce((sum, size) => sum + size, 0) < MOST_READ;
  }

  /** Whether every server was given up. */
  get lost(): boolean {
    return [...this.lanes.values()].every(({ lost }) => lost !== null);
  }

  add(task: T, place: Place): void {
    const pace = this.parts.paces.of(task.work.target);
    const lane = this.lanes.get(pace) ?? new CallLane<T>(pace);
    this.lanes.set(pace, lane);
    lane.add(task, place);
    this.dispatch();
  }

  clear(): void {
    for (const lane of this.lanes.values()) lane.clear();
  }

  ended(lane: CallLane<T>): void {
    this.running -= 1;
    lane.running -= 1;
  }

  /** The lanes that stand still, the longest wait first. */
  waits(): readonly LaneWait[] {
    if (!this.parts.open()) return [];
    const now = this.parts.paces.now();
    const waits = [...this.lanes.values()].flatMap((lane) => {
      const wait = lane.full ? null : lane.wait(now);
      return wait === null || !Number.isFinite(wait.ms) ? [] : [{ ...wait, pace: lane.pace }];
    });
    return waits.sort((a, b) => b.ms - a.ms);
  }

  /** Starts what may start, a call of each lane in turn. */
  dispatch(): void {
    let started = true;
    while (started) {
      started = false;
      for (const lane of this.lanes.values()) started = this.startNext(lane) || started;
    }
  }

  private startNext(lane: CallLane<T>): boolean {
    const { paces, open, send } = this.parts;
    if (!open() || lane.full || this.running >= paces.most) return false;
    const now = paces.now();
    const wait = lane.wait(now);
    if (wait !== null) {
      this.waitFor(lane, wait, now);
      return false;
    }
    const task = lane.take();
    if (task === undefined) return false;
    this.running += 1;
    lane.running += 1;
    send(task, lane, lane.start(task, now));
    return true;
  }

  private waitFor(lane: CallLane<T>, wait: Wait, now: number): void {
    const { clock, signal, closed, changed } = this.parts;
    // A probe is under way: its end starts the lane again.
    if (!Number.isFinite(wait.ms)) return;
    if (wait.ms > LONGEST_WAIT_MS) {
      closed({ ...wait, pace: lane.pace });
      return;
    }
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
