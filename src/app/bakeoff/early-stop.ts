import { type Behind, clearlyBehind, type StoppableJob } from '../../domain/bakeoff/early-stop.ts';
import type { BakeoffTarget } from '../../domain/bakeoff/target-settings.ts';
import type { Bakeoff } from '../../domain/bakeoff/types.ts';
import { dialectFacts } from '../../domain/provider/job-dialects.ts';
import { lossText } from '../../domain/text/format.ts';
import { VALIDATION_LOSSES } from '../../domain/training/loss-names.ts';
import { measuredPoints } from '../../domain/training/metrics.ts';
import type { JobRecord } from '../../domain/training/types.ts';
import type { OperationDeps } from '../core/deps.ts';
import type { BakeoffStore } from '../runtime/ports.ts';
import { readTargets, type TargetState, type TermsOf } from './states.ts';

type EarlyStopDeps = Pick<OperationDeps, 'jobs' | 'askedJobs' | 'providers'> & { readonly bakeoffs: BakeoffStore };

export interface EarlyStopRequest {
  readonly bakeoff: Bakeoff;
  readonly termsOf: TermsOf;
  /** A target's job was cancelled, and why is kept. */
  readonly onStopped: (targetId: string, record: JobRecord) => void;
  /** A remark worth showing. */
  readonly onNote?: (text: string) => void;
}

export interface EarlyStop {
  /** Something of a job is newly on disk: cancels what is clearly behind now. */
  look(): void;
  /** Resolves when what is being cancelled is; never rejects. */
  settled(): Promise<void>;
}

/** Cancels targets that are clearly behind, where a person wants that. */
export function createEarlyStop(
  deps: EarlyStopDeps,
  { bakeoff, termsOf, onNote, onStopped }: EarlyStopRequest,
): EarlyStop {
  const asked = new Set<string>();
  const pending = new Set<Promise<void>>();

  async function stop(state: TargetState, record: JobRecord, behind: Behind): Promise<void> {
    const why = `Stopped early at step ${behind.step}: its ${VALIDATION_LOSSES[behind.curve]} of ${lossText(behind.loss)} was clearly above the ${lossText(behind.others)} of the others.`;
    const { cancel } = dialectFacts(termsOf(record.providerId).jobDialect).lacks;
    if (cancel !== undefined) {
      onNote?.(`Target ${state.number} is clearly behind and runs on: ${cancel}`);
      return;
    }
    // Another window or command that follows the same jobs may have been quicker.
    const isStopped = (): boolean => deps.bakeoffs.get(bakeoff.id)?.stopped[state.id] !== undefined;
    if (isStopped()) return;
    try {
      const provider = await deps.providers.connect(record.providerId);
      await provider.jobs.act(record.job.id, 'cancel');
      const now = deps.bakeoffs.get(bakeoff.id) ?? bakeoff;
      deps.bakeoffs.save({ ...now, stopped: { ...now.stopped, [state.id]: why } });
      onNote?.(`Target ${state.number}: ${why}`);
      onStopped(state.id, record);
    } catch (error) {
      if (isStopped()) return;
      // It goes on, which costs what was agreed to.
      onNote?.(
        `Target ${state.number} is clearly behind and could not be cancelled: ${error instanceof Error ? error.message : 'unknown failure'}`,
      );
    }
  }

  return {
    look(): void {
      if (!bakeoff.stopBehind) return;
      const states = readTargets(deps, bakeoff);
      const jobs = states.flatMap(({ id, target, record }): readonly StoppableJob[] =>
        record === null
          ? []
          : [
              {
                id,
                group: groupOf(target),
                points: measuredPoints(deps.jobs.events(record.job.id)),
                running: record.job.status === 'running',
              },
            ],
      );
      for (const behind of clearlyBehind(jobs)) {
        const state = states.find(({ id }) => id === behind.id);
        if (state?.record == null || asked.has(state.id)) continue;
        asked.add(state.id);
        const work = stop(state, state.record, behind);
        pending.add(work);
        void work.finally(() => pending.delete(work));
      }
    },
    async settled(): Promise<void> {
      await Promise.all(pending);
    },
  };
}

/** Losses are compared among jobs on one base by one method: others are on another scale. */
const groupOf = ({ providerId, model, method }: BakeoffTarget): string => `${providerId} ${model} ${method}`;
