import { closeSync, existsSync, openSync, readdirSync, readSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { TrackedState } from '../../domain/tracking/types.ts';
import { LogReader } from './offline/blockReader.ts';
import { BLOCK_BYTES } from './offline/blocks.ts';
import { decodeRecord } from './offline/decode.ts';
import { idOfFolder, logName } from './offline/names.ts';
import type { RunFields } from './offline/records.ts';
import { readSyncState } from './online/state.ts';

/** Bytes after which a log that has not named its run is no longer read. */
const MOST_BYTES = 4 * 2 ** 20;

/** A run on disk, and where its log lies. */
export interface ListedRun {
  readonly state: TrackedState;
  readonly logPath: string;
  /** Which version of the log it is; another log has another one. */
  readonly print: string;
}

export interface Listing {
  /** Newest first; of a run that has several folders the newest. */
  all(): readonly ListedRun[];
  find(runId: string): ListedRun | null;
}

/**
 * The runs in a folder, which need not be there, told at once: a screen asks while it draws. Of a log only the beginning
 * is read, and that once as long as the log is the same.
 */
export function createListing(root: string): Listing {
  const known = new Map<string, { readonly print: string; readonly run: RunFields | null }>();

  function runOf(logPath: string, print: string): RunFields | null {
    const before = known.get(logPath);
    if (before?.print === print) return before.run;
    const run = readRun(logPath);
    known.set(logPath, { print, run });
    return run;
  }

  function look(name: string): ListedRun | null {
    const runId = idOfFolder(name);
    if (runId === null) return null;
    const folder = join(resolve(root), name);
    const logPath = join(folder, logName(runId));
    const print = printOf(logPath);
    const run = print === null ? null : runOf(logPath, print);
    if (print === null || run === null) return null;
    const { displayName, jobType, entity, project, startedAt } = run;
    const facts = { runId, jobType, name: displayName, folder, entity: entity || null, project, startedAt };
    return { logPath, print, state: { ...facts, ...standing(folder, logPath, print) } };
  }

  /** By run, the newest folder of each: their names begin with the time. */
  function names(): ReadonlyMap<string, string> {
    const found = existsSync(root) ? readdirSync(root).toSorted() : [];
    return new Map(found.flatMap((name): [string, string][] => pair(idOfFolder(name), name)));
  }

  return {
    all: () =>
      [...names().values()]
        .flatMap((name) => look(name) ?? [])
        .toSorted((a, b) => b.state.startedAt - a.state.startedAt),
    find: (runId) => {
      const name = names().get(runId);
      return name === undefined ? null : look(name);
    },
  };
}

const pair = (id: string | null, name: string): [string, string][] => (id === null ? [] : [[id, name]]);

function printOf(logPath: string): string | null {
  const file = statSync(logPath, { throwIfNoEntry: false });
  return file?.isFile() ? `${file.size} ${file.mtimeMs}` : null;
}

/** How much of the log is at the tracker. W&B's own client leaves only its marker. */
function standing(folder: string, logPath: string, print: string): Pick<TrackedState, 'sync' | 'url'> {
  const sent = readSyncState(folder);
  const url = sent?.place?.url ?? null;
  // The marker goes with the log it was of, so it says the same whoever left it.
  if (existsSync(`${logPath}.synced`)) return { sync: 'synced', url };
  if (sent === null || sent.place === null) return { sync: 'local', url };
  return { sync: sent.complete !== null && sent.log === print ? 'synced' : 'partial', url };
}

/** What the log says of its run; null where it does not, or cannot be read. */
function readRun(logPath: string): RunFields | null {
  let file: number;
  try {
    file = openSync(logPath, 'r');
  } catch {
    return null;
  }
  try {
    const [reader, piece] = [new LogReader(), Buffer.alloc(BLOCK_BYTES)];
    for (let read = 0; read < MOST_BYTES; ) {
      const bytes = readSync(file, piece, 0, piece.length, null);
      read += bytes;
      for (const record of bytes === 0 ? reader.end() : reader.push(piece.subarray(0, bytes))) {
        const decoded = decodeRecord(record.bytes);
        if (decoded?.kind === 'run') return decoded.run;
      }
      if (bytes === 0 || reader.cut !== null) return null;
    }
    return null;
  } catch {
    return null;
  } finally {
    closeSync(file);
  }
}
