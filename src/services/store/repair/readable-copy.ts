import { copyFileSync, existsSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import { loadSqlite } from '../sqlite.ts';

/** Of every database of ours, in bytes (sqlite.org/fileformat.html for this and what follows). */
const PAGE = 4096;
const MAGIC = 'SQLite format 3\0';
const HEADER = 100;
/** Where the header says how many pages there are. */
const PAGES_AT = 28;

/**
 * A copy of a damaged database at `target`, opened, with as much of its first page mended as lets SQLite read the rest: its length
 * made whole pages, a header of a new database in place of one that is lost, and, where the list of tables is lost too, that of a
 * new database. Null when nothing lets it be read. `fresh` is the path of a new, empty database of the same version.
 */
export function openReadableCopy(path: string, target: string, fresh: string): DatabaseSync | null {
  for (const replaced of [0, HEADER, PAGE]) {
    copyFileSync(path, target);
    if (existsSync(`${path}-wal`) && replaced === 0) copyFileSync(`${path}-wal`, `${target}-wal`);
    mendFirstPage(target, readFileSync(fresh).subarray(0, replaced));
    const db = openIfReadable(target);
    if (db !== null) return db;
  }
  return null;
}

/** Puts `start` in the place of the first bytes; makes length and number of pages agree. */
function mendFirstPage(path: string, start: Uint8Array): void {
  const bytes = readFileSync(path);
  const said = bytes.subarray(0, MAGIC.length).toString('latin1') === MAGIC && bytes.length >= HEADER;
  const pages = Math.max(Math.ceil(bytes.length / PAGE), said && start.length === 0 ? saidPages(bytes) : 0, 1);
  truncateSync(path, pages * PAGE);
  if (start.length === 0) return;
  const mended = readFileSync(path);
  mended.set(start);
  mended.writeUInt32BE(pages, PAGES_AT);
  writeFileSync(path, mended);
}

/** A number that damage made absurd would fill the disk. */
function saidPages(bytes: Buffer): number {
  const pages = bytes.readUInt32BE(PAGES_AT);
  return pages * PAGE <= 4 * bytes.length + 2 ** 20 ? pages : 0;
}

function openIfReadable(path: string): DatabaseSync | null {
  const db = new (loadSqlite().DatabaseSync)(path);
  try {
    const tables = db.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").all();
    if (tables.length > 0) return db;
  } catch {}
  db.close();
  return null;
}
