import { JobCancelled, type Trainer } from '../runners/types.ts';
import { type Claims, createClaims as claimsOf, isImport, type Stage } from '../storage/claims.ts';
import { sweepJobFolders } from '../storage/job-folders.ts';
import type { JobRow } from '../storage/jobs.ts';
import { type Owner, processAlive } from '../storage/owner.ts';
import type { Store } from '../storage/store.ts';
import type { TrainerMessage } from './protocol.ts';
import { type RunningTask, startHere, startThread } from './start.ts';
import { failJob, trainWork, validateWork, type Work } from './work.ts';

/** How often an engine looks for new work, for engines that died, and for jobs paused or cancelled elsewhere. */
const TICK_MS = 500;

/** A job that brings down every engine that takes it is given up after so many. */
const MAX_ADOPTIONS = 5;

export interface Scheduler {
  /** Looks for work now: call it after a job was created, resumed, paused or cancelled. */
  wake(): void;
  /** Whether a job is being worked on in this process. */
  busy(): boolean;
  /** Stops the threads and gives the jobs up, so that the next engine takes them over. */
  close(): Promise<void>;
}

interface Run {
  readonly jobId: string;
  readonly running: RunningTask;
  dropped: boolean;
}

/**
 * Works on the home's jobs: one validation and one training at a time, in the order they were created. Several
 * engines may share a home; the claims see to it that one of them trains.
 */
export function createScheduler(store: Store, owner: Owner, url: URL, trainers: readonly Trainer[]): Scheduler {
  const claims = claimsOf(store.db, store.jobs, owner, processAlive);
  const runs = new Map<Stage, Run>();
  const stopping = new Set<Promise<void>>();
  const told = new Set<string>();
  let closed = false;

  const drop = (stage: Stage): void => {
    const run = runs.get(stage);
    if (!run || run.dropped) return;
    const cancelled = store.jobs.get(run.jobId)?.status === 'cancelled';
    run.dropped = true;
    const stopped = run.running.stop(cancelled ? new JobCancelled() : new Error('The training was stopped.'));
    stopping.add(stopped);
    void stopped.finally(() => stopping.delete(stopped));
  };

  const launch = (stage: Stage): void => {
    const next = claimWork(store, claims, trainers, stage);
    if (next === null) {
      tellWaiting(store, trainers, told);
      return;
    }
    const { trainer } = next;
    const onMessage = (message: TrainerMessage): void => {
      if (!recordOrFail(store, claims, next, message)) drop(stage);
    };
    const ended = (): void => {
      runs.delete(stage);
      sweep();
      tick();
    };
    const running =
      stage === 'train' && trainer?.place === 'process'
        ? startHere(trainer, next.work.task, onMessage, ended)
        : startThread(url, next.work.task, trainer?.silenceMs ?? UNKNOWN_SILENCE_MS, onMessage, ended);
    runs.set(stage, { jobId: next.jobId, running, dropped: false });
  };

  const wake = (): void => {
    if (closed) return;
    for (const stage of ['validate', 'train'] as const) {
      const run = runs.get(stage);
      if (run === undefined) launch(stage);
      else if (!claims.heartbeat(run.jobId)) drop(stage);
    }
  };

  // What cannot be removed now is looked at again when the next job ends.
  const sweep = (): void => {
    const busy = new Set([...runs.values()].map(({ jobId }) => jobId));
    sweepJobFolders(store, busy).catch(() => {});
  };

  // A database that is busy or full now is read again at the next tick; requests report it to their clients.
  const tick = (): void => {
    try {
      wake();
    } catch {}
  };
  const timer = setInterval(tick, TICK_MS);
  timer.unref();
  sweep();
  tick();
  return {
    wake() {
      sweep();
      tick();
    },
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

/** Milliseconds without a sign of life of a job that no trainer can do any more, which is only told so. */
const UNKNOWN_SILENCE_MS = 60_000;

interface JobWork {
  readonly jobId: string;
  /** Null where none has the base any more. */
  readonly trainer: Trainer | null;
  readonly work: Work;
}

/** A message that cannot be recorded (a full disk, say) fails the job; false when the thread should be stopped. */
function recordOrFail(store: Store, claims: Claims, { jobId, work }: JobWork, message: TrainerMessage): boolean {
  try {
    return work.record(message);
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

function claimWork(store: Store, claims: Claims, trainers: readonly Trainer[], stage: Stage): JobWork | null {
  const trainerOf = ({ model }: JobRow): Trainer | null => trainers.find(({ tunes }) => tunes(model)) ?? null;
  const claim = claims.take(stage, (job) => stage === 'validate' || isImport(job) || trainerOf(job) !== null);
  if (claim === null) return null;
  const { job, imported } = claim;
  if (imported) {
    const message = 'Its import was cut. Import the folder again.';
    failJob(store, claims, job.id, { code: 'import_cut', message, param: null });
    return null;
  }
  if (job.adoptions >= MAX_ADOPTIONS) {
    const message = `Training stopped unexpectedly ${MAX_ADOPTIONS} times and was given up. Start a new job to try again.`;
    failJob(store, claims, job.id, { code: 'server_error', message, param: null });
    return null;
  }
  const trainer = trainerOf(job);
  const work =
    stage === 'train' && trainer !== null
      ? trainWork(store, claims, trainer, claim)
      : validateWork(store, claims, claim);
  return work && { jobId: job.id, trainer, work };
}

/** Jobs that wait for a base model that this engine has not got: another engine of the home may have it, or this one started with it. */
function tellWaiting(store: Store, trainers: readonly Trainer[], told: Set<string>): void {
  for (const { id, model, owner } of store.jobs.withStatus(['queued', 'running'])) {
    if (told.has(id) || isImport({ owner }) || trainers.some(({ tunes }) => tunes(model))) continue;
    told.add(id);
    const message = `The base model ${model} is not at hand, and the job waits for it: start the engine with --base ${model}.`;
    store.events.append(id, [{ message, level: 'warn', once: 'waiting' }]);
  }
}
