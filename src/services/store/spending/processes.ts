import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { isAlive } from '../../engine/start.ts';

/** One running Luthier: by a token of its own, since process ids are used again. */
export interface OwnProcess {
  readonly token: string;
  readonly pid: number;
  /** Ids of processes mean something on one machine only. */
  readonly machine: string;
}

export function ownProcess(): OwnProcess {
  let token: string | null = null;
  return {
    /** With the first call that is noted: what draws it takes 5 ms of a start to load. */
    get token() {
      token ??= randomBytes(6).toString('hex');
      return token;
    },
    pid: process.pid,
    machine: hostname(),
  };
}

/** A process that has not said it lives for this long is taken for dead, even if its id is in use. */
const SILENT_MS = 15_000;

export interface KnownProcess extends OwnProcess {
  readonly heartbeatAt: number;
}

/** Whether a process will never end the calls it began. */
export function isDead(known: KnownProcess, self: OwnProcess, now: number): boolean {
  if (known.token === self.token) return false;
  if (now - known.heartbeatAt >= SILENT_MS) return true;
  return known.machine === self.machine && !isAlive(known.pid);
}
