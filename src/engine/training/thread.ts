import { Worker } from 'node:worker_threads';
import type { TrainerMessage, TrainerOrder, TrainerTask } from './protocol.ts';

/** How long a stopped training may take to reach the end of its step before its thread is ended from outside. */
const GRACE_MS = 2000;

export interface TrainerThread {
  /** Stops the task and resolves when the thread is gone. Nothing is heard of it any more. */
  stop(): Promise<void>;
}

/**
 * What a step makes is garbage at its end, and V8 would let it grow to several times this before looking: some 60 MB
 * more at the peak of a large training, for no time gained (bench/training.ts).
 */
const YOUNG = { maxYoungGenerationSizeMb: 8 };

const FINAL: ReadonlySet<TrainerMessage['kind']> = new Set(['validated', 'invalid', 'trained', 'failed']);

/**
 * Starts a trainer thread on one task. `hear` gets its messages in order, the last of them a final one: a thread that
 * dies without having said any is heard as `failed`. `ended` is called once, after the thread is gone.
 */
export function startThread(
  url: URL,
  task: TrainerTask,
  hear: (message: TrainerMessage) => void,
  ended: () => void,
): TrainerThread {
  const worker = new Worker(url, { workerData: task, execArgv: [], stdin: false, resourceLimits: YOUNG });
  let concluded = false;
  let crash = 'The training thread ended without a result.';
  worker.on('message', (message: TrainerMessage) => {
    if (concluded) return;
    concluded = FINAL.has(message.kind);
    hear(message);
  });
  worker.on('error', (error: unknown) => {
    crash = error instanceof Error ? error.message : String(error);
  });
  const gone = new Promise<void>((resolve) => {
    worker.once('exit', () => {
      if (!concluded) hear({ kind: 'failed', message: crash });
      ended();
      resolve();
    });
  });
  return {
    async stop() {
      concluded = true;
      const order: TrainerOrder = { kind: 'stop' };
      worker.postMessage(order);
      const impatience = setTimeout(() => void worker.terminate(), GRACE_MS);
      await gone;
      clearTimeout(impatience);
    },
  };
}
