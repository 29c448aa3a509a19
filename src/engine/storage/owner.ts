/** Who works on a job or a batch: the process, and a token drawn at its start, since process ids are used again. */
export interface Owner {
  readonly token: string;
  readonly pid: number;
}

/** A process that has not said it lives for this long is taken for dead, even if its id is in use. */
const SILENT_MS = 15_000;

/** What the row of a job or a batch says of who works on it. */
interface Held {
  readonly owner: string | null;
  readonly owner_pid: number | null;
  readonly heartbeat_at: number | null;
}

/** Whether an engine that lives works on it: this one, or another. */
export const isHeld = (
  { owner, owner_pid: pid, heartbeat_at: at }: Held,
  self: Owner,
  isAlive: (pid: number) => boolean,
): boolean =>
  owner !== null && Date.now() - (at ?? 0) < SILENT_MS && (owner === self.token || (pid !== null && isAlive(pid)));

/** Whether a process of that id exists. One we may not signal exists. */
export function processAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
