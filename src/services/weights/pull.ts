import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { byteSize } from '../../domain/text/format.ts';
import { type BaseFacts, baseFacts, readObject } from '../../domain/weights/base-folder.ts';
import { chooseFiles, type FileChoice, type RepoFile } from '../../domain/weights/hub-files.ts';
import type { HubModelName } from '../../domain/weights/hub-names.ts';
import { draftPath, PULL_PAPERS, pulledBase, pulledPath } from '../../domain/weights/model-places.ts';
import { takeLock } from '../engine/start.ts';
import { errorCode, isDiskFault } from '../filesystem/part-file.ts';
import { clear, putBack, swapIn } from '../filesystem/swap.ts';
import { createHubClient, type HubClient, HubFault, type HubOptions } from '../huggingface/http.ts';
import { lookUpModel, type ModelListing, modelFileUrl, sizeOfFile } from '../huggingface/models.ts';
import { roomIn } from '../store/store-faults.ts';
import { disk } from './disk.ts';
import { isRight, pullFile } from './pull-file.ts';

export interface PullSetup extends Pick<HubOptions, 'endpoint' | 'token' | 'sleep' | 'connection'> {
  /** Luthier's. */
  readonly home: string;
}

/** What a pull would do. */
export interface PullPlan {
  readonly listing: ModelListing;
  readonly choice: FileChoice;
  readonly folder: string;
  /** In all, and of that what an earlier pull has brought. */
  readonly bytes: number;
  readonly have: number;
  /** Whether it is here at this commit, whole. */
  readonly done: boolean;
  /** The commit that is here now and would go; null where none is, or the same. */
  readonly replaces: string | null;
}

export interface PullProgress {
  readonly file: string;
  /** Of all files together. */
  readonly have: number;
  readonly bytes: number;
}

/** Beside the model, as the disk also holds other things that grow. */
const SPARE_BYTES = 64e6;

/** Asks the Hub what a model is, and looks at what is here of it. Throws HubFault. */
export async function planPull(setup: PullSetup, name: HubModelName, signal: AbortSignal): Promise<PullPlan> {
  const listing = await lookUpModel(clientOf(setup), setup.endpoint, name, signal);
  const { id, commit } = listing;
  const choice = chooseFiles(id, listing.files);
  if ('problem' in choice) throw new HubFault('missing', choice.problem, choice.next);
  const sizes = choice.files.map((file) => sizeOfFile(id, file));
  const draft = draftPath(setup.home, id);
  const have = choice.files.reduce((sum, { path }) => sum + haveOf(join(draft, path)), 0);
  const folder = pulledPath(setup.home, id);
  putBack(folder, oldOf(setup.home, id));
  const here = pulledBase(disk, setup.home, id);
  const done =
    here?.revision === commit && choice.files.every(({ path, size }) => disk.size(join(folder, path)) === size);
  return {
    listing,
    choice,
    folder,
    bytes: sizes.reduce((sum, size) => sum + size, 0),
    have,
    done,
    replaces: here !== null && here.revision !== commit ? here.revision : null,
  };
}

/**
 * Brings a model: into a draft, which the next pull goes on with, and then into its place. Throws HubFault, and the
 * signal's reason; whatever ends it, a model that was whole before stays.
 */
export async function pullModel(
  setup: PullSetup,
  plan: PullPlan,
  signal: AbortSignal,
  onProgress: (progress: PullProgress) => void,
): Promise<BaseFacts> {
  const { home } = setup;
  const { id } = plan.listing;
  const draft = draftPath(home, id);
  mkdirSync(draft, { recursive: true, mode: 0o700 });
  const free = takeLock(`${draft}.lock`, Number.POSITIVE_INFINITY, Date.now());
  if (free === null) throw new HubFault('unready', `Another luthier pulls ${id}.`, 'Wait until it has ended.');
  try {
    checkRoom(plan, draft);
    await keepWhatHolds(plan, draft, signal);
    await writeFile(join(draft, PULL_PAPERS), papersOf(plan), { mode: 0o600 });
    await fetchAll(setup, plan, draft, signal, onProgress);
    swapIn(plan.folder, draft, oldOf(home, id));
    return baseFacts(disk, plan.folder);
  } catch (error) {
    throw isDiskFault(error) ? diskFault(error, plan, draft) : error;
  } finally {
    free();
  }
}

