import { byteSize, duration } from '../text/format.ts';

/** How fast something comes that is counted in bytes, and when it will be there. */
export interface Pace {
  /** Tells how much is there at a moment, in milliseconds, and gives the words for it. */
  at(now: number, have: number, bytes: number): { readonly perSecond: number | null; readonly leftMs: number | null };
}

/** What the rate is taken over: long enough to be calm, short enough to follow a network that changes. */
const WINDOW_MS = 15_000;
/** Below this, a rate would be a guess. */
const LEAST_MS = 1000;

/** Measures by what came in the last seconds. What lay there before the first call does not count as fast. */
export function createPace(): Pace {
  let seen: readonly { readonly at: number; readonly have: number }[] = [];
  return {
    at(now, have, bytes) {
      // Something that begins anew is measured anew.
      if (have < (seen.at(-1)?.have ?? 0)) seen = [];
      const old = seen.findLastIndex(({ at }) => now - at > WINDOW_MS);
      seen = [...seen.slice(Math.max(0, old)), { at: now, have }];
      const [first = { at: now, have }] = seen;
      const ms = now - first.at;
      const perSecond = ms < LEAST_MS ? null : ((have - first.have) / ms) * 1000;
      const leftMs = perSecond === null || perSecond <= 0 ? null : ((bytes - have) / perSecond) * 1000;
      return { perSecond, leftMs };
    },
  };
}

/** `12.0 MB/s, 1:12 left`; empty until it is known. */
export const rateText = ({ perSecond, leftMs }: ReturnType<Pace['at']>): string =>
  [
    ...(perSecond === null ? [] : [`${byteSize(perSecond)}/s`]),
    ...(leftMs === null ? [] : [`${duration(leftMs)} left`]),
  ].join(', ');

/** `340 MB of 1.2 GB, 12.0 MB/s, 1:12 left`. */
export function paceText(have: number, bytes: number, measured: ReturnType<Pace['at']>): string {
  const rate = rateText(measured);
  return `${byteSize(have)} of ${byteSize(bytes)}${rate === '' ? '' : `, ${rate}`}`;
}
