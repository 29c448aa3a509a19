import type { Vote } from '../../domain/evaluation/types.ts';
import type { Database } from './database.ts';
import { voteSchema } from './evaluationSchema.ts';
import { readJson } from './jsonColumn.ts';

export interface Votes {
  list(evaluationId: string): readonly Vote[];
  add(evaluationId: string, vote: Vote): void;
  removeNewest(evaluationId: string): boolean;
}

const REMOVE_NEWEST = `DELETE FROM votes WHERE seq = (SELECT max(seq) FROM votes WHERE evaluation_id = ?)`;

/** What a person judged blind, in the order it was judged. */
export function createVotes(database: Database): Votes {
  return {
    list: (evaluationId) =>
      readJson(
        voteSchema,
        database.statement('SELECT vote AS json FROM votes WHERE evaluation_id = ? ORDER BY seq').all(evaluationId),
      ),
    add: (evaluationId, vote) => {
      database
        .statement('INSERT INTO votes (evaluation_id, vote) VALUES (?, ?)')
        .run(evaluationId, JSON.stringify(vote));
    },
    removeNewest: (evaluationId) => database.statement(REMOVE_NEWEST).run(evaluationId).changes > 0,
  };
}
