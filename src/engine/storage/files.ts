import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import * as z from 'zod';
import { fileId, nowSeconds } from './ids.ts';
import { keysetOf, type PageQuery } from './keyset.ts';

const fileRow = z.object({
  id: z.string(),
  filename: z.string(),
  purpose: z.string(),
  bytes: z.number(),
  created_at: z.number(),
  /** Seconds since the epoch; null for ever. */
  expires_at: z.number().nullable(),
  /** File name inside the home's `files` folder. */
  blob: z.string(),
});

export type FileRow = z.infer<typeof fileRow>;

export interface FileTable {
  insert(row: FileRow): void;
  /** Null for a file that has expired, too. */
  get(id: string): FileRow | null;
  /** Up to `limit + 1` rows: the surplus one says there is more. */
  list(page: PageQuery, purpose: string | null): FileRow[];
  /** Those that have expired and were not removed yet. */
  expired(): FileRow[];
  /** True when there was such a file. */
  remove(id: string): boolean;
}

/** Gives a file that is whole its place among the contents; it is no file of the API before its row is inserted. `life` is in seconds, null for ever. */
export async function placeFile(
  folder: string,
  draft: string,
  { life, ...facts }: Pick<FileRow, 'filename' | 'purpose' | 'bytes'> & { readonly life: number | null },
): Promise<FileRow> {
  const id = fileId();
  const blob = `${id}.jsonl`;
  await rename(draft, join(folder, blob));
  const at = nowSeconds();
  return { id, ...facts, created_at: at, expires_at: life === null ? null : at + life, blob };
}

const COLUMNS = 'id, filename, purpose, bytes, created_at, expires_at, blob';

export function fileTable(db: DatabaseSync): FileTable {
  const insert = db.prepare(`INSERT INTO files (${COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?)`);
  const select = db.prepare(
    `SELECT ${COLUMNS} FROM files WHERE id = :id AND (expires_at IS NULL OR expires_at > :now)`,
  );
  const expired = db.prepare(`SELECT ${COLUMNS} FROM files WHERE expires_at <= ?`);
  const remove = db.prepare('DELETE FROM files WHERE id = ?');
  const cursor = db.prepare('SELECT seq FROM files WHERE id = ?');
  return {
    insert: (row) => {
      insert.run(row.id, row.filename, row.purpose, row.bytes, row.created_at, row.expires_at, row.blob);
    },
    get(id) {
      const row = select.get({ id, now: nowSeconds() });
      return row === undefined ? null : fileRow.parse(row);
    },
    list(page, purpose) {
      const { seq, where, orderBy } = keysetOf(page, cursor);
      const rows = db
        .prepare(
          `SELECT ${COLUMNS} FROM files WHERE ${where}
           AND (:purpose IS NULL OR purpose = :purpose) ORDER BY ${orderBy} LIMIT :limit`,
        )
        .all({ seq, purpose, limit: page.limit + 1 });
      return z.array(fileRow).parse(rows);
    },
    expired: () => z.array(fileRow).parse(expired.all(nowSeconds())),
    remove: (id) => remove.run(id).changes > 0,
  };
}
