import { statSync } from 'node:fs';

/** What changed later than this before a look may change again without another time on it: clocks of files are coarse. */
const SETTLED_NS = 1_000_000_000n;

interface Seen {
  readonly stamp: string;
  /** Whether every later change will show in the stamp. */
  readonly isSettled: boolean;
}

/** By what a file is known to be as it was; null where there is none. */
function look(path: string, now: number): Seen | null {
  const found = statSync(path, { bigint: true, throwIfNoEntry: false });
  if (found === undefined) return null;
  const { dev, ino, size, mode, mtimeNs, ctimeNs } = found;
  const age = BigInt(Math.floor(now)) * 1_000_000n - ctimeNs;
  return { stamp: [dev, ino, size, mode, mtimeNs, ctimeNs].join(' '), isSettled: age > SETTLED_NS };
}

/**
 * What `read` gives of a file, read again whenever the file is not what it was: small files that are asked for at every call, or every
 * second, mostly are. Null where there is no file. `now`: milliseconds since the epoch.
 */
export function readWhenChanged<T>(path: string, read: () => T, now: () => number = Date.now): () => T | null {
  let known: { readonly stamp: string; readonly value: T } | null = null;
  return () => {
    // Before it is read: what is written meanwhile is read the next time.
    const seen = look(path, now());
    if (seen === null) return null;
    if (known?.stamp === seen.stamp) return known.value;
    const value = read();
    known = seen.isSettled ? { stamp: seen.stamp, value } : null;
    return value;
  };
}
