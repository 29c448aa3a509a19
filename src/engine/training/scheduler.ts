import { type Claims, claims as claimsOf, type Owner, processAlive, type Stage } from '../storage/claims.ts';
import type { Store } from '../storage/store.ts';
import type { TrainerMessage } from './protocol.ts';
import { startThread, type TrainerThread } from './thread.ts';
import { trainWork } from './train-work.ts';
import { failJob, validateWork, type Work } from './work.ts';

/** How often an engine looks for new work, for engines that died, and for jobs paused or cancelled elsewhere. */
const TICK_MS = 500;

/** A job that brings down every engine that takes it is given up after so many. */
const MAX_ADOPTIONS = 5;

export interface Scheduler {
  /** Looks for work now: call it after a job was created, resumed, paused or cancelled. */
  poke(): void;
  /** Whether a job is being worked on in this process. */
  busy(): boolean;
  /** Stops the threads and gives the jobs up, so that the next engine takes them over. */
  close(): Promise<void>;
}

interface Run {
  readonly jobId: string;
  readonly thread: TrainerThread;
  dropped: boolean;
}

/**
 * Works on the home's jobs: one validation and one training at a time, in the order they were asked for. Several
 * engines may share a home; the claims see to it that one of them trains.
 */
export function createScheduler(store: Store, owner: Owner, trainer: URL): Scheduler {
  const claims = claimsOf(store.db, store.jobs, owner, processAlive);
  const runs = new Map<Stage, Run>();
  const stopping = new Set<Promise<void>>();
  let closed = false;

  const drop = (stage: Stage): void => {
    const run = runs.get(stage);
    if (!run || run.dropped) return;
    run.dropped = true;
    const stopped = run.thread.stop();
    stopping.add(stopped);
    void stopped.finally(() => stopping.delete(stopped));
  };

  const launch = (stage: Stage): void => {
    const next = claimWork(store, claims, stage);
    if (next === null) return;
    const thread = startThread(
      trainer,
      next.work.task,
      (message) => {
        if (!hearOrFail(store, claims, next, message)) drop(stage);
      },
      () => {
        runs.delete(stage);
        tick();
      },
    );
    runs.set(stage, { jobId: next.jobId, thread, dropped: false });
  };

  const poke = (): void => {
    if (closed) return;
    for (const stage of ['validate', 'train'] as const) {
      const run = runs.get(stage);
      if (run === undefined) launch(stage);
      else if (!claims.beat(run.jobId)) drop(stage);
    }
  };

  // A database that is busy or full now is asked again at the next tick; requests report it to whoever asks.
  const tick = (): void => {
    try {
      poke();
    } catch {}
  };
  const timer = setInterval(tick, TICK_MS);
  timer.unref();
  tick();
  return {
    poke: tick,
    busy: () => runs.size > 0,
    async close() {
      closed = true;
      clearInterval(timer);
      for (const stage of [...runs.keys()]) drop(stage);
      await Promise.all(stopping);
      claims.releaseAll();
    },
  };
}

interface JobWork {
  readonly jobId: string;
  readonly work: Work;
}

/** A message that cannot be recorded (a full disk, say) fails the job; false when the thread should be stopped. */
function hearOrFail(store: Store, claims: Claims, { jobId, work }: JobWork, message: TrainerMessage): boolean {
  try {
    return work.hear(message);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    try {
      failJob(store, claims, jobId, { code: 'server_error', message: `Could not record: ${reason}`, param: null });
    } catch {
      // Not even that could be written: the job stays claimed and is taken over when this engine falls silent.
    }
    return false;
  }
}

function claimWork(store: Store, claims: Claims, stage: Stage): JobWork | null {
  const claim = claims.take(stage);
  if (claim === null) return null;
  const { job } = claim;
  if (job.adoptions >= MAX_ADOPTIONS) {
    const message = `Training stopped unexpectedly ${MAX_ADOPTIONS} times and was given up. Start a new job to try again.`;
    failJob(store, claims, job.id, { code: 'server_error', message, param: null });
    return null;
  }
  const work = stage === 'validate' ? validateWork(store, claims, claim) : trainWork(store, claims, claim);
  return work && { jobId: job.id, work };
}
