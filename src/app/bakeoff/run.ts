import type { Bakeoff } from '../../domain/bakeoff/types.ts';
import type { Problem } from '../../domain/common/outcome.ts';
import { type JobRecord, TERMINAL_STATUSES } from '../../domain/training/types.ts';
import type { BakeoffStore } from '../runtime/ports.ts';
import type { AnotherJob } from '../training/create.ts';
import { startTraining, type TrainDeps, type TrainHandle } from '../training/start.ts';
import { createWakeSignal, type WakeSignal, watchJob } from '../training/watch.ts';
import { createEarlyStop, type EarlyStop } from './early-stop.ts';
import { filesOf, jobOf, type LinesOf } from './quote.ts';
import { readTargets, type TargetState, type TermsOf } from './states.ts';

export type BakeoffRunDeps = TrainDeps & { readonly bakeoffs: BakeoffStore };

export interface BakeoffRequest {
  readonly bakeoff: Bakeoff;
  readonly linesOf: LinesOf;
  readonly termsOf: TermsOf;
  /** US$ as it was quoted, by the id of a target; null when unknown. */
  readonly quoted: ReadonlyMap<string, number | null>;
  readonly another: AnotherJob;
  /** Something of a target is newly on disk, or it ended; by its id. */
  readonly onChange?: (targetId: string) => void;
  /** A job is followed by an operation; where somebody else follows jobs, they know. */
  readonly onFollowed?: (record: JobRecord, wakeSignal: WakeSignal, finished: Promise<unknown>) => void;
  /** Follows a job that is there already; the run's own way when absent. */
  readonly follow?: (record: JobRecord) => Promise<unknown>;
  /** Cancels what is clearly behind, where somebody else follows jobs; the run's own way when absent. */
  readonly earlyStop?: EarlyStop;
  /** A remark worth showing. */
  readonly onNote?: (text: string) => void;
}

export interface BakeoffRun {
  /** Why a target has no job, or is watched no longer, by its id. */
  problem(targetId: string): Problem | null;
  /** Watches no longer; jobs that are there run on. */
  cancel(): void;
  /** Resolves when every target has ended or failed to begin; never rejects. */
  readonly finished: Promise<void>;
}

/**
 * Creates the job of every target that has none, and follows all to their ends. Begun again it goes on: jobs that are there are followed, one that
 * was asked for is looked for first, and only what is missing is created. At each provider one after the other, so that
 * files are sent once; the providers side by side. What becomes of one target stops no other.
 */
export function startBakeoff(deps: BakeoffRunDeps, request: BakeoffRequest): BakeoffRun {
  const problems = new Map<string, Problem>();
  const cancels = new Set<() => void>();
  const wakes = new Map<string, WakeSignal>();
  let cancelled = false;
  const stopping =
    request.earlyStop ??
    createEarlyStop(deps, {
      ...request,
      onStopped(id, { job }) {
        wakes.get(job.id)?.wake();
        request.onChange?.(id);
      },
    });

  const changed = (id: string): void => {
    request.onChange?.(id);
    stopping.look();
  };

  async function followed(id: string, handle: Pick<TrainHandle, 'finished' | 'cancel'>): Promise<void> {
    const cancel = (): void => handle.cancel();
    cancels.add(cancel);
    if (cancelled) cancel();
    const { problem } = await handle.finished;
    cancels.delete(cancel);
    if (problem !== null) problems.set(id, problem);
    changed(id);
  }

  /** Resolves when the job exists or will not; what follows it goes on. */
  async function create({ id, target }: TargetState): Promise<{ readonly ended: Promise<void> }> {
    const wakeSignal = createWakeSignal();
    const { promise: made, resolve: settled } = Promise.withResolvers<void>();
    let known = false;
    const handle = startTraining(deps, {
      projectId: request.bakeoff.projectId,
      providerId: target.providerId,
      dialect: request.termsOf(target.providerId, target.model),
      job: jobOf(request.bakeoff, target),
      place: { bakeoffId: request.bakeoff.id, targetId: id },
      files: () => filesOf(request.bakeoff, target, request.linesOf(target)),
      quoteUsd: request.quoted.get(id) ?? null,
      another: request.another,
      wakeSignal,
      onFound: (text) => request.onNote?.(text),
      onChange(record) {
        if (!known) request.onFollowed?.(record, wakeSignal, handle.finished);
        known = true;
        wakes.set(record.job.id, wakeSignal);
        settled();
        changed(id);
      },
    });
    const ended = followed(id, handle);
    void ended.then(settled);
    await made;
    return { ended };
  }

  async function goOn(group: readonly TargetState[]): Promise<void> {
    const following: Promise<unknown>[] = [];
    for (const state of group) {
      const { id, record } = state;
      if (record === null) {
        if (!cancelled) following.push((await create(state)).ended);
      } else if (!TERMINAL_STATUSES.has(record.job.status)) following.push(follow(id, record));
    }
    await Promise.all(following);
  }

  function follow(id: string, record: JobRecord): Promise<unknown> {
    if (request.follow !== undefined) return request.follow(record);
    const wakeSignal = createWakeSignal();
    wakes.set(record.job.id, wakeSignal);
    return followed(id, watchJob(deps, { record, wakeSignal, onChange: () => changed(id) }));
  }

  const groups = Map.groupBy(readTargets(deps, request.bakeoff), ({ target }) => target.providerId);
  return {
    problem: (id) => problems.get(id) ?? null,
    cancel() {
      cancelled = true;
      for (const cancel of cancels) cancel();
    },
    finished: Promise.all([...groups.values()].map(goOn)).then(() => stopping.settled()),
  };
}
