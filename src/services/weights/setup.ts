import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { runnerFolder, runnerPython } from '../../domain/project/runner-home.ts';
import { luthierHome } from '../../domain/project/settings.ts';
import { type BasePython, findBasePython } from './base-python.ts';
import { installRunner, removeRunner } from './install.ts';
import { checkInstallRoom, type InstallPlan, planInstall, readRequirements } from './plan.ts';
import { canRun, obstacle, type Probe, probeRunner } from './probe.ts';
import { type Env, RunnerFault } from './programs.ts';

export interface Prepared {
  readonly plan: InstallPlan;
  readonly base: BasePython;
  /** Throws RunnerFault, or the signal's reason. */
  install(onStep: (text: string) => void, signal: AbortSignal): Promise<Probe>;
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
  state(of: 'used' | 'installed', signal: AbortSignal): Promise<RunnerState>;
  /** Looks for Python and room. Throws RunnerFault where it cannot be installed. */
  prepare(cpu: boolean, signal: AbortSignal): Promise<Prepared>;
  /** Whether there was one. Throws RunnerFault while another installation is at work. */
  remove(): boolean;
}

/** The runner's Python on this machine. `packages` is the folder that holds `luthier_runner`. */
export function createRunnerSetup(env: Env, packages: string): RunnerSetup {
  const home = luthierHome(env, homedir());
  return {
    folder: runnerFolder(home),
    async state(of, signal) {
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
    async prepare(cpu, signal) {
      const requirements = readRequirements(packages);
      const plan = planInstall(requirements, { platform: process.platform, arch: process.arch, cpu });
      checkInstallRoom(plan, home);
      const base = await findBasePython(env, requirements.python, signal);
      return {
        plan,
        base,
        install: (onStep, stop) => installRunner({ home, packages, plan, base, env, signal: stop, onStep }),
      };
    },
    remove: () => removeRunner(home),
  };
}
