import { randomInt, randomUUID } from 'node:crypto';
import { chmodSync, copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { TrainingMethod } from '../../domain/training/types.ts';
import type { WeightsBase } from '../runners/weights/bases.ts';
import { writeRows, writeTask } from '../runners/weights/job-files.ts';
import { resolveSettings } from '../runners/weights/settings.ts';
import { publishFolder, removeBlob } from '../storage/blobs.ts';
import type { WireHyperparameters } from '../storage/jobs.ts';
import type { Store } from '../storage/store.ts';
import { checkFiles, InvalidFileError, readRows } from '../training/examples.ts';
import { launchFiles } from './launch-files.ts';
import { OfflineFault, type RequestOf } from './requests.ts';
import { DATA, LINES, PAPERS, READ, RUN, type ScriptPapers, sha256Of } from './script-papers.ts';

export interface ScriptSetup {
  readonly store: Store;
  /** The bases there are now. */
  readonly bases: readonly WeightsBase[];
  /** Folder that holds `luthier_runner`. */
  readonly packages: string;
}

export interface ScriptResult {
  readonly path: string;
  readonly base: { readonly id: string; readonly revision: string | null };
  readonly examples: number;
  readonly hyperparameters: WireHyperparameters;
  /** Whether the base is on this machine: where it is not, automatic settings are those of a large model. */
  readonly measured: boolean;
}

/** A job as it was asked for, wherever that was. */
interface Asked {
  readonly training: { readonly path: string; readonly name: string };
  readonly validation: { readonly path: string; readonly name: string } | null;
  readonly model: string;
  readonly method: TrainingMethod;
  readonly seed: number;
  readonly suffix: string | null;
  readonly created: number;
  readonly hyperparameters: WireHyperparameters;
}

/** Bytes that a base counts as which is not here to be measured. */
const UNKNOWN_WEIGHTS = 16e9;

/** Writes a folder that trains a job where Luthier is not; it has its name once it is whole. Throws OfflineFault. */
export async function writeScript(setup: ScriptSetup, request: RequestOf<'script'>): Promise<ScriptResult> {
  const { out, launcher, processes, nodes } = request;
  checkPlace(out, request.force);
  const asked = askedOf(setup.store, request.source);
  const base = baseOf(setup.bases, asked.model);
  const { method, training, validation } = asked;
  const files = { training: training.path, validation: validation?.path ?? null };
  const examples = await inWords(() => checkFiles(files, method, () => {}));
  const world = processes * nodes;
  const facts = { method, examples, weightBytes: base.weightBytes || UNKNOWN_WEIGHTS, processes: world };
  const hyperparameters = resolveSettings(asked.hyperparameters, facts);
  const batchSize = Number(hyperparameters.batch_size);
  if (batchSize % world !== 0) {
    const next = `Give a --batch-size that is a multiple of ${world}, or fewer processes.`;
    throw new OfflineFault(`${batchSize} rows a step cannot be shared by ${world} processes.`, next);
  }
  const draft = `${out}.draft`;
  await removeBlob(draft);
  mkdirSync(join(draft, 'data'), { recursive: true });
  try {
    const task = {
      baseModel: asked.model,
      method,
      wanted: asked.hyperparameters,
      size: examples,
      day: new Date(asked.created * 1000).toISOString().slice(0, 10),
      seed: asked.seed,
      folder: draft,
      rows(file: 'training' | 'validation') {
        const path = files[file];
        return path === null ? null : readRows(path, `${file}_file`, method, () => {});
      },
    };
    const lines = await writeRows(task);
    // Where the base lies there is known there alone.
    writeTask(task, { ...base, path: null }, hyperparameters, processes);
    copyFileSync(training.path, join(draft, DATA.training));
    if (validation !== null) copyFileSync(validation.path, join(draft, DATA.validation));
    copyTrainer(setup.packages, draft);
    const launch = { launcher, base, method, examples, batchSize, processes, nodes };
    for (const [name, text] of Object.entries(launchFiles(launch))) writeFileSync(join(draft, name), text);
    for (const name of ['run.sh', 'job.sbatch']) if (existsSync(join(draft, name))) chmodSync(join(draft, name), 0o755);
    const papers = await papersOf(draft, asked, { base, hyperparameters, examples, lines });
    writeFileSync(join(draft, PAPERS), `${JSON.stringify(papers)}\n`);
    publishFolder(draft, out, dirname(out));
  } finally {
    await removeBlob(draft);
  }
  const { id, revision } = base;
  return { path: out, base: { id, revision }, examples, hyperparameters, measured: base.path !== null };
}

/** What a run has made is never replaced. */
function checkPlace(out: string, force: boolean): void {
  if (!existsSync(out)) return;
  if (!force)
    throw new OfflineFault(`${out} is there already.`, 'Give another folder with --out, or --force to replace it.');
  if (!existsSync(join(out, PAPERS)) || !existsSync(join(out, 'run.sh')))
    throw new OfflineFault(
      `${out} is no job of luthier runner script, and is not replaced.`,
      'Give another folder with --out.',
    );
  if (existsSync(join(out, RUN)) || existsSync(join(out, LINES)))
    throw new OfflineFault(
      `${out} has been run, and its run would be lost.`,
      'Import it, or give another folder with --out.',
    );
}

function askedOf(store: Store, source: RequestOf<'script'>['source']): Asked {
  if (source.kind === 'file') {
    const { training, validation, seed, ...job } = source;
    return {
      ...job,
      training: { path: training, name: basename(training) },
      validation: validation === null ? null : { path: validation, name: basename(validation) },
      seed: seed ?? randomInt(2 ** 31 - 1),
      created: Math.floor(Date.now() / 1000),
    };
  }
  const job = store.jobs.get(source.id);
  if (job === null)
    throw new OfflineFault(`There is no job ${source.id} here.`, 'luthier jobs lists them; or name a training file.');
  const { model, method, seed, suffix, created_at: created, hyperparameters } = job;
  const file = (id: string): { path: string; name: string } => {
    const row = store.files.get(id);
    if (row !== null) return { path: join(store.folders.files, row.blob), name: row.filename };
    throw new OfflineFault(`The file ${id} of the job was deleted.`, 'Name the training file in the place of the job.');
  };
  return {
    ...{ model, method, seed, suffix, created, hyperparameters },
    training: file(job.training_file),
    validation: job.validation_file === null ? null : file(job.validation_file),
  };
}

/** One that is not here is named all the same: it may be on the other machine alone. */
function baseOf(bases: readonly WeightsBase[], model: string): WeightsBase {
  if (model.startsWith('practice-'))
    throw new OfflineFault(
      `${model} is a practice model, which is trained by Luthier alone.`,
      'Name a base of real weights with --model.',
    );
  const nothing = {
    createdAt: 0,
    path: null,
    revision: null,
    state: 'not downloaded',
    bytes: null,
    weightBytes: 0,
  } as const;
  return bases.find(({ id }) => id === model) ?? { id: model, ...nothing };
}

/** The runner's own package, and the exact versions it wants of others. */
function copyTrainer(packages: string, draft: string): void {
  const from = join(packages, 'luthier_runner');
  const to = join(draft, 'trainer', 'luthier_runner');
  mkdirSync(to, { recursive: true });
  for (const name of readdirSync(from)) if (name.endsWith('.py')) copyFileSync(join(from, name), join(to, name));
  const list =
    /^dependencies = \[\n([^\]]*)\]$/m.exec(readFileSync(join(packages, 'pyproject.toml'), 'utf8'))?.[1] ?? '';
  const pins = [...list.matchAll(/"([^"]+)"/g)].map(([, pin]) => `${pin}\n`);
  writeFileSync(join(draft, 'requirements.txt'), pins.join(''));
}

async function papersOf(
  draft: string,
  { method, seed, suffix, created, training, validation }: Asked,
  { base, lines, ...more }: Pick<ScriptPapers, 'base' | 'hyperparameters' | 'examples'> & { readonly lines: object },
): Promise<object> {
  const there = READ.filter((name) => existsSync(join(draft, name)));
  const hashes = await Promise.all(there.map(async (name) => [name, await sha256Of(join(draft, name))] as const));
  return {
    format: 1,
    run: randomUUID(),
    base: { id: base.id, revision: base.revision },
    ...{ created, method, seed, suffix, ...more, lines },
    files: { training: training.name, validation: validation?.name ?? null },
    sha256: Object.fromEntries(hashes),
  };
}

async function inWords<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof InvalidFileError)) throw error;
    throw new OfflineFault(error.message, 'Run luthier check on the file and fix the lines it names.');
  }
}
