import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { constants, setPriority } from 'node:os';
import { StringDecoder } from 'node:string_decoder';
import { isRecord, type JsonRecord } from '../../../domain/common/json.ts';
import { LineSplitter } from '../../../domain/text/lines.ts';
import { type RunnerPython, runnerEnv } from './python.ts';

export interface RunnerChild {
  readonly pid: number;
  /** Says a line to it; one that has ended is said nothing. */
  send(line: object): void;
  /** Closes its stdin, which asks it to end. */
  hangUp(): void;
  /** Ends it and all its children at once. */
  kill(): void;
  /** Resolves when it is gone, to what it ended with. */
  readonly ended: Promise<ChildEnd>;
}

export interface ChildEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface ChildOptions {
  /** The words after `luthier_runner`. */
  readonly args: readonly string[];
  /** Where what it says to people goes, behind what is there. */
  readonly log: string;
  /** Lets others go first, answers above all. */
  readonly patient?: boolean;
  /** Of the environment, beside what the runner gets. */
  readonly env?: Readonly<Record<string, string>>;
  readonly onLine: (line: JsonRecord) => void;
}

/**
 * Starts the runner in a process group of its own, so that Ctrl+C at the engine does not reach it and that nothing of it
 * outlives `kill`. It ends by itself when this process dies: it reads the end of its stdin. Lines that are no objects are
 * passed over, as the protocol says of what is not known. Rejects where the program cannot be started.
 */
export async function startChild(python: RunnerPython, options: ChildOptions): Promise<RunnerChild> {
  const log = openSync(options.log, 'a', 0o600);
  const child = spawn(python.python, ['-P', '-m', 'luthier_runner', ...options.args], {
    detached: true,
    env: { ...runnerEnv(process.env, python), ...options.env },
    stdio: ['pipe', 'pipe', log],
  });
  const { stdin, stdout } = child;
  if (stdin === null || stdout === null) throw new Error('The runner has no pipes.');
  closeSync(log);
  const ended = new Promise<ChildEnd>((resolve) => {
    child.once('close', (code, signal) => resolve({ code, signal }));
  });
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', (error) => reject(new Error(`The runner's Python could not be started: ${error.message}`)));
  });
  const { pid = 0 } = child;
  if (options.patient) lowerPriority(pid);
  // What cannot be written reaches nobody: its end is told by `ended`.
  stdin.on('error', () => {});
  const decoder = new StringDecoder('utf8');
  const lines = new LineSplitter();
  const pass = (text: string): void => {
    const line = parsed(text);
    if (line !== null) options.onLine(line);
  };
  stdout.on('data', (bytes: Buffer) => {
    for (const line of lines.push(decoder.write(bytes))) pass(line);
  });
  stdout.on('end', () => {
    for (const line of lines.end()) pass(line);
  });
  return {
    pid,
    send: (line) => {
      if (stdin.writable) stdin.write(`${JSON.stringify(line)}\n`);
    },
    hangUp: () => {
      stdin.end();
    },
    kill: () => killGroup(pid),
    ended,
  };
}

function parsed(text: string): JsonRecord | null {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : null;
  } catch {
    return null;
  }
}

function lowerPriority(pid: number): void {
  try {
    setPriority(pid, constants.priority.PRIORITY_LOW);
  } catch {
    // Where it may not be lowered it stays as it is.
  }
}

/** One that is gone already needs no ending. */
function killGroup(pid: number): void {
  try {
    process.kill(process.platform === 'win32' ? pid : -pid, 'SIGKILL');
  } catch {}
}
