import { DONE, RATINGS, SOURCES, SPLITS, STATUSES, UNRATED } from './codes.ts';

type Side = 'old' | 'new';

const countIn = (row: Side): string => `
  INSERT INTO tallies VALUES (${row}.project, ${row}.status, ${row}.rating, ${row}.edited, ${row}.length_class, 1,
    ifnull(${row}.cost_usd, 0), ${row}.cost_usd IS NULL)
  ON CONFLICT DO UPDATE SET rows = rows + 1, cost = cost + excluded.cost, unpriced = unpriced + excluded.unpriced;`;

/** An emptied tally is dropped, and with it whatever rounding its sum of costs had gathered. */
const countOut = (row: Side): string => {
  const place = `project = ${row}.project AND status = ${row}.status AND rating = ${row}.rating
    AND edited = ${row}.edited AND length_class = ${row}.length_class`;
  return `
  UPDATE tallies SET rows = rows - 1, cost = cost - ifnull(${row}.cost_usd, 0),
    unpriced = unpriced - (${row}.cost_usd IS NULL) WHERE ${place};
  DELETE FROM tallies WHERE ${place} AND rows = 0;`;
};

/** A pack that none of its rows needs any more. */
const dropPack = (row: Side): string => `
  DELETE FROM packs WHERE first = (SELECT max(first) FROM packs WHERE first <= ${row}.seq) AND NOT EXISTS
    (SELECT 1 FROM rows WHERE seq >= first AND seq < first + rows AND completion IS NULL);`;

/** What a row is looked up by: the first bytes of an identity that is a hash, and any other whole. */
export const headOf = (id: string): string => `CASE typeof(${id}) WHEN 'blob' THEN substr(${id}, 1, 6) ELSE ${id} END`;

/** An identity as it lies: 32 bytes where it is a hash in hexadecimal digits. */
const idOf = (id: string): string =>
  `CASE WHEN length(${id}) = 64 AND ${id} NOT GLOB '*[^0-9a-f]*' THEN unhex(${id}) ELSE ${id} END`;

/** A word as its number; what is none stays as it is, and is told as damage when it is read. */
const coded = (column: string, words: readonly string[]): string =>
  `CASE ${column} ${words.map((word, code) => `WHEN '${word}' THEN ${code}`).join(' ')} ELSE ${column} END`;

/**
 * Rows as small as they can be found by. `seq` is the order of arrival.
 *
 * A row whose `completion` is null has its texts in the pack that begins at or before it: `packs` hold the texts of `rows` rows
 * from `first` on. `stamp` is another of every pack, so that one which took the place of another is told from it.
 *
 * Rows are found by the head of their identity. A hash has no order, so an index over it has about a page changed for every row
 * that comes; new heads are gathered in a small table, and move to the large one in their order, many to a page.
 *
 * An order has what filters ask for at its end, so that a window far down a filtered list is found without reading a row. Most rows
 * lack an answer's tokens, a combination, a side, a rating or a fault: those are found by their creation, and only the others have
 * an index of that. Lengths come in no order either, so rows are indexed by classes of lengths, and sorted within one.
 *
 * `tallies` are kept by triggers: the counts on screen are read after every answer, and must not take longer as the dataset grows.
 */
