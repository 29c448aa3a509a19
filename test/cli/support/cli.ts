import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const launcher = fileURLToPath(new URL('../../../bin/luthier.js', import.meta.url));

export interface Finished {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A record of NDJSON as a test looks at it. */
export type Seen = Readonly<Record<string, unknown>>;

export interface Running {
  readonly child: ChildProcess;
  /** Resolves at the first record, already there or still to come, that satisfies; rejects when the program ends before. */
  until(satisfies: (record: Seen) => boolean): Promise<Seen>;
  readonly finished: Promise<Finished>;
}

export interface Surroundings {
  readonly home: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
}

/** The real program, as a person's shell starts it, with no key but the one given. */
export function startLuthier(args: readonly string[], { home, env = {}, cwd }: Surroundings): Running {
  const inherited = Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) => !/^(OPENAI_API_KEY|NO_COLOR|NETRC|WANDB_.*|MLFLOW_.*|LUTHIER_TRACKER)$/.test(name),
    ),
  );
  const child = spawn(process.execPath, [launcher, ...args], {
    env: { ...inherited, LUTHIER_HOME: home, NETRC: join(home, 'no-netrc'), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(cwd !== undefined && { cwd }),
  });
  let stdout = '';
  let stderr = '';
  const listeners = new Set<() => void>();
  const wake = (): void => {
    for (const listener of listeners) listener();
  };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
    wake();
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const finished = new Promise<Finished>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
  return {
    child,
    finished,
    until: (satisfies) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const found = records(stdout).find(satisfies);
          if (found === undefined) return;
          listeners.delete(look);
          resolve(found);
        };
        listeners.add(look);
        finished.then(() => reject(new Error(`ended before that was said:\n${stdout}\n${stderr}`)), reject);
        look();
      }),
  };
}

export const luthier = (args: readonly string[], surroundings: Surroundings): Promise<Finished> =>
  startLuthier(args, surroundings).finished;

/** Every whole line as the record it must be; throws on anything else, for stdout under --json holds nothing else. */
export function records(stdout: string): Seen[] {
  const whole = stdout.slice(0, stdout.lastIndexOf('\n') + 1);
  return whole.split('\n').flatMap((line) => (line === '' ? [] : [record(JSON.parse(line))]));
}

function record(value: unknown): Seen {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || !('event' in value)) {
    throw new Error(`not a record: ${JSON.stringify(value)}`);
  }
  return { ...value };
}
