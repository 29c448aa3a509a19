import * as z from 'zod';
import type { Database } from './database.ts';

interface UploadKey {
  readonly address: string;
  readonly purpose: string;
  readonly hash: string;
}

export interface Uploads {
  find(upload: UploadKey): string | null;
  save(upload: UploadKey, file: { readonly id: string; readonly filename: string; readonly at: number }): void;
}

const SAVE = `INSERT OR REPLACE INTO uploads (address, purpose, hash, file_id, filename, uploaded_at)
  VALUES (?, ?, ?, ?, ?, ?)`;
const FIND = 'SELECT file_id FROM uploads WHERE address = ? AND purpose = ? AND hash = ?';
const found = z.object({ file_id: z.string() });

/** The newest upload of the same bytes for the same purpose to each server. */
export const createUploads = (database: Database): Uploads => ({
  find: ({ address, purpose, hash }) =>
    found.safeParse(database.statement(FIND).get(address, purpose, hash)).data?.file_id ?? null,
  save: ({ address, purpose, hash }, { id, filename, at }) => {
    database.statement(SAVE).run(address, purpose, hash, id, filename, at);
  },
});
