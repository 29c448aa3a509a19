import { failed, type Outcome, ok, type Problem } from '../../domain/common/outcome.ts';
import type { Server } from '../../domain/weights/servers.ts';
import type { WorkbenchContext } from '../core/context.ts';
import { errorText, OperationError } from '../runtime/errors.ts';
import type { InstallOffer, RunnerStanding } from '../runtime/machine-ports.ts';
import type { InstallProgress } from '../runtime/operation.ts';

export interface MachineActions {
  /** Where the Python of real weights is put. */
  readonly folder: string;
  /** How it stands; asks it, which takes seconds. */
  state(signal: AbortSignal): Promise<Outcome<RunnerStanding>>;
  /** What an installation would download, `cpu` for the processor alone; begins nothing. */
  offer(cpu: boolean, signal: AbortSignal): Promise<Outcome<InstallOffer>>;
  /** Installs it, as an operation of the current project. */
  install(offer: InstallOffer): void;
  remove(): Outcome<string>;
  /** What answers for real weights. */
  serving(): Server;
  /** Holds from the next answer on, in an engine that runs too. */
  setServing(server: Server): void;
}

const AS_BEFORE = 'What was there before is as it was.';

/** The Python that trains and serves real weights, as `luthier runner` has it. */
export function createMachineActions(context: WorkbenchContext, changed: () => void): MachineActions {
  const { runner, serving } = context.deps;
  const tried = async <T>(work: () => Promise<T>): Promise<Outcome<T>> => {
    try {
      return ok(await work());
    } catch (error) {
      return failed(machineProblem(error, AS_BEFORE));
    }
  };
  return {
    folder: runner.folder,
    state: (signal) => tried(() => runner.state('used', signal)),
    offer: (cpu, signal) => tried(() => runner.prepare(cpu, signal)),
    install(offer) {
      context.operations.registry.start<InstallProgress>({
        projectId: context.project().id,
        title: 'Install the runner of real weights',
        detail: { kind: 'install', doing: '' },
        async run({ signal, report }) {
          try {
            const { device } = await offer.install((doing) => report({ kind: 'install', doing }, null), signal);
            changed();
            return { summary: `Real weights can be trained and served, on ${device ?? 'no device'}.`, costUsd: null };
          } catch (error) {
            if (signal.aborted) throw error;
            throw new OperationError('failed', machineProblem(error, AS_BEFORE));
          }
        },
      });
    },
    remove() {
      try {
        const removed = runner.remove();
        changed();
        return ok(removed ? `Removed ${runner.folder}. Models and jobs stay.` : 'The runner is not installed.');
      } catch (error) {
        return failed(machineProblem(error, AS_BEFORE));
      }
    },
    serving: () => serving.read(),
    setServing: (server) => context.guard('The settings are as they were.', () => serving.save(server)),
  };
}

/** What this machine, or the Hub, could not do, with what to do where it says so. */
export function machineProblem(error: unknown, saved: string): Problem {
  const next = error instanceof Error && 'next' in error && typeof error.next === 'string' ? error.next : 'Try again.';
  return { what: errorText(error), saved, next };
}
