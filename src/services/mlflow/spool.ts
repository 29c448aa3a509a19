import { createHash, randomUUID } from 'node:crypto';
import { readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { parseJson } from '../../domain/common/json.ts';
import { filesOf, paramsOf, pointsOf, tagsOf } from '../../domain/mlflow/form.ts';
import { createMask } from '../../domain/text/exact-mask.ts';
import { type TrackedRun, TrackingError } from '../../domain/tracking/types.ts';
import { ensurePrivateFolder, writePrivateFile } from '../filesystem/private-files.ts';

const keptFile = z.object({ path: z.string(), sha256: z.string().regex(/^[0-9a-f]{64}$/), bytes: z.number() });
const pairs = z.array(z.object({ key: z.string(), value: z.string() }));

const headSchema = z.object({
  version: z.literal(1),
  experiment: z.string(),
  run: z.object({
    id: z.string(),
    name: z.string(),
    jobType: z.string(),
    startedAt: z.number(),
    end: z.object({ at: z.number(), outcome: z.enum(['finished', 'failed', 'killed']) }).nullable(),
  }),
  params: pairs,
  tags: pairs,
  /** A line each, as `runs/log-batch` takes it. */
  points: keptFile,
  files: z.array(keptFile),
});

/** A run as it is to stand at MLflow. Its figures and files lie beside, named by what is in them. */
export type RunHead = z.infer<typeof headSchema>;
export type KeptFile = z.infer<typeof keptFile>;

export interface SpooledRun {
  readonly head: RunHead;
  readonly folder: string;
  /** Which version of it is there: another content has another one. */
  readonly print: string;
}

const HEAD = 'run.json';
const FILES = 'files';

export const keptPath = (folder: string, { sha256 }: Pick<KeptFile, 'sha256'>): string => join(folder, FILES, sha256);

export interface SpoolOptions {
  readonly root: string;
  readonly experiment: string;
  /** Keys that must not be written, whatever they stand in. */
  readonly secrets: readonly string[];
  readonly signal?: AbortSignal | undefined;
}

/**
 * Puts a run into its folder, in place of what was there of it. A kill at any moment leaves the old run or the new one
 * with every file it names, for a file is named by its content. The same content changes nothing. One run is to be
 * written by one caller at a time. Throws what the file system does, and the signal's reason.
 */
export async function spoolRun(run: TrackedRun, { root, experiment, secrets, signal }: SpoolOptions): Promise<void> {
  if (!isName(run.id))
    throw new TrackingError(
      'rejected',
      `No folder can be named after the run ${JSON.stringify(run.id)}.`,
      'Nothing was written.',
    );
  const mask = createMask(secrets);
  const folder = join(root, run.id);
  ensurePrivateFolder(folder);
  await mkdir(join(folder, FILES), { recursive: true, mode: 0o700 });
  const keep = (path: string, chunks: Iterable<string>): Promise<KeptFile> =>
    keepFile(folder, path, chunks, mask, signal);
  const points = await keep('points', lines(pointsOf(run)));
  const files: KeptFile[] = [];
  for (const { path, chunks } of filesOf(run)) files.push(await keep(path, chunks()));
  const head: RunHead = {
    version: 1,
    experiment,
    run: { id: run.id, name: run.name, jobType: run.jobType, startedAt: run.startedAt, end: run.end },
    params: [...paramsOf(run)],
    tags: [...tagsOf(run)],
    points,
    files,
  };
  const text = mask(JSON.stringify(head, null, 1));
  if (textOf(join(folder, HEAD)) !== text) writePrivateFile(join(folder, HEAD), text);
  const named = new Set([points, ...files].map(({ sha256 }) => sha256));
  for (const name of await readdir(join(folder, FILES)))
    if (!named.has(name)) await rm(join(folder, FILES, name), { force: true });
}

function* lines(values: Iterable<unknown>): Generator<string> {
  for (const value of values) yield `${JSON.stringify(value)}\n`;
}

/** Characters gathered before they are written; between two such pieces others have their turn. */
const PIECE = 64 * 1024;

async function keepFile(
  folder: string,
  path: string,
  chunks: Iterable<string>,
  mask: (text: string) => string,
  signal: AbortSignal | undefined,
): Promise<KeptFile> {
  const draft = join(folder, FILES, `draft-${randomUUID()}`);
  const file = await open(draft, 'wx', 0o600);
  const hash = createHash('sha256');
  let bytes = 0;
  let gathered = '';
  const flush = async (): Promise<void> => {
    signal?.throwIfAborted();
    const piece = Buffer.from(gathered);
    gathered = '';
    hash.update(piece);
    bytes += piece.length;
    await file.writeFile(piece);
  };
  try {
    for (const chunk of chunks) {
      // A chunk is whole lines or a whole row, so that no key stands across two.
      gathered += mask(chunk);
      if (gathered.length >= PIECE) await flush();
    }
    await flush();
    await file.sync();
  } catch (error) {
    await file.close();
    rmSync(draft, { force: true });
    throw error;
  }
  await file.close();
  const sha256 = hash.digest('hex');
  await rename(draft, join(folder, FILES, sha256));
  return { path, sha256, bytes };
}

export interface Spool {
  /** Newest first; what cannot be read is not there. */
  all(matching?: (runId: string) => boolean): readonly SpooledRun[];
  find(runId: string): SpooledRun | null;
}

/** The runs in a folder, listed at once: a screen reads them while it draws. A run is read once as long as it is the same. */
export function createSpool(root: string): Spool {
  const known = new Map<string, { readonly stamp: string; readonly run: SpooledRun | null }>();
  const find = (runId: string): SpooledRun | null => {
    const folder = join(root, runId);
    const stamp = stampOf(join(folder, HEAD));
    if (stamp === null) return null;
    const before = known.get(runId);
    if (before?.stamp === stamp) return before.run;
    const run = readRun(folder, runId);
    known.set(runId, { stamp, run });
    return run;
  };
  return {
    find: (runId) => (isName(runId) ? find(runId) : null),
    all: (matching = () => true) =>
      namesIn(root)
        .flatMap((name) => (isName(name) && matching(name) ? (find(name) ?? []) : []))
        .toSorted((a, b) => b.head.run.startedAt - a.head.run.startedAt),
  };
}

/** Ids are names of folders: what leads elsewhere is none. */
const isName = (text: string): boolean => /^[A-Za-z0-9_.-]+$/.test(text) && !/^\.+$/.test(text);

function readRun(folder: string, runId: string): SpooledRun | null {
  const text = textOf(join(folder, HEAD));
  const read = headSchema.safeParse(parseJson(text ?? ''));
  if (text === null || !read.success || read.data.run.id !== runId) return null;
  return { head: read.data, folder, print: createHash('sha256').update(text).digest('hex') };
}

function textOf(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}

function namesIn(root: string): readonly string[] {
  try {
    return readdirSync(root);
  } catch {
    return [];
  }
}

function stampOf(path: string): string | null {
  try {
    const { size, mtimeMs, ino } = statSync(path);
    return `${size} ${mtimeMs} ${ino}`;
  } catch {
    return null;
  }
}
