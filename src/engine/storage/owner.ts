/** Who works on a job or a batch: the process, and a token drawn at its start, since process ids are used again. */
export interface Owner {
  readonly token: string;
  readonly pid: number;
}

/** Whether a process of that id exists. One we may not signal exists. */
export function processAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
