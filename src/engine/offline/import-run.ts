import { randomBytes } from 'node:crypto';
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Trainer } from '../runners/types.ts';
import type { WeightsBase } from '../runners/weights/bases.ts';
import type { TrainingLine } from '../runners/weights/lines.ts';
import { createReport } from '../runners/weights/report.ts';
import { WEIGHT_SETTINGS } from '../runners/weights/settings.ts';
import { removeBlob } from '../storage/blobs.ts';
import { createClaims, importToken } from '../storage/claims.ts';
import { fileId, jobId, nowSeconds, randomName } from '../storage/ids.ts';
import { jobFolder } from '../storage/job-folders.ts';
import type { JobRow } from '../storage/jobs.ts';
import { type Owner, processAlive } from '../storage/owner.ts';
import type { Store } from '../storage/store.ts';
import { runTask } from '../training/trainer.ts';
import { trainWork } from '../training/work.ts';
import { type FinishedRun, readRun } from './finished-run.ts';
import { OfflineFault, type RequestOf } from './requests.ts';
import { DATA } from './script-papers.ts';

export interface ImportResult {
  readonly job: string;
  readonly model: string;
  /** Whether it was here already: then nothing was done. */
  readonly already: boolean;
  /** Files of the script that were changed before it ran. */
  readonly edited: readonly string[];
  readonly base: string;
  /** Whether the base is here, without which the model cannot answer. */
  readonly callable: boolean;
  readonly checkpoints: number;
  readonly steps: number;
}

/** By this name a job says which run it was. */
const RUN_MARK = 'luthier_run';

/**
 * Makes a job of a run that ended elsewhere, by the way of every other: what its runner said is told again, its
 * checkpoints and its model are copied and published. Throws OfflineFault; then there is no such job.
 */
export async function importRun(
  { store, bases }: { readonly store: Store; readonly bases: readonly WeightsBase[] },
  { folder }: RequestOf<'import'>,
  signal: AbortSignal,
): Promise<ImportResult> {
  const run = await readRun(folder);
  const base = run.papers.base.id;
  const callable = bases.some(({ id, state }) => id === base && state === 'ready');
  const steps = new Set(run.lines.flatMap((line) => (line.kind === 'step' ? [line.step] : []))).size;
  const facts = { edited: run.edited, base, callable, steps };
  const before = earlier(store, run.mark);
  if (before !== null) {
    const checkpoints = store.checkpoints.all(before.id).length;
    return { job: before.id, model: before.fine_tuned_model ?? '', already: true, checkpoints, ...facts };
  }
  const staged = mkdtempSync(join(store.folders.tmp, 'import-'));
  try {
    const copies = await copyRun(run, staged, signal);
    const owner = { token: importToken(randomBytes(12).toString('hex')), pid: process.pid };
    const job = insertJob(store, run, folder, owner);
    const claims = createClaims(store.db, store.jobs, owner, processAlive);
    const trainer = replayOf(run, copies);
    const work = trainWork(store, claims, trainer, { job, recovered: false, imported: true });
    if (work === null) throw new OfflineFault('Another engine took the job.', 'Import it again.');
    await runTask(work.task, [trainer], (message) => void work.record(message), signal);
    const done = store.jobs.get(job.id);
    if (done?.status !== 'succeeded')
      throw new OfflineFault(`The run could not be taken in: ${done?.error?.message ?? 'its job was ended'}`, '');
    await removeBlob(jobFolder(store, job.id));
    const checkpoints = store.checkpoints.all(job.id).length;
    return { job: job.id, model: done.fine_tuned_model ?? '', already: false, checkpoints, ...facts };
  } finally {
    await removeBlob(staged);
  }
}

/** The job of the same outcome, if its model is still there. */
const earlier = (store: Store, mark: string): JobRow | null =>
  store.jobs
    .withStatus(['succeeded'])
    .find(
      ({ metadata, fine_tuned_model: model }) =>
        metadata?.[RUN_MARK] === mark && model !== null && store.models.get(model) !== null,
    ) ?? null;

