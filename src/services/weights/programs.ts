import { spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';

export type Env = Readonly<Record<string, string | undefined>>;

/** Why the runner cannot be installed or started, and what mends it. */
export class RunnerFault extends Error {
  readonly next: string;

  constructor(message: string, next: string) {
    super(message);
    this.name = 'RunnerFault';
    this.next = next;
  }
}

export interface Ended {
  /** Null where a signal ended it, or it could not be started. */
  readonly code: number | null;
  /** What it said on both streams, the newest lines. */
  readonly said: readonly string[];
}

export interface RunOptions {
  readonly env: Record<string, string>;
  readonly signal: AbortSignal;
  readonly onLine?: (line: string) => void;
}

/** More than any error's trace is long. */
const KEPT = 400;

/** What a program that is asked to end may take to clear away what it has begun. */
const GRACE_MS = 10_000;

/**
 * Runs a program to its end and hears its lines. Never rejects. An abort interrupts it and what it has started, as Ctrl-C
 * would, since pip then removes what it has unpacked; who has not ended in ten seconds is killed.
 */
export function runProgram(program: string, args: readonly string[], options: RunOptions): Promise<Ended> {
  const { env, signal, onLine } = options;
  const said: string[] = [];
  const hear = (line: string): void => {
    said.push(line);
    if (said.length > KEPT) said.shift();
    onLine?.(line);
  };
  const child = spawn(program, args, { env, detached: true, stdio: ['ignore', 'pipe', 'pipe'], windowsHide: true });
  for (const input of [child.stdout, child.stderr]) createInterface({ input }).on('line', hear);
  const { pid } = child;
  const end = (by: NodeJS.Signals): void => {
    try {
      if (pid !== undefined) process.kill(-pid, by);
    } catch {
      // It has ended by itself.
    }
  };
  let late: NodeJS.Timeout | undefined;
  const stop = (): void => {
    end('SIGINT');
    late = setTimeout(end, GRACE_MS, 'SIGKILL');
  };
  signal.addEventListener('abort', stop);
  if (signal.aborted) stop();
  const { promise, resolve } = Promise.withResolvers<Ended>();
  child.once('error', ({ message }) => resolve({ code: null, said: [...said, message] }));
  child.once('close', (code) => resolve({ code, said }));
  return promise.finally(() => {
    clearTimeout(late);
    signal.removeEventListener('abort', stop);
  });
}

/** The first folder of PATH that has the program; null where none has. */
export function onPath(name: string, { PATH = '' }: Env): string | null {
  for (const folder of PATH.split(delimiter)) {
    if (folder === '') continue;
    const path = join(folder, name);
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {
      // The next folder may have it.
    }
  }
  return null;
}
