import { existsSync, mkdirSync } from 'node:fs';
import { withoutSecrets } from '../../domain/common/environment.ts';
import { pythonIn, runnerFolder } from '../../domain/project/runner-home.ts';
import { plural } from '../../domain/text/format.ts';
import { takeLock } from '../engine/start.ts';
import { clear, putBack, swapIn } from '../filesystem/swap.ts';
import type { BasePython } from './base-python.ts';
import type { InstallPlan } from './plan.ts';
import { canRun, obstacle, type Probe, probeRunner } from './probe.ts';
import { type Ended, type Env, RunnerFault, runProgram } from './programs.ts';

export interface Installation {
  readonly home: string;
  readonly packages: string;
  readonly plan: InstallPlan;
  readonly base: BasePython;
  readonly env: Env;
  readonly signal: AbortSignal;
  /** One line for each thing that begins. */
  readonly onStep: (text: string) => void;
}

const AGAIN = 'Give the same command again: what was downloaded is kept.';

/**
 * Makes the environment beside its place, asks it what it can do, and only then puts it there. Throws RunnerFault, or
 * the reason of the signal; whatever ends it, the environment before it is as it was.
 */
export async function installRunner(installation: Installation): Promise<Probe> {
  const folder = runnerFolder(installation.home);
  mkdirSync(installation.home, { recursive: true, mode: 0o700 });
  const free = takeLock(`${folder}.lock`, Number.POSITIVE_INFINITY, Date.now());
  if (free === null) throw new RunnerFault('Another `luthier runner install` is at work.', 'Wait until it has ended.');
  const draft = `${folder}.draft`;
  try {
    putBack(folder);
    clear(draft);
    const probe = await fill(draft, installation);
    swapIn(folder, draft);
    return probe;
  } finally {
    clear(draft);
    free();
  }
}

async function fill(draft: string, { base, plan, packages, env, signal, onStep }: Installation): Promise<Probe> {
  const python = pythonIn(draft, process.platform);
  // Indexes may want a password of pip's own variables; a `--user` of pip's configuration cannot be followed here.
  const options = {
    env: { ...withoutSecrets(env, /^(PIP|UV)_/), PIP_USER: '0', PIP_DISABLE_PIP_VERSION_CHECK: '1' },
    signal,
  };
  onStep(`Making an environment of Python ${base.version} (${base.python})`);
  const made =
    base.uv === null
      ? await runProgram(base.python, ['-m', 'venv', draft], options)
      : await runProgram(base.uv, ['venv', '--seed', '--python', base.python, draft], options);
  signal.throwIfAborted();
  if (made.code !== 0) throw faultOf(made, 'The environment could not be made');
  const words = ['install', '--no-input', '--progress-bar', 'off', ...plan.words];
  const onLine = (line: string): void => {
    const step = stepOf(line);
    if (step !== null) onStep(step);
  };
  const filled = await runProgram(python, ['-m', 'pip', ...words], { ...options, onLine });
  signal.throwIfAborted();
  if (filled.code !== 0) throw faultOf(filled, 'The packages could not be installed');
  onStep('Asking the runner what it finds');
  const probe = await probeRunner(python, packages, { env, signal });
  if (!canRun(probe)) throw new RunnerFault(obstacle(probe) ?? '', AGAIN);
  return probe;
}

/** What a line of pip's tells a person of how far it is; null for most. */
function stepOf(line: string): string | null {
  const [, packages] = /^Installing collected packages: (.*)/.exec(line) ?? [];
  if (packages !== undefined) return `Unpacking ${plural(packages.split(', ').length, 'package')}`;
  return /^\s*(?:Collecting|Downloading|Using cached)\b/.test(line) ? line.trim() : null;
}

const DISK = /No space left on device|Errno 28|Disk quota exceeded/;
const NETWORK =
  /NewConnectionError|NameResolutionError|ConnectTimeoutError|ReadTimeoutError|Temporary failure in name resolution|Network is unreachable|Could not resolve host|Connection (?:refused|reset)/;

function faultOf({ said, code }: Ended, what: string): RunnerFault {
  const seen = (pattern: RegExp): boolean => said.some((line) => pattern.test(line));
  if (seen(DISK))
    return new RunnerFault(`${what}: the disk is full.`, 'Make room, or set TMPDIR and LUTHIER_HOME to another disk.');
  const last = said.findLast((line) => /^error\b/i.test(line)) ?? said.findLast((line) => line.trim() !== '');
  const why = last === undefined ? `it ended with ${code === null ? 'a signal' : `exit code ${code}`}` : last.trim();
  if (seen(NETWORK))
    return new RunnerFault(
      `${what}: an index of packages cannot be reached. ${why}`,
      `Check the network and the indexes that \`pip config list\` shows. ${AGAIN}`,
    );
  return new RunnerFault(`${what}: ${why}`, AGAIN);
}

/** Removes the installed environment, and what an installation that was killed left; whether there was one. */
export function removeRunner(home: string): boolean {
  const folder = runnerFolder(home);
  const free = existsSync(home) ? takeLock(`${folder}.lock`, Number.POSITIVE_INFINITY, Date.now()) : () => {};
  if (free === null) throw new RunnerFault('A `luthier runner install` is at work.', 'Wait until it has ended.');
  const parts = [folder, `${folder}.draft`, `${folder}.old`].filter((path) => existsSync(path));
  for (const path of parts) clear(path);
  free();
  return parts.length > 0;
}
