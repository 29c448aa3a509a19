import type { ChatTurn } from '../../domain/chat/types.ts';
import type { Database } from './database.ts';
import { readJson } from './jsonColumn.ts';
import { turnSchema } from './turnSchema.ts';

export interface Transcripts {
  turns(projectId: string): readonly ChatTurn[];
  save(projectId: string, turn: ChatTurn): void;
  removeFrom(projectId: string, turnId: string): void;
}

const SAVE = `INSERT INTO turns (project_id, id, turn) VALUES (?, ?, ?)
  ON CONFLICT (project_id, id) DO UPDATE SET turn = excluded.turn`;
const REMOVE_FROM = `DELETE FROM turns WHERE project_id = ?1
  AND seq >= (SELECT seq FROM turns WHERE project_id = ?1 AND id = ?2)`;

/** A project's conversation. Saving a turn again keeps its place. */
export function createTranscripts(database: Database): Transcripts {
  return {
    turns: (projectId) =>
      readJson(
        turnSchema,
        database.statement('SELECT turn AS json FROM turns WHERE project_id = ? ORDER BY seq').all(projectId),
      ),
    save: (projectId, turn) => {
      database.statement(SAVE).run(projectId, turn.id, JSON.stringify(turn));
    },
    removeFrom: (projectId, turnId) => {
      database.statement(REMOVE_FROM).run(projectId, turnId);
    },
  };
}
