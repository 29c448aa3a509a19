import type { DatabaseSync } from 'node:sqlite';
import { PACKED_ROWS_MIGRATION, ROWS_MIGRATION } from './rows/schema.ts';
import { SEARCH_MIGRATION } from './search/schema.ts';
import { SPENDING_MIGRATION } from './spending/schema.ts';

type Side = 'old' | 'new';

const countIn = (row: Side): string => `
  INSERT INTO tallies VALUES (${row}.project_id, ${row}.status, ${row}.rating, ${row}.edited, 1,
    ifnull(${row}.cost_usd, 0), ${row}.cost_usd IS NULL)
  ON CONFLICT DO UPDATE SET rows = rows + 1, cost = cost + excluded.cost, unpriced = unpriced + excluded.unpriced;`;

/** An emptied tally is dropped, and with it whatever rounding its sum of costs had gathered. */
const countOut = (row: Side): string => {
  const place = `project_id = ${row}.project_id AND status = ${row}.status AND rating = ${row}.rating
    AND edited = ${row}.edited`;
  return `
  UPDATE tallies SET rows = rows - 1, cost = cost - ifnull(${row}.cost_usd, 0),
    unpriced = unpriced - (${row}.cost_usd IS NULL) WHERE ${place};
  DELETE FROM tallies WHERE ${place} AND rows = 0;`;
};

/**
 * Each entry takes a database from the version of its index to the next; entries are never edited once shipped.
 *
 * Rows: `seq` is the order of arrival. `search` is everything a search looks at, in lower case, for SQLite's own
 * LIKE folds ASCII only. Every sort order has an index that ends in what filters ask for, so that a window far
 * down a filtered list is found without reading a row. `tallies` are kept by triggers: the counts on screen are
 * read after every answer, and must not take longer as the dataset grows.
 */
