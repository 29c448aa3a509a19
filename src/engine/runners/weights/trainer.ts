import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import {
  JobCancelled,
  type Trainer,
  TrainingFailed,
  type TrainingResult,
  type TrainingSignal,
  type TrainingTask,
} from '../types.ts';
import { notWhole, type WeightsBase } from './bases.ts';
import { type ChildEnd, type RunnerChild, startChild } from './child.ts';
import { faultOfJob, lastCheckpoint, type RowLines, writeRows, writeTask } from './job-files.ts';
import { type LineOf, readTrainingLine, type TrainingLine } from './lines.ts';
import type { RunnerPython } from './python.ts';
import { recall } from './recall.ts';
import { createReport } from './report.ts';
import { resolveSettings, WEIGHT_SETTINGS } from './settings.ts';

export interface TrainerSetup {
  /** The base of that name, as it is now; null where there is none. */
  base(id: string): WeightsBase | null;
  /** Throws what a person must do to have one. */
  python(): RunnerPython;
  /** Of one job, on this machine. */
  readonly processes: number;
  /** Called before a job takes the device: what answers must not hold memory that nobody needs. */
  makeRoom(): Promise<void>;
}

/** How often a runner that died without a word is started again with no new checkpoint in between. */
const RESTARTS = 2;
/** An earlier engine's runner may take a step and a save to end; until then it holds the job's folder. */
const LOCK_WAIT_MS = 1000;
const LOCK_PATIENCE_MS = 15 * 60_000;
/** A stopped runner has so long to end its step and save, and three times its slowest step on top. */
const GRACE_MS = 60_000;

/** Trains real weights in a runner's process. The main thread owns it: a thread that is ended would leave it behind. */
export function createTrainer(setup: TrainerSetup): Trainer {
  return {
    place: 'process',
    settings: WEIGHT_SETTINGS,
    // Loading a large base, or one evaluation of a large file, may well take minutes without a line.
    silenceMs: 30 * 60_000,
    tunes: (base) => setup.base(base) !== null,
    resume: lastCheckpoint,
    train: (task, emit, signal) => train(setup, task, emit, signal),
  };
}

async function train(
  setup: TrainerSetup,
  task: TrainingTask,
  emit: (signal: TrainingSignal) => void,
  signal: AbortSignal,
): Promise<TrainingResult> {
  const base = setup.base(task.baseModel);
  if (base?.path == null || base.state !== 'ready') {
    throw new TrainingFailed('bad_base', notWhole(task.baseModel));
  }
  const { method, size: examples } = task;
  const { weightBytes } = base;
  const settings = resolveSettings(task.wanted, { method, examples, weightBytes, processes: setup.processes });
  emit({ kind: 'settings', hyperparameters: settings });
  const lines = await writeRows(task);
  writeTask(task, base, settings, setup.processes);
  signal.throwIfAborted();
  await setup.makeRoom();
  const attempt = createAttempts(task, emit, signal, setup.python(), lines);
  for (;;) {
    const line = await attempt();
    if (line !== null) return { path: line.path, trainedTokens: line.trained_tokens };
  }
}

/** Makes a function that starts the runner on the job and gives the line it ends well with, or null: start it again. */
function createAttempts(
  task: TrainingTask,
  emit: (signal: TrainingSignal) => void,
  signal: AbortSignal,
  python: RunnerPython,
  lines: RowLines,
): () => Promise<LineOf<'done'> | null> {
  const report = createReport(task.folder, lines, emit);
  let deaths = 0;
  let reached = lastCheckpoint(task.folder)?.step ?? 0;
  const lockedUntil = Date.now() + LOCK_PATIENCE_MS;

  const died = ({ code, signal: by }: ChildEnd): void => {
    const step = lastCheckpoint(task.folder)?.step ?? 0;
    deaths = step > reached ? 1 : deaths + 1;
    reached = step;
    const how = by === null ? `with code ${code}` : `by ${by}`;
    const why =
      by === 'SIGKILL'
        ? ' The machine may have run out of memory: see batch_size, max_length, gradient_checkpointing.'
        : '';
    if (deaths > RESTARTS) {
      throw new TrainingFailed(
        'runner_died',
        `The runner was ended ${how} ${deaths} times without a new checkpoint.${why}`,
      );
    }
    const from = step === 0 ? 'the first step' : `step ${step}`;
    emit({
      kind: 'notice',
      level: 'warn',
      message: `The runner was ended ${how}. It starts again from ${from}.${why}`,
    });
  };

  return async () => {
    const resume = lastCheckpoint(task.folder);
    const told = (line: TrainingLine): void => {
      report(line);
      if (line.kind === 'plan' && resume !== null) for (const earlier of recall(resume)) report(earlier);
    };
    const args = ['train', task.folder, ...(resume === null ? [] : ['--resume', resume.path])];
    const { last, end } = await runOnce(python, args, task.folder, told, signal);
    signal.throwIfAborted();
    if (last?.kind === 'done') return last;
    if (last?.kind === 'failed') {
      if (last.code !== 'locked' || Date.now() > lockedUntil)
        throw new TrainingFailed(last.code, faultOfJob(last, lines));
      emit({ kind: 'alive' });
      await wait(LOCK_WAIT_MS, undefined, { signal });
      return null;
    }
    died(end);
    return null;
  };
}

interface RunEnd {
  /** Null where it ended without a last word. */
  readonly last: LineOf<'done' | 'stopped' | 'failed'> | null;
  readonly end: ChildEnd;
}

async function runOnce(
  python: RunnerPython,
  args: readonly string[],
  folder: string,
  report: (line: TrainingLine) => void,
  signal: AbortSignal,
): Promise<RunEnd> {
  let last: RunEnd['last'] = null;
  let slowest = 0;
  let fault: unknown = null;
  const onLine = (line: unknown): void => {
    try {
      const read = readTrainingLine(line);
      if (read === null || last !== null) return;
      if (read.kind === 'step') slowest = Math.max(slowest, (read.seconds ?? 0) * 1000);
      if (read.kind === 'done' || read.kind === 'stopped' || read.kind === 'failed') last = read;
      else report(read);
    } catch (error) {
      fault ??= error;
      child.kill();
    }
  };
  const child = await startChild(python, { args, log: join(folder, 'runner.log'), patient: true, onLine });
  const stop = stopper(child, signal, () => GRACE_MS + 3 * slowest);
  try {
    const end = await child.ended;
    if (fault !== null) throw fault;
    return { last, end };
  } finally {
    stop.done();
    // Ranks of a runner that was killed by somebody else are still of its group.
    child.kill();
  }
}

/** Stops a runner when the signal says so: at once for a job that was cancelled, else with what it needs to save. */
function stopper(child: RunnerChild, signal: AbortSignal, graceMs: () => number): { done(): void } {
  let impatience: NodeJS.Timeout | undefined;
  const stop = (): void => {
    if (signal.reason instanceof JobCancelled) child.kill();
    else {
      child.send({ kind: 'stop' });
      impatience = setTimeout(child.kill, graceMs());
    }
  };
  if (signal.aborted) stop();
  else signal.addEventListener('abort', stop, { once: true });
  return {
    done() {
      signal.removeEventListener('abort', stop);
      clearTimeout(impatience);
    },
  };
}
