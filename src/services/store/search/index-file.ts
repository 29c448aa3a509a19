import { closeSync, openSync, rmSync } from 'node:fs';
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import * as z from 'zod';
import { parseJson } from '../../../domain/common/json.ts';
import { makePrivate } from '../../filesystem/private-files.ts';
import { loadSqlite, patiently } from '../sqlite.ts';

/** How long another process that fills it is waited for: a search must not stand behind that. */
const WRITER_MS = 50;
/** Of the tables below: a file of another version is made anew. */
const VERSION = 1;

/**
 * The documents of FTS5 are groups of rows, of which it keeps no text and no places of words, only which trigrams are in which. Both
 * sides come in lower case, as JavaScript makes it.
 */
const TABLES = `
CREATE VIRTUAL TABLE documents USING fts5 (
  text, tokenize = 'trigram case_sensitive 1', detail = none, content = '', contentless_delete = 1);
CREATE TABLE state (one INTEGER PRIMARY KEY CHECK (one = 1), token TEXT, before TEXT, replaced TEXT NOT NULL);
INSERT INTO state VALUES (1, NULL, NULL, '[]');
PRAGMA user_version = ${VERSION};
`;

const stateSchema = z.object({
  /** What the database of rows says too, once it knows of the last step; before it does, it says `before`. */
  token: z.string().nullable(),
  before: z.string().nullable(),
  /** Groups that were in it before the last step and were put in anew by it. */
  replaced: z.string().transform((text) => z.array(z.number()).parse(parseJson(text))),
});

/** What is read for one question is hardly read for the next; what is merged while it is filled is read and written many times. */
const [ASKED_KB, FILLING_KB] = [1_000, 16_000];
/** Groups that are asked for at a time. */
const SOME_GROUPS = 8_192;
const SOME = `SELECT json_group_array(seq) AS groups FROM (
  SELECT rowid AS seq FROM documents WHERE documents MATCH ? AND rowid > ? ORDER BY rowid LIMIT ${SOME_GROUPS})`;
const groupsSchema = z.object({
  groups: z.string().transform((text) => z.array(z.number()).parse(parseJson(text))),
});

function larger(groups: Uint32Array<ArrayBuffer>): Uint32Array<ArrayBuffer> {
  const twice = new Uint32Array(groups.length * 2);
  twice.set(groups);
  return twice;
}

export type IndexState = z.infer<typeof stateSchema>;

/**
 * The index of texts in a file of its own. Nothing lies in it that is not in the rows: whatever is wrong with it, it is made anew.
 */
export class IndexFile {
  private readonly path: string;
  private db: DatabaseSync | null = null;
  private readonly statements = new Map<string, StatementSync>();
  /** Kilobytes that SQLite keeps of it in memory at most. */
  private cached = 0;

  constructor(path: string) {
    this.path = path;
  }

  state(): IndexState {
    return stateSchema.parse(this.statement('SELECT token, before, replaced FROM state').get());
  }

  /** State and groups with every trigram of a match, of one moment, the groups in their order. */
  groupsOf(match: string): { readonly state: IndexState; readonly groups: Uint32Array } {
    this.cache(ASKED_KB);
    return this.within('BEGIN', () => {
      let groups = new Uint32Array(SOME_GROUPS);
      let found = 0;
      for (let some = this.someGroups(match, -1); some.length > 0; some = this.someGroups(match, some.at(-1) ?? 0)) {
        if (found + some.length > groups.length) groups = larger(groups);
        groups.set(some, found);
        found += some.length;
      }
      return { state: this.state(), groups: groups.subarray(0, found) };
    });
  }

  /** The next groups after one. All groups can have common parts, so that they are never all in a list, nor an object each. */
  private someGroups(match: string, after: number): readonly number[] {
    return groupsSchema.parse(this.statement(SOME).get(match, after)).groups;
  }

  /** Runs `work` as its only writer. Throws SQLITE_BUSY where another process is. */
  write<T>(work: () => T): T {
    this.cache(FILLING_KB);
    return this.within('BEGIN IMMEDIATE', work);
  }

  setState({ token, before, replaced }: IndexState): void {
    this.statement('UPDATE state SET token = ?, before = ?, replaced = ?').run(token, before, JSON.stringify(replaced));
  }

  put(group: number, text: string): void {
    this.statement('INSERT OR REPLACE INTO documents (rowid, text) VALUES (?, ?)').run(group, text);
  }

  remove(group: number): void {
    this.statement('DELETE FROM documents WHERE rowid = ?').run(group);
  }

  empty(): void {
    this.statement("INSERT INTO documents (documents) VALUES ('delete-all')").run();
  }

  close(): void {
    this.statements.clear();
    this.db?.close();
    this.db = null;
  }

  /** Takes it away; the next use makes a new one. */
  discard(): void {
    this.close();
    for (const suffix of ['', '-wal', '-shm']) rmSync(this.path + suffix, { force: true });
  }

  private cache(kilobytes: number): void {
    if (this.cached === kilobytes && this.db !== null) return;
    this.open().exec(`PRAGMA cache_size = -${kilobytes}`);
    this.cached = kilobytes;
  }

  private within<T>(begin: string, work: () => T): T {
    this.open().exec(begin);
    try {
      const result = work();
      this.open().exec('COMMIT');
      return result;
    } catch (error) {
      if (this.db?.isTransaction === true) this.db.exec('ROLLBACK');
      throw error;
    }
  }

  private statement(sql: string): StatementSync {
    const known = this.statements.get(sql) ?? this.open().prepare(sql);
    this.statements.set(sql, known);
    return known;
  }

  private open(): DatabaseSync {
    if (this.db !== null) return this.db;
    closeSync(openSync(this.path, 'a', 0o600));
    makePrivate(this.path);
    const db = new (loadSqlite().DatabaseSync)(this.path, { timeout: WRITER_MS });
    this.db = db;
    patiently(() => db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL'));
    const version = (): number => Number(db.prepare('PRAGMA user_version').get()?.user_version);
    if (version() === VERSION) return db;
    db.exec('BEGIN IMMEDIATE');
    try {
      if (version() === 0) db.exec(TABLES);
      db.exec('COMMIT');
    } catch (error) {
      db.exec('ROLLBACK');
      throw error;
    }
    if (version() === VERSION) return db;
    this.discard();
    return this.open();
  }
}
