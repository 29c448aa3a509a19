import * as z from 'zod';
import type { Database } from './database.ts';

export interface ScreenStates {
  list(projectId: string): ReadonlyMap<string, unknown>;
  save(projectId: string, name: string, state: unknown): void;
}

const SAVE = `INSERT INTO screen_states (project_id, name, state) VALUES (?, ?, ?)
  ON CONFLICT (project_id, name) DO UPDATE SET state = excluded.state`;
const rowSchema = z.object({ name: z.string(), state: z.string() });

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** Where a person was on each screen of a project. What cannot be read is null: nothing of worth is lost with it. */
export function createScreenStates(database: Database): ScreenStates {
  return {
    list: (projectId) => {
      const rows = database.statement('SELECT name, state FROM screen_states WHERE project_id = ?').all(projectId);
      return new Map(rows.map((row) => rowSchema.parse(row)).map(({ name, state }) => [name, parse(state)]));
    },
    save: (projectId, name, state) => {
      database.statement(SAVE).run(projectId, name, JSON.stringify(state));
    },
  };
}
