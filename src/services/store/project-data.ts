import { asideProjectId } from '../../domain/dataset/existing-rows.ts';
import { predictionsProjectId } from '../../domain/evaluation/items.ts';
import { giveUpBatches } from './batches/batches.ts';
import type { Database } from './database.ts';
import { WRITTEN_COLUMNS } from './rows/record.ts';

export interface ProjectData {
  copy(from: string, to: string): void;
  clear(projectId: string): void;
}

const COPIED = WRITTEN_COLUMNS.filter((name) => name !== 'project_id').join(', ');
const COPY = `INSERT OR IGNORE INTO rows (project_id, ${COPIED})
  SELECT ?, ${COPIED} FROM rows WHERE project_id = ? ORDER BY seq`;
const CLEARED = [
  'DELETE FROM events WHERE job_id IN (SELECT id FROM jobs WHERE project_id = ?)',
  'DELETE FROM checkpoints WHERE job_id IN (SELECT id FROM jobs WHERE project_id = ?)',
  'DELETE FROM jobs WHERE project_id = ?',
  'DELETE FROM asked_jobs WHERE project_id = ?',
  'DELETE FROM turns WHERE project_id = ?',
  'DELETE FROM evaluation_items WHERE evaluation_id IN (SELECT id FROM evaluations WHERE project_id = ?)',
  'DELETE FROM votes WHERE evaluation_id IN (SELECT id FROM evaluations WHERE project_id = ?)',
  'DELETE FROM evaluations WHERE project_id = ?',
  'DELETE FROM bakeoffs WHERE project_id = ?',
  'DELETE FROM screen_states WHERE project_id = ?',
  'DELETE FROM rows WHERE project_id = ?',
];

/** What happens to a project's data when it is duplicated (rows come along, paid answers and all) or deleted. */
export function createProjectData(database: Database): ProjectData {
  return {
    copy: (from, to) => {
      database.transaction(() => {
        const copy = database.statement(COPY);
        copy.run(to, from);
        copy.run(asideProjectId(to), asideProjectId(from));
      });
    },
    clear: (projectId) => {
      database.transaction(() => {
        giveUpBatches(database, projectId);
        for (const sql of CLEARED) database.statement(sql).run(projectId);
        for (const rows of [predictionsProjectId(projectId), asideProjectId(projectId)])
          database.statement('DELETE FROM rows WHERE project_id = ?').run(rows);
      });
    },
  };
}
