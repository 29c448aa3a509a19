import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { LimitedServer } from './limited-server.ts';
import { luthier } from './measure.ts';

export interface Server {
  readonly url: string;
  readonly apiKey: string;
  readonly pid: number;
  stop(): Promise<void>;
}

/** The server that answers in `delayMs`, at most `perSecond` times a second. */
export const slowServer = (delayMs: number, perSecond = Number.POSITIVE_INFINITY): Promise<Server> =>
  serve([fileURLToPath(new URL('./slow-server.js', import.meta.url)), String(delayMs), String(perSecond)], {});

/** The server whose jobs never change. */
export const runningJobs = (): Promise<Server> =>
  serve([fileURLToPath(new URL('./running-jobs.js', import.meta.url))], {});

/** The server with a limit. */
export const limitedServer = (limit: LimitedServer): Promise<Server> =>
  serve([fileURLToPath(new URL('./limited-server.ts', import.meta.url)), JSON.stringify(limit)], {});

/** The embedded engine on a port and a data folder of its own; `more` are further words for it. */
export const engine = (home: string, more: readonly string[] = []): Promise<Server> =>
  serve([luthier, 'engine', '--port', '0', '--json', ...more], { LUTHIER_HOME: home });

async function serve(args: readonly string[], env: NodeJS.ProcessEnv): Promise<Server> {
  const child = spawn(process.execPath, args, {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const line = await firstLine(child);
  const said: unknown = JSON.parse(line);
  const field = (name: string): string =>
    typeof said === 'object' && said !== null && name in said ? String(Reflect.get(said, name)) : '';
  return {
    url: field('url'),
    apiKey: field('apiKey'),
    pid: child.pid ?? 0,
    async stop() {
      if (child.exitCode !== null) return;
      const gone = once(child, 'exit');
      child.kill('SIGTERM');
      await gone;
    },
  };
}

async function firstLine(child: ChildProcess): Promise<string> {
  if (child.stdout === null) throw new Error('the server has no stdout');
  for await (const line of createInterface({ input: child.stdout })) return line;
  throw new Error('the server ended before it said where it listens');
}
