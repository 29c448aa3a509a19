import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { StoreDamage } from '../../../domain/text/store-damage.ts';
import { isAlive } from '../../engine/start.ts';
import { ensurePrivateFolder } from '../../filesystem/private-files.ts';
import { breakSeal, seal, verifySeal } from './seal.ts';

/**
 * One process that has the database open. Each has a mark beside it, which it takes away when it closes it: a mark whose process
 * is gone tells of an end that was not clean.
 */
export interface Opening {
  /** Whether the file is to be looked through before it is trusted. */
  readonly isDoubtful: boolean;
  /** Whether another process that runs has the database open. */
  hasOthers(): boolean;
  /** The file was looked through and is sound. */
  trust(): void;
  /** The database is closed. */
  close(): void;
}

const marksFolder = (path: string): string => `${path}.open`;

/** Marks of processes, by whether they still run: `<pid>-<clock>`. */
function marksOf(path: string): { readonly running: readonly string[]; readonly left: readonly string[] } {
  const names = existsSync(marksFolder(path)) ? readdirSync(marksFolder(path)) : [];
  const isRunning = (name: string): boolean => isAlive(Number.parseInt(name, 10));
  return { running: names.filter(isRunning), left: names.filter((name) => !isRunning(name)) };
}

/** Bytes; every database is a whole number of pages (sqlite.org/fileformat.html), and SQLite does not miss the end of the last. */
const SMALLEST_PAGE = 512;

/** What has no mark or seal for it, as on a full or read-only disk, is only looked through once more. */
function attempt(work: () => void): void {
  try {
    work();
  } catch {}
}

/**
 * Notes that this process opens the database. Throws StoreDamage where the file is not what it was when it was closed, before
 * SQLite touches it.
 */
export function beginOpening(path: string): Opening {
  const { running, left } = marksOf(path);
  const others = running.length > 0;
  const hasLog = existsSync(`${path}-wal`);
  const verdict = others || left.length > 0 || hasLog ? 'unsealed' : verifySeal(path);
  const size = sizeOf(path);
  if (size === 0 && [...running, ...left].some((name) => sizeNoted(path, name) > 0)) throw emptied(path);
  if (verdict === 'gone' || verdict === 'changed') {
    if (size === 0) throw emptied(path);
    throw new StoreDamage(`${path} is damaged: something else than Luthier wrote to it since it was closed.`);
  }
  if (!others && !hasLog && size % SMALLEST_PAGE !== 0)
    throw new StoreDamage(`${path} is damaged: its end is cut off.`);
  const isNew = left.length === 0 && size === 0;
  let isDoubtful = !others && !isNew && verdict !== 'same';

  const mark = join(marksFolder(path), `${process.pid}-${process.hrtime.bigint().toString(36)}`);
  attempt(() => {
    ensurePrivateFolder(marksFolder(path));
    writeFileSync(mark, String(size), { mode: 0o600 });
  });
  return {
    get isDoubtful() {
      return isDoubtful;
    },
    hasOthers: () => marksOf(path).running.some((name) => join(marksFolder(path), name) !== mark),
    trust() {
      isDoubtful = false;
      for (const name of left) attempt(() => rmSync(join(marksFolder(path), name), { force: true }));
    },
    close() {
      attempt(() => {
        const now = marksOf(path);
        // While another has it open, or its last writes lie in the log, the file is not what it will be.
        if (!isDoubtful && now.running.length <= 1 && now.left.length === 0 && !existsSync(`${path}-wal`)) seal(path);
        rmSync(mark, { force: true });
      });
    },
  };
}

/** Whether another process that runs has the database open. */
export const isOpenElsewhere = (path: string): boolean => marksOf(path).running.length > 0;

/** Takes a file that was put in the place of another for sound: nothing is left of what was known of that. */
export function beginAnew(path: string): void {
  rmSync(marksFolder(path), { recursive: true, force: true });
  breakSeal(path);
  seal(path);
}

const sizeOf = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0;

/** Bytes the database had when the process of a mark opened it. */
function sizeNoted(path: string, mark: string): number {
  try {
    return Number(readFileSync(join(marksFolder(path), mark), 'utf8')) || 0;
  } catch {
    return 0;
  }
}

const emptied = (path: string): StoreDamage =>
  existsSync(path)
    ? new StoreDamage(`${path} is empty, and was not when Luthier last used it.`)
    : new StoreDamage(
        `${path} is gone, and was there when Luthier last used it.`,
        'Put it back, or begin a new one with `luthier doctor --recover`.',
      );
