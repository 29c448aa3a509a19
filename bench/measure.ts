import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('..', import.meta.url));
export const luthier = join(root, 'bin/luthier.js');

/** One line of the results: what was measured, the figure, and the limit it is held to when there is one. */
export interface Result {
  readonly what: string;
  readonly figure: string;
  readonly limit: string;
  /** Null where there is no limit. */
  readonly met: boolean | null;
}

export const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const high = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? high : ((sorted[middle - 1] ?? high) + high) / 2;
};

/** The value that such a share of all are below. */
export const percentile = (values: readonly number[], share: number): number =>
  values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))] ?? Number.NaN;

export const ms = (value: number): string =>
  value < 1000 ? `${value.toFixed(0)} ms` : `${(value / 1000).toFixed(2)} s`;
export const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(0)} MB`;

/** A folder of its own for each run, gone afterwards. */
export async function inTemporaryFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'luthier-bench-'));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

export interface ProcessRun {
  readonly code: number | null;
  /** From spawn to exit. */
  readonly wallMs: number;
  /** The process's own high-water mark; NaN for a program that is not Node. */
  readonly peakBytes: number;
  /** Processor time of all its threads. */
  readonly cpuMs: number;
  /** The 99th percentile of how late its loop was, where LUTHIER_BENCH_DELAY is set. */
  readonly loopDelayMs: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs Node on `args` to its end. The child itself writes its peak memory down, for nobody can read it afterwards. */
export function runNode(args: readonly string[], env: NodeJS.ProcessEnv, folder: string): Promise<ProcessRun> {
  const peakFile = join(folder, `peak-${process.hrtime.bigint()}`);
  const hook = new URL('./peak-memory.js', import.meta.url).href;
  const started = performance.now();
  const child = spawn(process.execPath, ['--import', hook, ...args], {
    env: { ...process.env, ...env, LUTHIER_BENCH_PEAK: peakFile },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      const wallMs = performance.now() - started;
      const [peakBytes = Number.NaN, cpuMs = Number.NaN, loopDelayMs = Number.NaN] = readNumbers(peakFile);
      resolve({ code, wallMs, peakBytes, cpuMs, loopDelayMs, stdout, stderr });
    });
  });
}

function readNumbers(path: string): readonly number[] {
  try {
    return readFileSync(path, 'utf8').split(' ').map(Number);
  } catch {
    return [];
  }
}

/** Clock ticks a second of Linux's accounts of processes (USER_HZ). */
const TICKS = 100;

/** What a process has used of a core so far, in seconds; NaN where nobody can say. */
export function cpuSeconds(pid: number): number {
  try {
    // After the name in brackets, which may hold spaces: utime and stime are fields 14 and 15 (proc_pid_stat(5)).
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
    return (Number(fields[11]) + Number(fields[12])) / TICKS;
  } catch {
    return Number.NaN;
  }
}

/** What a process has in memory, and had at the most, in bytes; NaN where nobody can say. */
export function memoryOf(pid: number): { readonly resident: number; readonly peak: number } {
  let status = '';
  try {
    status = readFileSync(`/proc/${pid}/status`, 'utf8');
  } catch {
    // Not Linux, or it is gone.
  }
  const of = (name: string): number => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1]) * 1024;
  return { resident: of('VmRSS'), peak: of('VmHWM') };
}

/** Of a program in a pseudo-terminal. Without CI, which makes Ink stop drawing. */
export function terminalEnv(home: string): Record<string, string> {
  const { CI: _, ...rest } = process.env;
  const kept = Object.entries(rest).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return { ...Object.fromEntries(kept), LUTHIER_HOME: home, TERM: 'xterm-256color' };
}

/** How long, in milliseconds, the main loop was kept from its work at the worst, until `stop`. */
export function watchLoop(): { stop(): number } {
  let worst = 0;
  let last = performance.now();
  const timer = setInterval(() => {
    worst = Math.max(worst, performance.now() - last - 5);
    last = performance.now();
  }, 5);
  return {
    stop() {
      clearInterval(timer);
      return Math.max(worst, performance.now() - last - 5);
    },
  };
}
