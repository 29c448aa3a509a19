/** One call under way, as it is waited for. */
export interface Wait {
  /** A sign of progress. */
  heard(): void;
  end(): void;
}

/** Whom calls of this process wait for, so that it can be shown. */
export interface Waits {
  /** A call to a host and port begins. */
  begin(place: string): Wait;
  /**
   * Calls `show` each second with the place that has been silent longest although calls wait for it, and for how many
   * milliseconds; with null once nothing waits that long. Gives what ends it.
   */
  watch(show: (waiting: Waiting | null) => void): () => void;
}

export interface Waiting {
  readonly place: string;
  readonly ms: number;
}

/** Shorter pauses are everyday. */
const SHOWN_FROM_MS = 5_000;
const LOOK_MS = 1_000;

export interface WaitsParts {
  readonly now: () => number;
  /** Calls `beat` every `ms` until the function it gives is called. */
  readonly every: (ms: number, beat: () => void) => () => void;
}

interface Place {
  calls: number;
  heardAt: number;
}

/** Nothing runs while nothing is waited for, or while nobody watches. */
export function createWaits({ now, every }: WaitsParts = { now: Date.now, every: everyInterval }): Waits {
  const places = new Map<string, Place>();
  const shows = new Set<(waiting: Waiting | null) => void>();
  let stop: (() => void) | null = null;
  let shown = false;

  const longest = (): Waiting | null => {
    const at = now();
    const [first] = [...places]
      .map(([place, { heardAt }]) => ({ place, ms: at - heardAt }))
      .toSorted((one, other) => other.ms - one.ms);
    return first !== undefined && first.ms >= SHOWN_FROM_MS ? first : null;
  };
  const look = (): void => {
    const waiting = longest();
    if (waiting !== null || shown) for (const show of shows) show(waiting);
    shown = waiting !== null;
  };
  const keepLooking = (): void => {
    const needed = shows.size > 0 && places.size > 0;
    if (needed) stop ??= every(LOOK_MS, look);
    if (needed || stop === null) return;
    stop();
    stop = null;
    look();
  };

  return {
    begin(place) {
      const one = places.get(place) ?? { calls: 0, heardAt: now() };
      one.calls += 1;
      places.set(place, one);
      if (one.calls === 1) keepLooking();
      return {
        heard() {
          one.heardAt = now();
        },
        end() {
          one.calls -= 1;
          one.heardAt = now();
          if (one.calls > 0) return;
          if (places.get(place) === one) places.delete(place);
          keepLooking();
        },
      };
    },
    watch(show) {
      shows.add(show);
      keepLooking();
      return () => {
        shows.delete(show);
        keepLooking();
      };
    },
  };
}

function everyInterval(ms: number, beat: () => void): () => void {
  const timer = setInterval(beat, ms).unref();
  return () => clearInterval(timer);
}

const SILENT_WAIT: Wait = { heard: () => undefined, end: () => undefined };
/** Where nobody shows what is waited for. */
export const UNWATCHED: Waits = { begin: () => SILENT_WAIT, watch: () => () => undefined };
