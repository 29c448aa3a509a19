import type { DatabaseSync } from 'node:sqlite';
import * as z from 'zod';

const uploadRow = z.object({
  id: z.string(),
  filename: z.string(),
  purpose: z.string(),
  /** Of the whole file, as its sender announced them. */
  bytes: z.number(),
  created_at: z.number(),
  expires_at: z.number(),
  status: z.enum(['pending', 'completed', 'cancelled']),
  /** Seconds the file is kept once it is whole; null for ever. */
  file_life: z.number().nullable(),
  file_id: z.string().nullable(),
});
export type UploadRow = z.infer<typeof uploadRow>;

const partRow = z.object({
  id: z.string(),
  upload_id: z.string(),
  created_at: z.number(),
  bytes: z.number(),
  /** File name inside the home's `tmp` folder. */
  blob: z.string(),
});
export type PartRow = z.infer<typeof partRow>;

/** Files that come in parts, and the parts of those that are not whole yet. */
export interface UploadTable {
  insert(upload: UploadRow): void;
  get(id: string): UploadRow | null;
  end(id: string, status: 'completed' | 'cancelled', fileId: string | null): void;
  addPart(part: PartRow): void;
  parts(id: string): PartRow[];
  removeParts(id: string): void;
  /** Those that nobody ended in time and whose parts still lie there. */
  overdue(now: number): UploadRow[];
}

const COLUMNS = 'id, filename, purpose, bytes, created_at, expires_at, status, file_life, file_id';

export function uploadTable(db: DatabaseSync): UploadTable {
  const insert = db.prepare(`INSERT INTO uploads (${COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`);
  const select = db.prepare(`SELECT ${COLUMNS} FROM uploads WHERE id = ?`);
  const end = db.prepare('UPDATE uploads SET status = ?, file_id = ? WHERE id = ?');
  const addPart = db.prepare(
    'INSERT INTO upload_parts (id, upload_id, created_at, bytes, blob) VALUES (?, ?, ?, ?, ?)',
  );
  const parts = db.prepare('SELECT id, upload_id, created_at, bytes, blob FROM upload_parts WHERE upload_id = ?');
  const removeParts = db.prepare('DELETE FROM upload_parts WHERE upload_id = ?');
  const overdue = db.prepare(
    `SELECT ${COLUMNS} FROM uploads WHERE status = 'pending' AND expires_at <= ?
     AND EXISTS (SELECT 1 FROM upload_parts WHERE upload_id = uploads.id)`,
  );
  return {
    insert: (row) => {
      const { id, filename, purpose, bytes, created_at, expires_at, status, file_life, file_id } = row;
      insert.run(id, filename, purpose, bytes, created_at, expires_at, status, file_life, file_id);
    },
    get(id) {
      const row = select.get(id);
      return row === undefined ? null : uploadRow.parse(row);
    },
    end: (id, status, fileId) => {
      end.run(status, fileId, id);
    },
    addPart: ({ id, upload_id, created_at, bytes, blob }) => {
      addPart.run(id, upload_id, created_at, bytes, blob);
    },
    parts: (id) => z.array(partRow).parse(parts.all(id)),
    removeParts: (id) => {
      removeParts.run(id);
    },
    overdue: (now) => z.array(uploadRow).parse(overdue.all(now)),
  };
}
