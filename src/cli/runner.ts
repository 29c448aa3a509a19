import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { runnerFolder, runnerPython } from '../domain/project/runner-home.ts';
import { luthierHome } from '../domain/project/settings.ts';
import { type BasePython, findBasePython } from '../services/weights/base-python.ts';
import { installRunner, removeRunner } from '../services/weights/install.ts';
import { checkInstallRoom, type InstallPlan, planInstall, readRequirements } from '../services/weights/plan.ts';
import { canRun, obstacle, type Probe, probeRunner } from '../services/weights/probe.ts';
import { RunnerFault } from '../services/weights/programs.ts';
import { type CommandContext, CommandFailure } from './context.ts';

export interface Prepared {
  readonly plan: InstallPlan;
  readonly base: BasePython;
  install(onStep: (text: string) => void): Promise<Probe>;
}

/** How the Python of real weights stands. */
export interface RunnerState {
  readonly python: string;
  /** Whether LUTHIER_PYTHON names it. */
  readonly named: boolean;
  /** Null where it cannot be asked. */
  readonly probe: Probe | null;
  /** What is in the way; null where it can run. */
  readonly problem: string | null;
  /** The line that mends it; empty where nothing is to be mended. */
  readonly mend: string;
}

export interface RunnerSetup {
  readonly folder: string;
  /** Of the one that is used, which LUTHIER_PYTHON may name, or of the installed one. */
  state(of: 'used' | 'installed'): Promise<RunnerState>;
  /** Looks for Python and room. Throws CommandFailure where it cannot be installed. */
  prepare(cpu: boolean): Promise<Prepared>;
  remove(): boolean;
}

/** The runner's Python on this machine, for the commands. */
export function runnerSetup({ env, signal }: Pick<CommandContext, 'env' | 'signal'>): RunnerSetup {
  const home = luthierHome(env, homedir());
  const packages = fileURLToPath(
    new URL(import.meta.url.endsWith('.ts') ? '../../runner' : '../runner', import.meta.url),
  );
  return {
    folder: runnerFolder(home),
    async state(of) {
      const { python, named } = runnerPython(of === 'used' ? env : {}, home, process.platform);
      const install = 'luthier runner install';
      const mend = named ? `${python} -m pip install ${readRequirements(packages).pins.join(' ')}` : install;
      if (!named && !existsSync(python))
        return { python, named, probe: null, problem: 'The runner is not installed.', mend };
      try {
        const probe = await probeRunner(python, packages, { env, signal });
        return { python, named, probe, problem: obstacle(probe), mend: canRun(probe) ? '' : mend };
      } catch (error) {
        if (!(error instanceof RunnerFault)) throw error;
        const way = named ? `unset LUTHIER_PYTHON && ${install}` : install;
        return { python, named, probe: null, problem: error.message, mend: way };
      }
    },
    prepare: (cpu) =>
      inWords(async () => {
        const requirements = readRequirements(packages);
        const plan = planInstall(requirements, { platform: process.platform, arch: process.arch, cpu });
        checkInstallRoom(plan, home);
        const base = await findBasePython(env, requirements.python, signal);
        const install = (onStep: (text: string) => void) =>
          inWords(() => installRunner({ home, packages, plan, base, env, signal, onStep }));
        return { plan, base, install };
      }),
    remove: () => {
      try {
        return removeRunner(home);
      } catch (error) {
        throw asFailure(error);
      }
    },
  };
}

const asFailure = (error: unknown): unknown =>
  error instanceof RunnerFault ? new CommandFailure(error.message, '', error.next) : error;

const inWords = <T>(work: () => Promise<T>): Promise<T> =>
  work().catch((error: unknown) => {
    throw asFailure(error);
  });
