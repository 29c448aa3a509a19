import { createHash, randomBytes } from 'node:crypto';
import { createReadStream, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import * as z from 'zod';
import { readObject } from '../../domain/weights/base-folder.ts';
import { PULL_PAPERS } from '../../domain/weights/model-places.ts';
import type { WeightsBase } from '../runners/weights/bases.ts';
import { startChild } from '../runners/weights/child.ts';
import { disk } from '../runners/weights/disk.ts';
import type { RunnerPython } from '../runners/weights/python.ts';
import type { Store } from '../storage/store.ts';
import { readRows } from '../training/examples.ts';
import { type CardFacts, type CardFile, modelCard } from './model-card.ts';
import { OfflineFault, type RequestOf } from './requests.ts';
import { type TunedModel, tunedModel } from './tuned-model.ts';

export interface ExportSetup {
  readonly store: Store;
  /** The bases there are now. */
  readonly bases: readonly WeightsBase[];
  /** Throws what a person must do to have one. */
  python(): RunnerPython;
  readonly log: string;
}

const findingSchema = z.object({
  severity: z.enum(['error', 'warning', 'note']),
  code: z.string(),
  message: z.string(),
  fix: z.string(),
});

const exportLine = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('exported'),
    path: z.string(),
    files: z.array(z.object({ name: z.string(), size: z.number() })),
    command: z.array(z.string()).nullable(),
    findings: z.array(findingSchema),
  }),
  z.object({ kind: z.literal('failed'), message: z.string(), fix: z.string().nullish() }),
]);

type Exported = Omit<Extract<z.output<typeof exportLine>, { kind: 'exported' }>, 'kind'>;

export interface ExportResult extends Exported {
  readonly model: string;
  /** Whether something was written: nothing is where the target cannot take the model. */
  readonly written: boolean;
  readonly base: { readonly id: string; readonly path: string };
}

/** Writes a tuned model as another program takes it. Throws OfflineFault, and the signal's reason. */
export async function exportModel(
  setup: ExportSetup,
  { model, target, out, force, evaluations }: RequestOf<'export'>,
  signal: AbortSignal,
): Promise<ExportResult> {
  const tuned = tunedModel(setup.store, model);
  checkPlace(out, force);
  const full = tuned.papers.kind === 'full';
  const base = full ? { id: tuned.papers.base.id, path: tuned.path, revision: null } : baseOf(setup.bases, tuned);
  const request = {
    base: { path: base.path, id: base.id, revision: base.revision },
    adapter: full ? null : tuned.path,
    target,
    out,
    name: servedName(tuned.row.id),
    card: await cardOf(setup, tuned, {
      library: target === 'merged' || full ? 'transformers' : 'peft',
      basePath: base.path,
      evaluations,
    }),
    system: target === 'ollama' ? await commonSystem(setup.store, tuned) : null,
    replace: force,
  };
  mkdirSync(dirname(out), { recursive: true });
  const exported = await run(setup, request, signal);
  const written = !exported.findings.some(({ severity }) => severity === 'error');
  return { ...exported, model: tuned.row.id, written, base: { id: base.id, path: base.path } };
}

/** Of what Luthier did not write, nothing is replaced, whoever says so. */
function checkPlace(out: string, force: boolean): void {
  if (!existsSync(out) || (disk.names(out).length === 0 && force)) return;
  if (!force)
    throw new OfflineFault(`${out} is there already.`, 'Give another folder with --out, or --force to replace it.');
  const card = disk.text(join(out, 'README.md')) ?? '';
  if (!card.includes('Exported by Luthier'))
    throw new OfflineFault(`${out} is no export of Luthier’s, and is not replaced.`, 'Give another folder with --out.');
}

function baseOf(bases: readonly WeightsBase[], { row }: TunedModel) {
  const base = bases.find(({ id }) => id === row.base);
  if (base?.path != null && base.state === 'ready') return { id: base.id, path: base.path, revision: base.revision };
  const pull = row.base.includes('/') ? `luthier models pull ${row.base}, or name` : 'Name';
  throw new OfflineFault(
    `The base model ${row.base} is not ${base?.path == null ? 'at hand' : 'whole'}, and a tuned model needs it.`,
    `${pull} its folder with --base FOLDER.`,
  );
}

/** What servers call it: they take no colons, and no empty words between them. */
const servedName = (model: string): string =>
  model
    .split(/[:/]/)
    .filter((word) => word !== '')
    .join('-');

async function cardOf(
  { store }: ExportSetup,
  tuned: TunedModel,
  { basePath, ...more }: Pick<CardFacts, 'library' | 'evaluations'> & { readonly basePath: string },
): Promise<string> {
  const { job, row } = tuned;
  const license = readObject(disk, join(basePath, PULL_PAPERS))?.license;
  return modelCard({
    tuned,
    ...more,
    license: typeof license === 'string' ? license : null,
    training: job && (await cardFile(store, job.training_file, job.examples)),
    validation: job?.validation_file ? await cardFile(store, job.validation_file, null) : null,
    metrics: store.events.metrics(row.job_id),
  });
}

async function cardFile(store: Store, id: string, rows: number | null): Promise<CardFile> {
  const file = store.files.get(id);
  if (file === null) return { name: 'a file', id, rows, sha256: null };
  const hash = createHash('sha256');
  for await (const piece of createReadStream(join(store.folders.files, file.blob))) hash.update(piece);
  return { name: file.filename, id, rows, sha256: hash.digest('hex') };
}

/** Rows that are looked at for a system message that all have. */
const LOOKED_AT = 200;

async function commonSystem(store: Store, { job }: TunedModel): Promise<string | null> {
  const file = job && store.files.get(job.training_file);
  if (job === null || file === null) return null;
  let common: string | null = null;
  let seen = 0;
  for await (const { example } of readRows(
    join(store.folders.files, file.blob),
    'training_file',
    job.method,
    () => {},
  )) {
    const [first] = example.prompt;
    const system = first?.role === 'system' ? first.content : null;
    if (system === null || (seen > 0 && system !== common)) return null;
    common = system;
    seen += 1;
    if (seen === LOOKED_AT) break;
  }
  return common;
}

async function run(setup: ExportSetup, request: object, signal: AbortSignal): Promise<Exported> {
  const path = join(setup.store.folders.tmp, `export-${randomBytes(6).toString('hex')}.json`);
  writeFileSync(path, JSON.stringify(request), { mode: 0o600 });
  let said: z.output<typeof exportLine> | null = null;
  try {
    const child = await startChild(setup.python(), {
      args: ['export', path],
      log: setup.log,
      onLine(line) {
        const read = exportLine.safeParse(line);
        if (read.success) said = read.data;
      },
    });
    signal.addEventListener('abort', child.kill, { once: true });
    if (signal.aborted) child.kill();
    const { signal: by } = await child.ended;
    signal.throwIfAborted();
    return endOf(said, by);
  } finally {
    rmSync(path, { force: true });
  }
}

function endOf(said: z.output<typeof exportLine> | null, by: NodeJS.Signals | null): Exported {
  if (said?.kind === 'exported') return said;
  if (said?.kind === 'failed') throw new OfflineFault(said.message, said.fix ?? '');
  const how = by === null ? 'ended without a word' : `was ended by ${by}`;
  throw new OfflineFault(
    `The runner ${how}.`,
    'The machine may have run out of memory; luthier runner says how it stands.',
  );
}
