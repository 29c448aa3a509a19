import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';
import * as z from 'zod';
import { parseJson } from '../../domain/common/json.ts';
import { KEY_VARIABLES } from '../../domain/provider/keys.ts';
import { PRACTICE_LABEL } from '../../domain/provider/models.ts';
import { ProviderError } from '../../domain/provider/provider.ts';
import { redactKeys } from '../../domain/text/sanitize.ts';

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

export interface StartOptions {
  readonly argv: readonly [string, ...string[]];
  /** Where the engine writes its faults: a file, since a pipe would end with us and the engine goes on. */
  readonly faults: string;
  readonly timeoutMs: number;
}

const announcementSchema = z.object({ url: z.string(), apiKey: z.string() });

export interface StartedEngine {
  readonly url: string;
  readonly apiKey: string;
  readonly pid: number;
}

/**
 * Starts an engine that outlives us and gives what it announces in its first line. Throws ProviderError with the
 * end of what it said when it ends, or says nothing in time.
 */
export async function startEngine(options: StartOptions): Promise<StartedEngine> {
  mkdirSync(dirname(options.faults), { recursive: true, mode: 0o700 });
  const faults = openSync(options.faults, 'w', 0o600);
  const [program, ...args] = options.argv;
  const child = spawn(program, args, {
    detached: true,
    windowsHide: true,
    stdio: ['ignore', 'pipe', faults],
    env: engineEnvironment(process.env),
  });
  closeSync(faults);
  try {
    const line = await firstLine(child, options.timeoutMs);
    const announced = announcementSchema.safeParse(parseJson(line));
    if (!announced.success || child.pid === undefined)
      throw new Error(`it announced itself in words unknown here: ${line.slice(0, 200)}`);
    child.unref();
    return { ...announced.data, pid: child.pid };
  } catch (error) {
    child.kill('SIGKILL');
    const why = error instanceof Error ? error.message : String(error);
    const said = tail(options.faults);
    throw new ProviderError('network', redactKeys(`The ${PRACTICE_LABEL} did not start: ${why}${said && `\n${said}`}`));
  } finally {
    child.stdout?.destroy();
  }
}

/** The engine has no use for a provider's key, so none is in its reach. */
function engineEnvironment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const rest = Object.entries(env).filter(([name]) => !KEY_VARIABLES.includes(name));
  return { ...Object.fromEntries(rest), NODE_ENV: 'production' };
}

function firstLine(child: ChildProcess, timeoutMs: number): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const timer = setTimeout(() => reject(new Error(`it said nothing in ${timeoutMs / 1000} s.`)), timeoutMs);
  child.once('error', reject);
  child.once('exit', (code, signal) => reject(new Error(`it ended with ${signal ?? `exit code ${code}`}.`)));
  if (child.stdout !== null) createInterface({ input: child.stdout }).once('line', resolve);
  return promise.finally(() => clearTimeout(timer));
}

function tail(path: string): string {
  return readFileSync(path, 'utf8').trim().split('\n').slice(-6).join('\n').slice(-800);
}
