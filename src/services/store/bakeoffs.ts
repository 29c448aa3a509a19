import * as z from 'zod';
import type { Bakeoff } from '../../domain/bakeoff/types.ts';
import { parseExactJson } from '../../domain/common/json.ts';
import { type Database, readJson } from './database.ts';
import { graderSchema, samplingSchema } from './evaluations.ts';
import { choicesSchema, hyperparametersSchema } from './jobs.ts';

const text = z.string().nullable();
const number = z.number().nullable();

export const bakeoffSchema: z.ZodType<Bakeoff> = z.object({
  id: z.string(),
  projectId: z.string(),
  name: z.string(),
  createdAt: z.number(),
  targets: z.array(
    z.object({
      providerId: z.string(),
      model: z.string(),
      method: z.enum(['supervised', 'dpo']),
      hyperparameters: hyperparametersSchema,
      beta: z.union([z.number(), z.literal('auto')]),
      seed: number,
      share: z.number(),
      choices: choicesSchema.optional(),
    }),
  ),
  path: text,
  validationPath: text,
  content: z.string().optional(),
  seed: z.number(),
  margin: number,
  capUsd: number,
  stopBehind: z.boolean(),
  graders: z.array(graderSchema),
  sampling: samplingSchema,
  stopped: z.record(z.string(), z.string()),
  deployed: z.record(z.string(), z.string()),
});

export interface Bakeoffs {
  save(bakeoff: Bakeoff): void;
  get(id: string): Bakeoff | null;
  list(projectId: string | null): readonly Bakeoff[];
}

const SAVE = `INSERT INTO bakeoffs (id, project_id, created_at, bakeoff) VALUES (?, ?, ?, ?)
  ON CONFLICT (id) DO UPDATE SET project_id = excluded.project_id, created_at = excluded.created_at, bakeoff = excluded.bakeoff`;
const LIST = `SELECT bakeoff AS json FROM bakeoffs WHERE ?1 IS NULL OR project_id = ?1 ORDER BY created_at DESC, seq DESC`;

/** Bake-offs as they were confirmed, newest first. */
export function createBakeoffs(database: Database): Bakeoffs {
  const read = (records: readonly unknown[]) => readJson('bakeoffs', bakeoffSchema, records, parseExactJson);
  return {
    save: (bakeoff) => {
      const { id, projectId, createdAt } = bakeoff;
      database.statement(SAVE).run(id, projectId, createdAt, JSON.stringify(bakeoff));
    },
    get: (id) => read(database.statement('SELECT bakeoff AS json FROM bakeoffs WHERE id = ?').all(id))[0] ?? null,
    list: (projectId) => read(database.statement(LIST).all(projectId)),
  };
}
