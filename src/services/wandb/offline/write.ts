import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, readdir, rm, rmdir, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createMask } from '../../../domain/text/exact-mask.ts';
import type { TrackedRun, TrackedState } from '../../../domain/tracking/types.ts';
import { runId } from '../../../domain/wandb/names.ts';
import type { LoggedArtifact } from '../../../domain/wandb/run-log.ts';
import { type Content, type Origin, recordsOf } from './contents.ts';
import { beginDrafts, type Draft, type Drafts } from './drafts.ts';
import { recordEncoder, type Stream } from './encode.ts';
import { encodeLog } from './log-blocks.ts';
import { folderName, idOfFolder, logName, markerName } from './names.ts';
import { isForeign, readFirst } from './run-header.ts';
import { createStage, type StagedTable } from './stage.ts';

/** Where a run's tables and artifacts lie; nothing else in its folder is ours to remove. */
const STAGED = ['artifacts', join('files', 'media', 'table')];

/** Removes staged files that no log names any more, and the folders that leaves empty. */
async function sweep(folder: string, keep: ReadonlySet<string>): Promise<void> {
  for (const place of STAGED) await sweepFolder(join(folder, place), keep);
}

async function sweepFolder(folder: string, keep: ReadonlySet<string>): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true }).catch(() => [])) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) await sweepFolder(path, keep);
    else if (!keep.has(path)) await rm(path, { force: true });
  }
  // Fails for a folder that still holds something, which is then the right thing.
  await rmdir(folder).catch(() => undefined);
}

export interface WriteOptions extends Origin {
  /** The folder the runs lie in. */
  readonly root: string;
  readonly project: string;
  /** Null for the account's own. */
  readonly entity: string | null;
  /** Keys that must not be written, whatever they stand in. */
  readonly secrets: () => readonly string[];
  readonly signal?: AbortSignal | undefined;
}

/** A run as it lies on disk. What is at the tracker is the uploader's to know. */
export interface WrittenRun extends Omit<TrackedState, 'own' | 'ended' | 'sync' | 'url'> {
  readonly logPath: string;
  /** Whether the log is another than before. */
  readonly changed: boolean;
  /** Whether W&B's marker says that the log, as it is, was synced. */
  readonly synced: boolean;
}

/**
 * Writes a run as W&B's client leaves one that was offline: `offline-run-<time>-<id>/run-<id>.wandb`, the files of its
 * tables under `files`, those of its artifacts under `artifacts`. A run that was written before keeps its folder. The
 * same content leaves the log as it is, and W&B's `.synced` beside it; another one replaces the log whole and takes the
 * marker away. A kill at any moment leaves the old log or the new one, and with it every file it names, as it names it.
 * One run is to be written by one caller at a time.
 *
 * Throws what the file system does, and the signal's reason.
 */
export async function writeRun(tracked: TrackedRun, options: WriteOptions): Promise<WrittenRun> {
  options.signal?.throwIfAborted();
  const mask = createMask(options.secrets());
  const id = runId(mask(tracked.id));
  const run = { ...tracked, id };
  const { entity, project } = options;
  const folder = await ensureFolder(resolve(options.root), run);
  const logPath = join(folder, logName(id));
  const marker = join(folder, markerName(id));
  const drafts = await beginDrafts(folder, options.signal);
  try {
    const stage = createStage({ folder, runId: id, entity, project, mask }, drafts);
    const tables: StagedTable[] = [];
    for (const table of run.tables) tables.push(await stage.table(table));
    const artifacts: LoggedArtifact[] = [];
    for (const artifact of run.artifacts) artifacts.push(await stage.artifact(artifact));
    const draft = await newLog(
      logPath,
      drafts,
      { runId: id, mask },
      { run, origin: options, entity, project, tables, artifacts },
    );
    // What the old log names stays until the new one is there; what only the new one names is there before it.
    await stage.commit();
    if (draft !== null) {
      await rm(marker, { force: true });
      await drafts.place(draft, logPath);
    }
    await sweep(folder, stage.files());
    return {
      runId: id,
      jobType: run.jobType,
      name: mask(run.name),
      folder,
      entity,
      project,
      startedAt: run.startedAt,
      logPath,
      changed: draft !== null,
      synced: await isSynced(marker),
    };
  } finally {
    await drafts.clear();
  }
}

/** Whether W&B's client, or ours, has left its marker beside the log. */
const isSynced = async (marker: string): Promise<boolean> => (await stat(marker).catch(() => null)) !== null;

/**
 * The run's folder: the newest of Luthier's that it has, or a new one. W&B's own client may have a run of the same id
 * here, as its integration names runs by their jobs too; that log is not ours to replace.
 */
async function ensureFolder(root: string, run: TrackedRun): Promise<string> {
  await mkdir(root, { recursive: true, mode: 0o700 });
  const names = (await readdir(root)).filter((name) => idOfFolder(name) === run.id).toSorted();
  const own = names.findLast((name) => !isForeign(join(root, name, logName(run.id))));
  let fresh = folderName(run.startedAt, run.id);
  for (let later = 1; names.includes(fresh); later += 1) fresh = folderName(run.startedAt + later * 1000, run.id);
  const folder = join(root, own ?? fresh);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  return folder;
}

/** The log to put in place of the one that is there; null where that one is the same. */
async function newLog(path: string, drafts: Drafts, stream: Stream, content: Content): Promise<Draft | null> {
  const before = readFirst(path)?.origin;
  // By another version or on another host, the log is the same log if all else is: being synced, it stays synced.
  if (before !== undefined && !isSame(before, content.origin)) {
    const again = await drafts.write(logBytes(stream, { ...content, origin: before }));
    if (await hasContent(path, again)) return null;
  }
  const draft = await drafts.write(logBytes(stream, content));
  return (await hasContent(path, draft)) ? null : draft;
}

const isSame = (a: Origin, b: Origin): boolean =>
  a.producer === b.producer && a.cliVersion === b.cliVersion && a.host === b.host;

function* logBytes(stream: Stream, content: Content): Generator<Uint8Array, void, undefined> {
  function* records(): Generator<Uint8Array, void, undefined> {
    const encode = recordEncoder(stream);
    let num = 0;
    for (const record of recordsOf(content)) {
      num += 1;
      yield encode(num, record);
    }
  }
  yield* encodeLog(records());
}

async function hasContent(path: string, draft: Draft): Promise<boolean> {
  if ((await stat(path).catch(() => null))?.size !== draft.bytes) return false;
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex') === draft.sha256;
}