const clientOf = ({ endpoint, token, sleep, connection }: PullSetup): HubClient =>
  createHubClient({ kind: 'model', endpoint, server: endpoint, token, cache: '', sleep, connection });

const oldOf = (home: string, id: string): string => `${draftPath(home, id)}.old`;

/** Bytes of a file that are there, whole or in part. */
const haveOf = (path: string): number => disk.size(path) ?? disk.size(`${path}.part`) ?? 0;

/** A draft of another commit: a file that is the same in both is kept, everything else begins anew. */
async function keepWhatHolds({ listing, choice }: PullPlan, draft: string, signal: AbortSignal): Promise<void> {
  const papers = readObject(disk, join(draft, PULL_PAPERS));
  if (papers === null || papers.revision === listing.commit) return;
  const wanted = new Map(choice.files.map((file) => [join(draft, file.path), file]));
  for (const path of readdirSync(draft, { recursive: true, encoding: 'utf8' }).map((name) => join(draft, name))) {
    const size = disk.size(path);
    const file = wanted.get(path);
    const same = file !== undefined && size === file.size && (await isRight(path, file, signal));
    if (size !== null && !same) await rm(path, { force: true });
  }
}

const papersOf = ({ listing: { id, commit, license }, choice, bytes }: PullPlan): string =>
  `${JSON.stringify({ format: 1, id, revision: commit, license, bytes, files: choice.files.map(fileFacts) }, null, 1)}\n`;

const fileFacts = ({ path, size, sha256 }: RepoFile) => ({ path, size, ...(sha256 === null ? {} : { sha256 }) });

async function fetchAll(
  setup: PullSetup,
  { listing, choice, bytes }: PullPlan,
  draft: string,
  signal: AbortSignal,
  onProgress: (progress: PullProgress) => void,
): Promise<void> {
  const client = clientOf(setup);
  let before = 0;
  for (const file of choice.files) {
    signal.throwIfAborted();
    const size = sizeOfFile(listing.id, file);
    const path = join(draft, file.path);
    const onBytes = (have: number): void => onProgress({ file: file.path, have: before + have, bytes });
    if (disk.size(path) !== size) {
      const url = modelFileUrl(setup.endpoint, listing, file.path);
      await pullFile(client, { id: listing.id, url, file, size, path, sleep: setup.sleep, signal, onBytes });
    }
    onBytes(size);
    before += size;
  }
}

/** Before anything is asked of the network: gigabytes that do not fit are not begun. */
function checkRoom({ bytes, have }: PullPlan, draft: string): void {
  const room = roomIn(draft);
  const needed = bytes - have + SPARE_BYTES;
  if (room >= needed) return;
  throw new HubFault(
    'broken',
    `${byteSize(room)} are free in ${draft}, and ${byteSize(needed)} are needed.`,
    'Make room, or set LUTHIER_HOME to a folder on another disk.',
  );
}

function diskFault(error: unknown, { choice }: PullPlan, draft: string): HubFault {
  const kept = byteSize(choice.files.reduce((sum, { path }) => sum + haveOf(join(draft, path)), 0));
  const code = errorCode(error);
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    const next = 'Make room and pull it again: it goes on where it stopped.';
    return new HubFault('broken', `The disk is full; ${kept} are kept in ${draft}.`, next);
  }
  const why = error instanceof Error ? error.message : String(error);
  return new HubFault('broken', `${draft} cannot be written: ${why}.`, 'See who may write there, then pull it again.');
}

/** Removes what was pulled of a model, whole or in part; whether there was anything. Throws HubFault while it is pulled. */
export function removePulled(home: string, id: string): boolean {
  const draft = draftPath(home, id);
  const parts = [pulledPath(home, id), draft, oldOf(home, id)].filter((path) => existsSync(path));
  if (parts.length === 0) return false;
  const free = takeLock(`${draft}.lock`, Number.POSITIVE_INFINITY, Date.now());
  if (free === null) throw new HubFault('unready', `Another luthier pulls ${id}.`, 'Wait until it has ended.');
  for (const path of parts) clear(path);
  free();
  return true;
}
