const note = `
  UPDATE search_state SET edits = edits + 1;
  INSERT INTO search_edits SELECT new.seq, edits FROM search_state WHERE new.seq <= indexed_to
  ON CONFLICT (seq) DO UPDATE SET edit = excluded.edit;`;

/**
 * What is known of the index of texts, which lies in a file of its own: `token` is what both files say of the index as it is, all
 * rows up to number `indexed_to` are in it, but for those of `search_edits`, whose texts changed since. `edits` goes up with each
 * change of a text that was there, or could have been.
 */
export const SEARCH_MIGRATION = `
CREATE TABLE search_state (
  one INTEGER PRIMARY KEY CHECK (one = 1), token TEXT, indexed_to INTEGER NOT NULL, edits INTEGER NOT NULL);
INSERT INTO search_state VALUES (1, NULL, -1, 0);
CREATE TABLE search_edits (seq INTEGER PRIMARY KEY, edit INTEGER NOT NULL);
CREATE TRIGGER texts_added AFTER INSERT ON rows WHEN new.seq <= (SELECT indexed_to FROM search_state) BEGIN ${note} END;
CREATE TRIGGER texts_changed AFTER UPDATE OF cell, prompt, completion ON rows
WHEN old.cell IS NOT new.cell OR old.prompt IS NOT new.prompt OR old.completion IS NOT new.completion BEGIN ${note} END;
CREATE TRIGGER texts_removed AFTER DELETE ON rows BEGIN UPDATE search_state SET edits = edits + 1; END;
`;
