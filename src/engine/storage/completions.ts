import type { DatabaseSync } from 'node:sqlite';
import * as z from 'zod';
import { keysetOf, type PageQuery } from './keyset.ts';
import { type Metadata, type MetadataFilter, matchesMetadata } from './metadata.ts';

const jsonObject = z.string().transform((text) => z.record(z.string(), z.unknown()).parse(JSON.parse(text)));

const completionRow = z.object({
  id: z.string(),
  created_at: z.number(),
  model: z.string(),
  metadata: z
    .string()
    .transform((text) => z.record(z.string(), z.string()).parse(JSON.parse(text)))
    .nullable(),
  /** The answer, as it went out. */
  body: jsonObject,
});

export type CompletionRow = z.infer<typeof completionRow>;

const messages = z.array(z.record(z.string(), z.unknown()));

/** A message as a client sent it. */
export type WireMessage = Readonly<Record<string, unknown>>;

/** Answers of chats that clients asked to be kept, with what was asked. */
export interface CompletionTable {
  insert(row: CompletionRow, messages: readonly WireMessage[]): void;
  get(id: string): CompletionRow | null;
  messages(id: string): readonly WireMessage[];
  /** Up to `limit + 1` rows: the surplus one says there is more. */
  list(page: PageQuery, model: string | null, metadata: MetadataFilter | undefined): CompletionRow[];
  setMetadata(id: string, metadata: Metadata): void;
  /** True when there was such an answer. */
  remove(id: string): boolean;
}

const COLUMNS = 'id, created_at, model, metadata, body';

export function completionTable(db: DatabaseSync): CompletionTable {
  const insert = db.prepare(`INSERT INTO completions (${COLUMNS}, messages) VALUES (?, ?, ?, ?, ?, ?)`);
  const select = db.prepare(`SELECT ${COLUMNS} FROM completions WHERE id = ?`);
  const asked = db.prepare('SELECT messages FROM completions WHERE id = ?');
  const update = db.prepare('UPDATE completions SET metadata = ? WHERE id = ?');
  const remove = db.prepare('DELETE FROM completions WHERE id = ?');
  const cursor = db.prepare('SELECT seq FROM completions WHERE id = ?');
  return {
    insert({ id, created_at, model, metadata, body }, sent) {
      insert.run(id, created_at, model, textOf(metadata), JSON.stringify(body), JSON.stringify(sent));
    },
    get(id) {
      const row = select.get(id);
      return row === undefined ? null : completionRow.parse(row);
    },
    messages(id) {
      return messages.parse(JSON.parse(String(asked.get(id)?.messages ?? '[]')));
    },
    list(page, model, metadata) {
      const { seq, where, orderBy } = keysetOf(page, cursor);
      const rows = db
        .prepare(
          `SELECT ${COLUMNS} FROM completions WHERE ${where} AND (:model IS NULL OR model = :model) ORDER BY ${orderBy}`,
        )
        .iterate({ seq, model });
      const found: CompletionRow[] = [];
      for (const raw of rows) {
        const row = completionRow.parse(raw);
        if (matchesMetadata(row.metadata, metadata)) found.push(row);
        if (found.length > page.limit) break;
      }
      return found;
    },
    setMetadata: (id, metadata) => {
      update.run(textOf(metadata), id);
    },
    remove: (id) => remove.run(id).changes > 0,
  };
}

const textOf = (metadata: Metadata): string | null => (metadata === null ? null : JSON.stringify(metadata));
