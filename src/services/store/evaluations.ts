import type { Evaluation, EvaluationItem } from '../../domain/evaluation/types.ts';
import type { Database } from './database.ts';
import { evaluationSchema, itemSchema } from './evaluationSchema.ts';
import { readJson } from './jsonColumn.ts';

export interface Evaluations {
  save(evaluation: Evaluation, items: readonly EvaluationItem[]): void;
  get(id: string): Evaluation | null;
  list(projectId: string): readonly Evaluation[];
  items(id: string): readonly EvaluationItem[];
  remove(id: string): void;
}

const SAVE = `INSERT INTO evaluations (id, project_id, created_at, evaluation) VALUES (?, ?, ?, ?)
  ON CONFLICT (id) DO UPDATE SET project_id = excluded.project_id, created_at = excluded.created_at,
  evaluation = excluded.evaluation`;

/** Evaluations, each with the items it was begun on; what was answered is among the rows. */
export function createEvaluations(database: Database): Evaluations {
  return {
    save: (evaluation, items) =>
      database.transaction(() => {
        const { id, projectId, createdAt } = evaluation;
        database.statement(SAVE).run(id, projectId, createdAt, JSON.stringify(evaluation));
        database.statement('DELETE FROM evaluation_items WHERE evaluation_id = ?').run(id);
        const statement = database.statement('INSERT INTO evaluation_items (evaluation_id, item) VALUES (?, ?)');
        for (const item of items) statement.run(id, JSON.stringify(item));
      }),
    get: (id) => {
      const found = database.statement('SELECT evaluation AS json FROM evaluations WHERE id = ?').all(id);
      return readJson(evaluationSchema, found)[0] ?? null;
    },
    list: (projectId) =>
      readJson(
        evaluationSchema,
        database
          .statement(
            'SELECT evaluation AS json FROM evaluations WHERE project_id = ? ORDER BY created_at DESC, seq DESC',
          )
          .all(projectId),
      ),
    items: (id) =>
      readJson(
        itemSchema,
        database.statement('SELECT item AS json FROM evaluation_items WHERE evaluation_id = ? ORDER BY seq').all(id),
      ),
    remove: (id) =>
      database.transaction(() => {
        database.statement('DELETE FROM evaluation_items WHERE evaluation_id = ?').run(id);
        database.statement('DELETE FROM votes WHERE evaluation_id = ?').run(id);
        database.statement('DELETE FROM evaluations WHERE id = ?').run(id);
      }),
  };
}
