import { Worker } from 'node:worker_threads';
import { JobCancelled, type Trainer } from '../runners/types.ts';
import type { TrainerCommand, TrainerMessage, TrainerTask } from './protocol.ts';
import { runTask } from './trainer.ts';

/** How long a stopped training may take to reach the end of its step before its thread is ended from outside. */
const GRACE_MS = 2000;

/** How long a thread may take to be gone after that. One that waits for a disk that does not answer never is. */
const LOST_MS = 2000;

export interface RunningTask {
  /** Stops the task for a reason and resolves when nothing of it runs any more. No message of it arrives after. */
  stop(reason: Error): Promise<void>;
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
export function startThread(
  url: URL,
  task: TrainerTask,
  silenceMs: number,
  onMessage: (message: TrainerMessage) => void,
  ended: () => void,
): RunningTask {
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

/**
 * Starts a task on this thread, whose trainer leaves the work to processes of its own. Messages and silence are as those of
 * a trainer thread; `ended` is called once, when its processes are gone.
 */
export function startHere(
  trainer: Trainer,
  task: TrainerTask,
  onMessage: (message: TrainerMessage) => void,
  ended: () => void,
): RunningTask {
  const stopping = new AbortController();
  let concluded = false;
  const conclude = (message: TrainerMessage): void => {
    concluded = true;
    clearTimeout(silence);
    onMessage(message);
  };
  const silence = setTimeout(() => {
    conclude({ kind: 'failed', message: stuckText(task, trainer.silenceMs) });
    stopping.abort(new JobCancelled());
  }, trainer.silenceMs).unref();
  const say = (message: TrainerMessage): void => {
    if (concluded) return;
    silence.refresh();
    if (FINAL.has(message.kind)) conclude(message);
    else onMessage(message);
  };
  const gone = runTask(task, [trainer], say, stopping.signal).finally(() => {
    clearTimeout(silence);
    ended();
  });
  return {
    async stop(reason) {
      concluded = true;
      clearTimeout(silence);
      stopping.abort(reason);
      await gone;
    },
  };
}
