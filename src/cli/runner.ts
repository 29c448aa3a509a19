import { fileURLToPath } from 'node:url';
import type { BasePython } from '../services/weights/base-python.ts';
import type { InstallPlan } from '../services/weights/plan.ts';
import type { Probe } from '../services/weights/probe.ts';
import { RunnerFault } from '../services/weights/programs.ts';
import { createRunnerSetup, type RunnerState } from '../services/weights/setup.ts';
import { type CommandContext, CommandFailure } from './context.ts';

export type { RunnerState };

export interface Prepared {
  readonly plan: InstallPlan;
  readonly base: BasePython;
  install(onStep: (text: string) => void): Promise<Probe>;
}

export interface RunnerSetup {
  readonly folder: string;
  state(of: 'used' | 'installed'): Promise<RunnerState>;
  /** Throws CommandFailure where it cannot be installed. */
  prepare(cpu: boolean): Promise<Prepared>;
  remove(): boolean;
}

/** The runner's Python on this machine, for the commands. */
export function runnerSetup({ env, signal }: Pick<CommandContext, 'env' | 'signal'>): RunnerSetup {
  const packages = fileURLToPath(
    new URL(import.meta.url.endsWith('.ts') ? '../../runner' : '../runner', import.meta.url),
  );
  const setup = createRunnerSetup(env, packages);
  return {
    folder: setup.folder,
    state: (of) => setup.state(of, signal),
    prepare: (cpu) =>
      inWords(async () => {
        const { plan, base, install } = await setup.prepare(cpu, signal);
        return { plan, base, install: (onStep) => inWords(() => install(onStep, signal)) };
      }),
    remove: () => {
      try {
        return setup.remove();
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
