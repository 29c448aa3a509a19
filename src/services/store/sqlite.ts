/**
 * node:sqlite, loaded at first use. Before Node 24 it says on stderr that it is experimental, which would tear a
 * full-screen frame; that one warning is kept back, and no other.
 */
export function loadSqlite(): typeof import('node:sqlite') {
  const emitWarning = process.emitWarning;
  process.emitWarning = () => {};
  try {
    return process.getBuiltinModule('node:sqlite');
  } finally {
    process.emitWarning = emitWarning;
  }
}

/** How long a writer waits for another process's write. */
export const BUSY_MS = 5000;
const BUSY: ReadonlySet<number> = new Set([5, 6]);
const RETRY_MS = 20;

/** Whether another connection holds what was asked for. */
export const isBusy = (error: unknown): boolean =>
  error instanceof Error && 'errcode' in error && BUSY.has(Number(error.errcode) & 0xff);

/** The wait for another process's lock that SQLite itself leaves out when a new file is made a log of writes. */
export function patiently<T>(work: () => T): T {
  const until = Date.now() + BUSY_MS;
  for (;;) {
    try {
      return work();
    } catch (error) {
      if (!isBusy(error) || Date.now() > until) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, RETRY_MS);
    }
  }
}