export const ROWS_MIGRATION = `
DROP TRIGGER rows_added;
DROP TRIGGER rows_removed;
DROP TRIGGER rows_changed;
DROP TABLE tallies;
ALTER TABLE rows RENAME TO rows_before;

CREATE TABLE row_projects (key INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE);
CREATE TABLE rows (
  seq INTEGER PRIMARY KEY, project INTEGER NOT NULL, id NOT NULL, source INTEGER NOT NULL, cell TEXT NOT NULL,
  prompt TEXT, completion TEXT, whole TEXT, thoughts TEXT,
  status INTEGER NOT NULL, rating INTEGER NOT NULL, edited INTEGER NOT NULL, split INTEGER, model TEXT NOT NULL,
  finish_reason TEXT, prompt_tokens INTEGER, completion_tokens INTEGER, cached_tokens INTEGER, cost_usd REAL,
  latency_ms REAL, error TEXT, created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, cell_key TEXT NOT NULL,
  length INTEGER NOT NULL, length_class INTEGER NOT NULL, has_cell INTEGER NOT NULL, has_tokens INTEGER NOT NULL);
CREATE TABLE packs (first INTEGER PRIMARY KEY, rows INTEGER NOT NULL, stamp INTEGER NOT NULL, texts BLOB NOT NULL);
CREATE TABLE row_heads (head NOT NULL, seq INTEGER NOT NULL, PRIMARY KEY (head, seq)) WITHOUT ROWID;
CREATE TABLE row_heads_new (head NOT NULL, seq INTEGER NOT NULL, PRIMARY KEY (head, seq)) WITHOUT ROWID;
CREATE TABLE tallies (
  project INTEGER NOT NULL, status INTEGER NOT NULL, rating INTEGER NOT NULL, edited INTEGER NOT NULL,
  length_class INTEGER NOT NULL, rows INTEGER NOT NULL, cost REAL NOT NULL, unpriced INTEGER NOT NULL,
  PRIMARY KEY (project, status, rating, edited, length_class)) WITHOUT ROWID;
CREATE TRIGGER rows_added AFTER INSERT ON rows BEGIN
  INSERT INTO row_heads_new VALUES (${headOf('new.id')}, new.seq);
  ${countIn('new')}
END;

INSERT INTO row_projects (id) SELECT project_id FROM rows_before GROUP BY project_id ORDER BY min(seq);
INSERT INTO rows SELECT seq, (SELECT key FROM row_projects WHERE row_projects.id = project_id), ${idOf('id')},
  ${coded('source', SOURCES)}, cell, prompt, completion, whole, thoughts, ${coded('status', STATUSES)},
  ${coded('rating', RATINGS)}, edited, ${coded('split', SPLITS)}, model, finish_reason, prompt_tokens, completion_tokens,
  cached_tokens, cost_usd, latency_ms, error, created_at, updated_at, cell_key, length, length_class(length),
  cell_key != '', completion_tokens IS NOT NULL
FROM rows_before ORDER BY seq;
DROP TABLE rows_before;
INSERT INTO row_heads SELECT head, seq FROM row_heads_new ORDER BY head, seq;
DELETE FROM row_heads_new;

CREATE INDEX rows_by_created ON rows (project, created_at, seq, status, rating, edited, split, has_cell, has_tokens);
CREATE INDEX rows_by_length ON rows (project, length_class, created_at, seq, length, status, rating, edited);
CREATE INDEX rows_by_cell ON rows (project, cell_key, created_at, seq, status, rating, edited, has_cell)
  WHERE has_cell = 1;
CREATE INDEX rows_by_tokens ON rows (project, completion_tokens, created_at, seq, status, rating, edited, has_tokens)
  WHERE has_tokens = 1;
CREATE INDEX rows_by_status ON rows (project, status, created_at, seq, rating, edited) WHERE status != ${DONE};
CREATE INDEX rows_by_rating ON rows (project, rating, created_at, seq, status, edited) WHERE rating != ${UNRATED};
CREATE INDEX rows_by_split ON rows (project, split, created_at, seq, status, rating, edited) WHERE split IS NOT NULL;

CREATE TRIGGER rows_removed AFTER DELETE ON rows BEGIN
  DELETE FROM row_heads WHERE head = ${headOf('old.id')} AND seq = old.seq;
  DELETE FROM row_heads_new WHERE head = ${headOf('old.id')} AND seq = old.seq;
  ${countOut('old')}
END;
CREATE TRIGGER rows_changed AFTER UPDATE OF project, status, rating, edited, length_class, cost_usd ON rows
BEGIN ${countOut('old')} ${countIn('new')} END;
CREATE TRIGGER packs_left AFTER DELETE ON rows WHEN old.completion IS NULL BEGIN ${dropPack('old')} END;
CREATE TRIGGER packs_copied AFTER UPDATE OF completion ON rows WHEN old.completion IS NULL AND new.completion IS NOT NULL
BEGIN ${dropPack('new')} END;
`;

/**
 * Rows whose texts are packed come many at a time, and are noted by `NOTE_PACKED` for all of them; the trigger would look up a head and
 * a tally for each.
 */
export const PACKED_ROWS_MIGRATION = `
DROP TRIGGER rows_added;
CREATE TRIGGER rows_added AFTER INSERT ON rows WHEN new.completion IS NOT NULL BEGIN
  INSERT INTO row_heads_new VALUES (${headOf('new.id')}, new.seq);
  ${countIn('new')}
END;
`;

/** What the trigger does for one row, for all rows between two places whose texts are in packs. */
export const NOTE_PACKED: readonly string[] = [
  `INSERT INTO row_heads_new SELECT ${headOf('id')} AS head, seq FROM rows
    WHERE seq BETWEEN ? AND ? AND completion IS NULL ORDER BY head`,
  `INSERT INTO tallies SELECT project, status, rating, edited, length_class, count(*), total(cost_usd),
    count(*) - count(cost_usd) FROM rows WHERE seq BETWEEN ? AND ? AND completion IS NULL GROUP BY 1, 2, 3, 4, 5
    ON CONFLICT DO UPDATE SET rows = rows + excluded.rows, cost = cost + excluded.cost,
    unpriced = unpriced + excluded.unpriced`,
];
