import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';

/**
 * Takes a lock that processes share: a file with the holder's process id, made only when there is none. Null when
 * another living process holds it and has not for longer than `staleMs`; what a dead one left is cleared away.
 */
export function takeLock(path: string, staleMs: number, now: number): (() => void) | null {
  for (let attempt = 0; attempt < 2; attempt++) {
    try {
      writeFileSync(path, String(process.pid), { flag: 'wx', mode: 0o600 });
      return () => rmSync(path, { force: true });
    } catch (error) {
      if (!(error instanceof Error) || !('code' in error) || error.code !== 'EEXIST') throw error;
    }
    if (isHeld(path, staleMs, now)) return null;
    rmSync(path, { force: true });
  }
  return null;
}

function isHeld(path: string, staleMs: number, now: number): boolean {
  try {
    if (now - statSync(path).mtimeMs > staleMs) return false;
    const holder = Number(readFileSync(path, 'utf8'));
    // An empty file is one whose holder is between making it and writing its id.
    return holder === 0 || isAlive(holder);
  } catch {
    return false;
  }
}

/** Whether a process of this id runs, ours or anyone's. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
