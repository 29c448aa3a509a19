import { Worker } from 'node:worker_threads';
import type { Trainer } from '../runners/types.ts';
import { type Claims, createClaims as claimsOf, type Owner, processAlive, type Stage } from '../storage/claims.ts';
import { sweepJobFolders } from '../storage/job-folders.ts';
import type { Store } from '../storage/store.ts';
import type { TrainerCommand, TrainerMessage, TrainerTask } from './protocol.ts';
import { failJob, trainWork, validateWork, type Work } from './work.ts';

/** How long a stopped training may take to reach the end of its step before its thread is ended from outside. */
const GRACE_MS = 2000;

/** How long a thread may take to be gone after that. One that waits for a disk that does not answer never is. */
const LOST_MS = 2000;

interface TrainerThread {
  /** Stops the task and resolves when the thread is gone. No message of it arrives any more. */
  stop(): Promise<void>;
}

/**
 * What a step makes is garbage at its end, and V8 would let it grow to several times this before looking: some 60 MB
 * more at the peak of a large training, for no time gained (bench/training.ts).
 */
const YOUNG = { maxYoungGenerationSizeMb: 8 };

const FINAL: ReadonlySet<TrainerMessage['kind']> = new Set(['validated', 'invalid', 'trained', 'failed']);

/**
 * Starts a trainer thread on one task. `onMessage` gets its messages in order, the last of them a final one: a thread that
 * dies before its final message, or says nothing for `silenceMs`, counts as `failed`. `ended` is called once, after the
 * thread is gone or given up.
 */
function startThread(
  url: URL,
  task: TrainerTask,
  silenceMs: number,
  onMessage: (message: TrainerMessage) => void,
  ended: () => void,
): TrainerThread {
  const worker = new Worker(url, { workerData: task, execArgv: [], stdin: false, resourceLimits: YOUNG });
  let concluded = false;
  let crash = 'The training thread ended without a result.';
  const conclude = (message: TrainerMessage): void => {
    concluded = true;
    onMessage(message);
    void stop();
  };
  const stuck = (): void => conclude({ kind: 'failed', message: stuckText(task, silenceMs) });
  const silence = setTimeout(stuck, silenceMs).unref();
  worker.on('message', (message: TrainerMessage) => {
    if (concluded) return;
    silence.refresh();
    if (FINAL.has(message.kind)) conclude(message);
    else onMessage(message);
  });
  worker.on('error', (error: unknown) => {
    crash = error instanceof Error ? error.message : String(error);
  });
  const gone = Promise.withResolvers<void>();
  worker.once('exit', () => {
    gone.resolve();
    if (!concluded) conclude({ kind: 'failed', message: crash });
  });
  void gone.promise.then(ended);
  const stop = async (): Promise<void> => {
    concluded = true;
    clearTimeout(silence);
    const order: TrainerCommand = { kind: 'stop' };
    worker.postMessage(order);
    const impatience = setTimeout(() => void worker.terminate(), GRACE_MS);
    const despair = setTimeout(gone.resolve, GRACE_MS + LOST_MS);
    await gone.promise;
    clearTimeout(impatience);
    clearTimeout(despair);
  };
  return { stop };
}

function stuckText({ kind }: TrainerTask, silenceMs: number): string {
  const what = kind === 'validate' ? 'Reading the job’s files' : 'Training';
  const seconds = Math.round(silenceMs / 1_000);
  return `${what} stood still for ${seconds} s and was ended. Start a new job to try again.`;
}

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
  readonly thread: TrainerThread;
  dropped: boolean;
}

/**
 * Works on the home's jobs: one validation and one training at a time, in the order they were created. Several
 * engines may share a home; the claims see to it that one of them trains.
 */
export function createScheduler(store: Store, owner: Owner, trainer: URL, trainers: readonly Trainer[]): Scheduler {
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
      silenceLimit(trainers, next.baseModel),
      (message) => {
        if (!recordOrFail(store, claims, next, message)) drop(stage);
      },
      () => {
        runs.delete(stage);
        sweep();
        tick();
      },
    );
    runs.set(stage, { jobId: next.jobId, thread, dropped: false });
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

/** Milliseconds without a sign of life; what no trainer can tune any more is only told so. */
const silenceLimit = (trainers: readonly Trainer[], model: string): number =>
  trainers.find(({ tunes }) => tunes(model))?.silenceMs ?? 60_000;

interface JobWork {
  readonly jobId: string;
  readonly baseModel: string;
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
  return work && { jobId: job.id, baseModel: job.model, work };
}
