import { mkdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';
import { PRACTICE_LABEL } from '../../domain/provider/models.ts';
import { ProviderError } from '../../domain/provider/provider.ts';
import { type EngineRecord, readRecord, writeRecord } from './record.ts';
import { isAlive, startEngine, takeLock } from './start.ts';

export interface EngineCommand {
  /** The program and its arguments, up to and including the word that makes it an engine. */
  readonly argv: readonly [string, ...string[]];
  /** Changes when the program does, so that an engine left over from before an update is not used. */
  readonly version: string;
}

const manifestSchema = z.object({ version: z.string() });

/** This same Luthier as an engine: the bundle lies in `dist/`, the source three folders down, both under the root. */
export function ownEngineCommand(self: string = import.meta.url): EngineCommand {
  const root = new URL(self.endsWith('.ts') ? '../../../' : '../', self);
  const at = (path: string) => fileURLToPath(new URL(path, root));
  const { version } = manifestSchema.parse(JSON.parse(readFileSync(at('package.json'), 'utf8')));
  const built = statSync(at('dist/engine.js'), { throwIfNoEntry: false })?.mtimeMs ?? 0;
  return { argv: [process.execPath, at('bin/luthier.js'), 'engine'], version: `${version}+${Math.round(built)}` };
}

export interface EngineConnection {
  /** Base URL, ending in `/v1`. */
  readonly url: string;
  readonly apiKey: string;
}

export interface EngineLauncher {
  /** The engine that runs for this home, or a new one. Throws ProviderError; an abort ends the wait, not the start. */
  ensure(signal?: AbortSignal): Promise<EngineConnection>;
  /** As `stopEngine`. */
  stop(): Promise<void>;
}

export interface LauncherOptions {
  readonly home: string;
  /** This Luthier itself when absent. */
  readonly command?: EngineCommand;
  readonly startTimeoutMs?: number;
}

/** How long an engine nobody asks stays, in seconds; one that trains stays as long as it trains. */
const IDLE_EXIT_S = 60;
const START_TIMEOUT_MS = 20_000;
/** An engine on this machine answers in a few ms; a machine under load is given time. */
const HEALTH_TIMEOUT_MS = 3000;
const STOP_TIMEOUT_MS = 10_000;
const POLL_MS = 50;

/**
 * Finds the embedded engine by `engine/engine.json`, or starts it. It runs apart from us: several terminals share
 * it, and its training goes on when the app is closed.
 */
export function createEngineLauncher(options: LauncherOptions): EngineLauncher {
  const folder = join(options.home, 'engine');
  const recordPath = recordPathOf(options.home);
  const timeoutMs = options.startTimeoutMs ?? START_TIMEOUT_MS;
  let pending: Promise<EngineConnection> | null = null;

  const findOrStart = async (): Promise<EngineConnection> => {
    const command = options.command ?? ownEngineCommand();
    const find = () => findLive(recordPath, command.version);
    const found = await find();
    if (found !== null) return found;
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const deadline = Date.now() + 2 * timeoutMs;
    for (;;) {
      const release = takeLock(join(folder, 'start.lock'), timeoutMs, Date.now());
      if (release !== null) {
        try {
          return (await find()) ?? (await start(command));
        } finally {
          release();
        }
      }
      if (Date.now() > deadline)
        throw new ProviderError('timeout', `Another Luthier is starting the ${PRACTICE_LABEL} and does not get there.`);
      await pause(POLL_MS);
      const started = await find();
      if (started !== null) return started;
    }
  };

  const start = async (command: EngineCommand): Promise<EngineConnection> => {
    const flags = ['--port', '0', '--json', '--home', folder, '--existing-home', '--idle-exit', String(IDLE_EXIT_S)];
    const { url, apiKey, pid } = await startEngine({
      argv: [...command.argv, ...flags],
      faults: join(options.home, 'log', 'engine.log'),
      timeoutMs,
    });
    writeRecord(recordPath, { url, apiKey, pid, version: command.version });
    return { url, apiKey };
  };

  return {
    ensure: (signal) => {
      if (signal?.aborted === true) return Promise.reject(cancelled());
      pending ??= findOrStart().finally(() => {
        pending = null;
      });
      return signal === undefined ? pending : abortable(pending, signal);
    },
    stop: () => stopEngine(options),
  };
}

/** The process id of the engine that runs for `home` and answers; null when none does. */
export async function runningEngine(home: string): Promise<number | null> {
  const record = readRecord(recordPathOf(home));
  return record !== null && (await answers(record)) ? record.pid : null;
}

/** Ends the engine of `home`, if one runs, and waits until it is gone; one that does not go by itself is killed. */
export async function stopEngine({ home }: { readonly home: string }): Promise<void> {
  const recordPath = recordPathOf(home);
  const record = readRecord(recordPath);
  // A record outlives its engine, and its process id may be someone else's by now: only what answers is ended.
  if (record === null || !(await answers(record))) return;
  process.kill(record.pid, 'SIGTERM');
  const deadline = Date.now() + STOP_TIMEOUT_MS;
  while (isAlive(record.pid)) {
    if (Date.now() > deadline) process.kill(record.pid, 'SIGKILL');
    await pause(POLL_MS);
  }
  rmSync(recordPath, { force: true });
}

function recordPathOf(home: string): string {
  return join(home, 'engine', 'engine.json');
}

async function findLive(recordPath: string, version: string): Promise<EngineConnection | null> {
  const record = readRecord(recordPath);
  if (record === null || record.version !== version || !(await answers(record))) return null;
  return { url: record.url, apiKey: record.apiKey };
}

/** Whether an engine answers there that knows the key. Whatever else took over the port does not. */
async function answers(record: EngineRecord): Promise<boolean> {
  try {
    const response = await fetch(`${record.url}/models`, {
      headers: { authorization: `Bearer ${record.apiKey}` },
      redirect: 'error',
      signal: AbortSignal.timeout(HEALTH_TIMEOUT_MS),
    });
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false;
  }
}

function abortable<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  const abort = () => reject(cancelled());
  signal.addEventListener('abort', abort, { once: true });
  work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  return promise;
}

function cancelled(): ProviderError {
  return new ProviderError('cancelled', `Cancelled while the ${PRACTICE_LABEL} was starting.`);
}
