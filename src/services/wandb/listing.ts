import { existsSync, readdirSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { sanitizeLine } from '../../domain/text/sanitize.ts';
import type { TrackedState } from '../../domain/tracking/types.ts';
import { idOfFolder, isOwnProducer, logName, markerName } from './offline/names.ts';
import type { RunFields } from './offline/records.ts';
import { type LogFacts, readFirst } from './offline/run-header.ts';
import { readSyncState } from './online/state.ts';

/** Statuses of a job that has not ended, as its config has them. */
const OPEN: ReadonlySet<string> = new Set(
  ['validating_files', 'queued', 'running', 'paused'].map((one) => JSON.stringify(one)),
);

/** A run on disk, and where its log lies. */
export interface ListedRun {
  readonly state: TrackedState;
  readonly logPath: string;
  /** Which version of the log it is; another log has another one. */
  readonly print: string;
}

export interface Listing {
  /**
   * Newest first; of a run that has several folders Luthier’s newest. With `matching`, only the folders of runs whose ids
   * satisfy it are looked into: there may be hundreds.
   */
  all(matching?: (runId: string) => boolean): readonly ListedRun[];
  find(runId: string): ListedRun | null;
}

/**
 * The runs in a folder, which need not be there nor be one, listed at once: a screen reads them while it draws. So nothing is
 * thrown: what cannot be read, or goes while it is looked at, is not there. Of a log only the beginning is read, and that
 * once as long as the log is the same.
 */
export function createListing(root: string): Listing {
  const known = new Map<string, { readonly print: string; readonly facts: LogFacts | null }>();

  function factsOf(logPath: string, print: string): LogFacts | null {
    const before = known.get(logPath);
    if (before?.print === print) return before.facts;
    const facts = readFirst(logPath);
    known.set(logPath, { print, facts });
    return facts;
  }

  function look(runId: string, name: string): ListedRun | null {
    const folder = join(resolve(root), name);
    const logPath = join(folder, logName(runId));
    const print = printOf(logPath);
    const facts = print === null ? null : factsOf(logPath, print);
    if (print === null || facts === null) return null;
    return {
      logPath,
      print,
      state: { runId, folder, ...shownFacts(facts), ...syncOf(folder, join(folder, markerName(runId)), print) },
    };
  }

  /** By run, its folders, the newest last: their names begin with the time. */
  function names(): ReadonlyMap<string, readonly string[]> {
    const found = new Map<string, string[]>();
    for (const name of namesIn(root)) {
      const id = idOfFolder(name);
      if (id !== null) found.set(id, [...(found.get(id) ?? []), name]);
    }
    return found;
  }

  /** Of the folders of one run Luthier's newest, or else the newest that can be read. */
  function lookAmong(runId: string, folders: readonly string[]): ListedRun | null {
    const runs = folders.flatMap((name) => look(runId, name) ?? []);
    return runs.findLast(({ state }) => state.own) ?? runs.at(-1) ?? null;
  }

  return {
    all: (matching = () => true) =>
      [...names()]
        .flatMap(([runId, folders]) => (matching(runId) ? (lookAmong(runId, folders) ?? []) : []))
        .toSorted((a, b) => b.state.startedAt - a.state.startedAt),
    find: (runId) => lookAmong(runId, names().get(runId) ?? []),
  };
}

function namesIn(root: string): readonly string[] {
  try {
    return readdirSync(root).toSorted();
  } catch {
    return [];
  }
}

/** What the log says of its run, fit to be shown: the log may be somebody else's. */
function shownFacts({ origin, run }: LogFacts): Omit<TrackedState, 'runId' | 'folder' | 'sync' | 'url'> {
  return {
    own: isOwnProducer(origin.producer),
    ended: !isOpen(run),
    jobType: sanitizeLine(run.jobType),
    name: sanitizeLine(run.displayName),
    entity: sanitizeLine(run.entity) || null,
    project: sanitizeLine(run.project),
    startedAt: run.startedAt,
  };
}

/** Of a job the config says so, in the log's first records: its end is at the log's. Other runs are written once all is there. */
const isOpen = ({ config }: RunFields): boolean => {
  const status = config.find(({ path }) => path.length === 1 && path[0] === 'status');
  return status !== undefined && OPEN.has(status.json);
};

function printOf(logPath: string): string | null {
  try {
    const file = statSync(logPath);
    return file.isFile() ? `${file.size} ${file.mtimeMs}` : null;
  } catch {
    return null;
  }
}

/** How much of the log is at the tracker. W&B's own client leaves only its marker. */
function syncOf(folder: string, marker: string, print: string): Pick<TrackedState, 'sync' | 'url'> {
  const sent = readSyncState(folder);
  const url = sent?.place?.url ?? null;
  // The marker goes with the log it was of, so it says the same whoever left it.
  if (existsSync(marker)) return { sync: 'synced', url };
  if (sent === null || sent.place === null) return { sync: 'local', url };
  return { sync: sent.complete !== null && sent.log === print ? 'synced' : 'partial', url };
}
