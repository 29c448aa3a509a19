import * as z from 'zod';
import { parseExactJson } from '../../domain/common/json.ts';
import type { GraderSpec } from '../../domain/evaluation/graders/graders.ts';
import { graderSchemas } from '../../domain/evaluation/graders/graders.ts';
import type { Evaluation, EvaluationItem, Vote } from '../../domain/evaluation/types.ts';
import { type Database, readJson } from './database.ts';

const modelRef = z.object({ providerId: z.string(), model: z.string() });

export const samplingSchema = z.object({
  temperature: z.exactOptional(z.number()),
  topP: z.exactOptional(z.number()),
  maxTokens: z.exactOptional(z.number()),
  stop: z.exactOptional(z.array(z.string())),
  seed: z.exactOptional(z.number()),
});

export const graderSchema: z.ZodType<GraderSpec> = z.union(graderSchemas);

export const evaluationSchema: z.ZodType<Evaluation> = z.object({
  id: z.string(),
  projectId: z.string(),
  name: z.string(),
  createdAt: z.number(),
  plan: z.object({
    source: z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('rows'), side: z.enum(['train', 'validation', 'all']) }),
      z.object({ kind: z.literal('file'), path: z.string() }),
    ]),
    models: z.array(modelRef),
    graders: z.array(graderSchema),
    sampling: samplingSchema,
    concurrency: z.union([z.number(), z.literal('auto')]),
    inBatches: z.exactOptional(z.boolean()),
    batchSize: z.exactOptional(z.number()),
    capUsd: z.number().nullable(),
  }),
  items: z.number(),
});

export const itemSchema: z.ZodType<EvaluationItem> = z.object({
  id: z.string(),
  rowId: z.string().nullable(),
  line: z.number(),
  prompt: z.array(z.object({ role: z.enum(['system', 'user', 'assistant', 'tool']), content: z.string() })),
  target: z.string(),
  whole: z.exactOptional(z.string()),
  slices: z.record(z.string(), z.string()),
  slots: z.exactOptional(z.record(z.string(), z.string())),
});

export const voteSchema: z.ZodType<Vote> = z.object({
  itemId: z.string(),
  first: modelRef,
  second: modelRef,
  choice: z.enum(['first', 'second', 'tie']),
  at: z.number(),
});

export interface Evaluations {
  save(evaluation: Evaluation, items: readonly EvaluationItem[]): void;
  get(id: string): Evaluation | null;
  list(projectId: string): readonly Evaluation[];
  /** Of all projects, those that measured a model of this name, newest first, so many at most. */
  ofModel(model: string, most: number): readonly Evaluation[];
  items(id: string): readonly EvaluationItem[];
  remove(id: string): void;
}

const SAVE = `INSERT INTO evaluations (id, project_id, created_at, evaluation) VALUES (?, ?, ?, ?)
  ON CONFLICT (id) DO UPDATE SET project_id = excluded.project_id, created_at = excluded.created_at,
  evaluation = excluded.evaluation`;

const OF_MODEL = `SELECT evaluation AS json FROM evaluations WHERE EXISTS (
  SELECT 1 FROM json_each(evaluation, '$.plan.models') WHERE json_extract(value, '$.model') = ?)
  ORDER BY created_at DESC, seq DESC LIMIT ?`;

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
      return readJson('evaluations', evaluationSchema, found, parseExactJson)[0] ?? null;
    },
    list: (projectId) =>
      readJson(
        'evaluations',
        evaluationSchema,
        database
          .statement(
            'SELECT evaluation AS json FROM evaluations WHERE project_id = ? ORDER BY created_at DESC, seq DESC',
          )
          .all(projectId),
        parseExactJson,
      ),
    ofModel: (model, most) =>
      readJson('evaluations', evaluationSchema, database.statement(OF_MODEL).all(model, most), parseExactJson),
    items: (id) =>
      readJson(
        'evaluation_items',
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
        'votes',
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
