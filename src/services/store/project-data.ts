import { asideProjectId } from '../../domain/dataset/existing-rows.ts';
import type { Row } from '../../domain/dataset/types.ts';
import { predictionsProjectId } from '../../domain/evaluation/items.ts';
import { giveUpBatches } from './batches/batches.ts';
import type { Database } from './database.ts';
import { OF_PROJECT } from './rows/filter.ts';
import { createRows } from './rows/rows.ts';

export interface ProjectData {
  copy(from: string, to: string): void;
  clear(projectId: string): void;
}

/** Rows that are copied in one go. */
const STEP = 500;
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
];
const CLEAR_ROWS = [`DELETE FROM rows WHERE ${OF_PROJECT}`, 'DELETE FROM row_projects WHERE id = ?'];

/** What happens to a project's data when it is duplicated (rows come along, paid answers and all) or deleted. */
export function createProjectData(database: Database): ProjectData {
  const rows = createRows(database);
  function copy(from: string, to: string): void {
    let step: Row[] = [];
    for (const row of rows.scan(from, {})) {
      step.push({ ...row, projectId: to });
      if (step.length < STEP) continue;
      rows.put(step, 'new');
      step = [];
    }
    rows.put(step, 'new');
  }
  return {
    copy: (from, to) => {
      database.transaction(() => {
        copy(from, to);
        copy(asideProjectId(from), asideProjectId(to));
      });
    },
    clear: (projectId) => {
      database.transaction(() => {
        giveUpBatches(database, projectId);
        for (const sql of CLEARED) database.statement(sql).run(projectId);
        for (const rows of [projectId, predictionsProjectId(projectId), asideProjectId(projectId)])
          for (const sql of CLEAR_ROWS) database.statement(sql).run(rows);
      });
    },
  };
}
