import { lstatSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { hostname } from 'node:os';
import { basename, dirname, join } from 'node:path';
import * as z from 'zod';
import { writePrivateFile } from './private-files.ts';

/** What is written beside its place until it is whole: `.rows.jsonl.0123456789ab.tmp`. */
const DRAFT = /^\..+\.[0-9a-f]{12}\.tmp$/;
const PRIVATE_DRAFT = /\.(\d+)\.tmp$/;
/** A writer that has not touched its draft for so long is gone, wherever it ran. */
const STALE_MS = 3_600_000;

const recordSchema = z.object({ draft: z.string(), pid: z.number().int().positive(), host: z.string() });

export interface Draft {
  readonly path: string;
  /** The draft is renamed or removed. */
  done(): void;
}

/** Drafts of this process. A record with its number and none of them is of a process before it. */
const open = new Set<string>();

/** A draft beside `target`, noted in the data folder, so that one whose writer is killed is found at the next start. */
export function beginDraft(home: string, target: string): Draft {
  // Loaded where something is written: it takes Node ten milliseconds, which every command would wait for.
  const { randomBytes } = process.getBuiltinModule('node:crypto');
  const id = randomBytes(6).toString('hex');
  const path = join(dirname(target), `.${basename(target)}.${id}.tmp`);
  const note = join(home, 'drafts', `${id}.json`);
  open.add(path);
  quietly(() => writePrivateFile(note, JSON.stringify({ draft: path, pid: process.pid, host: hostname() })));
  return {
    path,
    done() {
      open.delete(path);
      quietly(() => rmSync(note, { force: true }));
    },
  };
}

/** Removes the drafts of writers that were killed: those noted in the data folder, and the data folder's own. */
export function clearStaleDrafts(home: string): void {
  for (const name of namesIn(join(home, 'drafts'))) {
    const note = join(home, 'drafts', name);
    quietly(() => {
      const { draft, pid, host } = recordSchema.parse(JSON.parse(readFileSync(note, 'utf8')));
      if (open.has(draft) || !(isDead(pid, host) || isOld(draft) || isOld(note))) return;
      if (DRAFT.test(basename(draft))) rmSync(draft, { force: true });
      rmSync(note);
    });
  }
  for (const name of namesIn(home)) {
    const pid = PRIVATE_DRAFT.exec(name)?.[1];
    if (pid !== undefined && isDead(Number(pid), hostname())) quietly(() => rmSync(join(home, name), { force: true }));
  }
}

/** Removes what writers of this very file left an hour ago or longer, whatever data folder they had. */
export function clearOldDraftsOf(target: string): void {
  const start = `.${basename(target)}.`;
  for (const name of namesIn(dirname(target))) {
    if (!name.startsWith(start) || !DRAFT.test(name) || name.length !== start.length + '0123456789ab.tmp'.length)
      continue;
    const draft = join(dirname(target), name);
    if (!open.has(draft) && isOld(draft)) quietly(() => rmSync(draft, { force: true }));
  }
}

function isDead(pid: number, host: string): boolean {
  if (host !== hostname()) return false;
  if (pid === process.pid) return true;
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'ESRCH';
  }
}

const isOld = (path: string): boolean =>
  Date.now() - (lstatSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Number.POSITIVE_INFINITY) > STALE_MS;

const namesIn = (folder: string): readonly string[] => quietly(() => readdirSync(folder)) ?? [];

/** Tidying must never be what stops the work: what cannot be read or removed stays. */
function quietly<T>(act: () => T): T | null {
  try {
    return act();
  } catch {
    return null;
  }
}