const MIGRATIONS: readonly string[] = [
  `
CREATE TABLE rows (
  seq INTEGER PRIMARY KEY, project_id TEXT NOT NULL, id TEXT NOT NULL, source TEXT NOT NULL, cell TEXT NOT NULL,
  prompt TEXT, completion TEXT NOT NULL, status TEXT NOT NULL, rating TEXT NOT NULL, edited INTEGER NOT NULL,
  model TEXT NOT NULL, finish_reason TEXT, prompt_tokens INTEGER, completion_tokens INTEGER, cached_tokens INTEGER,
  cost_usd REAL, error TEXT, created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL,
  cell_key TEXT NOT NULL, length INTEGER NOT NULL, search TEXT NOT NULL, UNIQUE (project_id, id));
CREATE INDEX rows_by_created ON rows (project_id, created_at, seq, status, rating, edited);
CREATE INDEX rows_by_cell ON rows (project_id, cell_key, created_at, seq, status, rating, edited);
CREATE INDEX rows_by_tokens ON rows (project_id, completion_tokens, created_at, seq, status, rating, edited);
CREATE INDEX rows_by_length ON rows (project_id, length, created_at, seq, status, rating, edited);
CREATE INDEX rows_by_status ON rows (project_id, status, created_at, seq, rating, edited);
CREATE INDEX rows_by_rating ON rows (project_id, rating, created_at, seq, status, edited);

CREATE TABLE tallies (
  project_id TEXT NOT NULL, status TEXT NOT NULL, rating TEXT NOT NULL, edited INTEGER NOT NULL,
  rows INTEGER NOT NULL, cost REAL NOT NULL, unpriced INTEGER NOT NULL,
  PRIMARY KEY (project_id, status, rating, edited)) WITHOUT ROWID;
CREATE TRIGGER rows_added AFTER INSERT ON rows BEGIN ${countIn('new')} END;
CREATE TRIGGER rows_removed AFTER DELETE ON rows BEGIN ${countOut('old')} END;
CREATE TRIGGER rows_changed AFTER UPDATE OF project_id, status, rating, edited, cost_usd ON rows
BEGIN ${countOut('old')} ${countIn('new')} END;

CREATE TABLE jobs (
  seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, project_id TEXT NOT NULL, created_at REAL NOT NULL,
  record TEXT NOT NULL);
CREATE INDEX jobs_by_project ON jobs (project_id, created_at);
CREATE TABLE events (
  seq INTEGER PRIMARY KEY, job_id TEXT NOT NULL, id TEXT NOT NULL, created_at REAL NOT NULL, event TEXT NOT NULL,
  UNIQUE (job_id, id));
CREATE INDEX events_by_job ON events (job_id, created_at, seq);
CREATE TABLE checkpoints (
  seq INTEGER PRIMARY KEY, job_id TEXT NOT NULL, id TEXT NOT NULL, checkpoint TEXT NOT NULL, UNIQUE (job_id, id));

CREATE TABLE turns (
  seq INTEGER PRIMARY KEY, project_id TEXT NOT NULL, id TEXT NOT NULL, turn TEXT NOT NULL, UNIQUE (project_id, id));
`,
  `
CREATE TABLE evaluations (
  seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, project_id TEXT NOT NULL, created_at REAL NOT NULL,
  evaluation TEXT NOT NULL);
CREATE INDEX evaluations_by_project ON evaluations (project_id, created_at);
CREATE TABLE evaluation_items (seq INTEGER PRIMARY KEY, evaluation_id TEXT NOT NULL, item TEXT NOT NULL);
CREATE INDEX evaluation_items_by_evaluation ON evaluation_items (evaluation_id, seq);
CREATE TABLE votes (seq INTEGER PRIMARY KEY, evaluation_id TEXT NOT NULL, vote TEXT NOT NULL);
CREATE INDEX votes_by_evaluation ON votes (evaluation_id, seq);
`,
  `
ALTER TABLE rows ADD COLUMN split TEXT;
CREATE INDEX rows_by_split ON rows (project_id, split, created_at, seq, status, rating, edited);
`,
  `
CREATE TABLE screen_states (
  project_id TEXT NOT NULL, name TEXT NOT NULL, state TEXT NOT NULL, PRIMARY KEY (project_id, name)) WITHOUT ROWID;
`,
  `
CREATE TABLE uploads (
  address TEXT NOT NULL, purpose TEXT NOT NULL, hash TEXT NOT NULL, file_id TEXT NOT NULL, filename TEXT NOT NULL,
  uploaded_at INTEGER NOT NULL, PRIMARY KEY (address, purpose, hash)) WITHOUT ROWID;
`,
  'ALTER TABLE rows ADD COLUMN whole TEXT;',
  'ALTER TABLE rows ADD COLUMN thoughts TEXT;',
  SPENDING_MIGRATION,
  `
CREATE TABLE asked_jobs (
  key TEXT PRIMARY KEY, project_id TEXT NOT NULL, address TEXT NOT NULL, asked_at INTEGER NOT NULL, asked TEXT NOT NULL
) WITHOUT ROWID;
`,
  `
ALTER TABLE rows ADD COLUMN latency_ms REAL;
CREATE TABLE bakeoffs (
  seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, project_id TEXT NOT NULL, created_at REAL NOT NULL, bakeoff TEXT NOT NULL);
CREATE INDEX bakeoffs_by_project ON bakeoffs (project_id, created_at);
`,
  // What may be there of a model is one thing, however many processes ask for it.
  `
CREATE TABLE deployments (
  key TEXT PRIMARY KEY, address TEXT NOT NULL, source TEXT NOT NULL, closed INTEGER NOT NULL, asked_at INTEGER NOT NULL,
  record TEXT NOT NULL) WITHOUT ROWID;
CREATE UNIQUE INDEX deployments_open ON deployments (address, source) WHERE closed = 0;
CREATE INDEX spending_of_deployments ON spending (call) WHERE kind = 'deployment';
`,
  // A row is in one batch at most; the money of a batch is held back as one call under way, for a million of them would be read at every answer.
  `
CREATE TABLE batches (
  seq INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, project_id TEXT NOT NULL, address TEXT NOT NULL, open INTEGER NOT NULL,
  created_at INTEGER NOT NULL, worker TEXT, record TEXT NOT NULL);
CREATE INDEX batches_open ON batches (open, project_id);
CREATE TABLE batch_rows (
  rows_of TEXT NOT NULL, row_id TEXT NOT NULL, batch INTEGER NOT NULL, cell TEXT NOT NULL, quoted_usd REAL,
  PRIMARY KEY (rows_of, row_id)) WITHOUT ROWID;
CREATE INDEX batch_rows_by_batch ON batch_rows (batch);
`,
  ROWS_MIGRATION,
  SEARCH_MIGRATION,
  PACKED_ROWS_MIGRATION,
];

export class NewerDatabaseError extends Error {
  constructor(path: string) {
    super(`${path} was written by a newer Luthier. Update Luthier, or set LUTHIER_HOME to another folder.`);
    this.name = 'NewerDatabaseError';
  }
}

/** Brings the database to the newest version, in one transaction that a second process waits for. */
export function migrate(db: DatabaseSync, path: string): void {
  if (versionOf(db) === MIGRATIONS.length) return;
  db.exec('BEGIN IMMEDIATE');
  try {
    const version = versionOf(db);
    if (version > MIGRATIONS.length) throw new NewerDatabaseError(path);
    for (const step of MIGRATIONS.slice(version)) db.exec(step);
    db.exec(`PRAGMA user_version = ${MIGRATIONS.length}`);
    db.exec('COMMIT');
  } catch (error) {
    db.exec('ROLLBACK');
    throw error;
  }
}

function versionOf(db: DatabaseSync): number {
  return Number(db.prepare('PRAGMA user_version').get()?.user_version ?? 0);
}