interface Copies {
  readonly model: string;
  readonly checkpoints: ReadonlyMap<number, string>;
}

/** Before there is a job: what cannot be read or does not fit on the disk leaves none behind. */
async function copyRun({ model, checkpoints }: FinishedRun, staged: string, signal: AbortSignal): Promise<Copies> {
  const copied = new Map<number, string>();
  for (const [step, path] of checkpoints) {
    signal.throwIfAborted();
    copied.set(step, copyFiles(path, join(staged, `step-${step}`)));
  }
  return { model: copyFiles(model, join(staged, 'model')), checkpoints: copied };
}

/** Files alone: a link in a folder that comes from elsewhere may lead anywhere. */
function copyFiles(from: string, to: string): string {
  mkdirSync(to, { mode: 0o700 });
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    if (entry.isFile()) copyFileSync(join(from, entry.name), join(to, entry.name));
  }
  return to;
}

/** The job, ours from its first moment: no engine of the home may begin to train it. */
function insertJob(store: Store, run: FinishedRun, folder: string, owner: Owner): JobRow {
  const { papers, hyperparameters, seed, mark } = run;
  const id = jobId();
  const training = insertFile(store, folder, DATA.training, papers.files.training);
  const { validation: name } = papers.files;
  const validation = name === null ? null : insertFile(store, folder, DATA.validation, name);
  const at = nowSeconds();
  return store.transaction(() => {
    store.jobs.insert({
      id,
      created_at: at,
      model: papers.base.id,
      training_file: training,
      validation_file: validation,
      suffix: papers.suffix,
      seed,
      method: papers.method,
      hyperparameters,
      metadata: { [RUN_MARK]: mark },
      integrations: null,
      tag: randomName(8),
    });
    store.jobs.update(id, {
      status: 'queued',
      examples: papers.examples,
      owner: owner.token,
      owner_pid: owner.pid,
      heartbeat_at: Date.now(),
    });
    const where = new Date(papers.created * 1000).toISOString().slice(0, 10);
    const messages = [
      { message: `Created fine-tuning job: ${id}`, once: 'created' },
      { message: `Trained elsewhere, by a script of ${where}, and imported`, once: 'imported' },
      ...run.edited.map((file) => ({
        message: `${file} was changed after the script was written: the job has what was trained`,
        level: 'warn' as const,
        once: `edited:${file}`,
      })),
    ];
    store.events.append(id, messages);
    const job = store.jobs.get(id);
    if (job === null) throw new Error(`The job ${id} is gone.`);
    return job;
  });
}

function insertFile(store: Store, folder: string, from: string, filename: string): string {
  const id = fileId();
  const blob = `${id}.jsonl`;
  const path = join(store.folders.files, blob);
  copyFileSync(join(folder, from), path);
  const { size: bytes } = statSync(path);
  store.files.insert({ id, filename, purpose: 'fine-tune', bytes, created_at: nowSeconds(), expires_at: null, blob });
  return id;
}

/** A trainer that has trained already: it tells again what was said then. */
function replayOf({ lines, papers, trainedTokens }: FinishedRun, { model, checkpoints }: Copies): Trainer {
  return {
    place: 'process',
    settings: WEIGHT_SETTINGS,
    silenceMs: 60_000,
    tunes: () => true,
    resume: () => null,
    async train({ folder }, emit, signal) {
      const report = createReport(folder, papers.lines, emit);
      for (const line of lines) {
        signal.throwIfAborted();
        const here = placed(line, checkpoints);
        if (here !== null) report(here);
      }
      return { path: model, trainedTokens };
    },
  };
}

/** A line whose checkpoint lies here now; null for one that was removed since. */
function placed(line: TrainingLine, checkpoints: Copies['checkpoints']): TrainingLine | null {
  if (line.kind !== 'checkpoint') return line;
  const path = checkpoints.get(line.step);
  return path === undefined ? null : { ...line, path };
}
