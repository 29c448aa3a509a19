import * as z from 'zod';
import type { ChatTurn } from '../../domain/chat/types.ts';
import { type Database, readJson } from './database.ts';

const number = z.number().nullable();

const answerSchema = z.object({
  text: z.string(),
  refusal: z.string().nullable(),
  finishReason: z.string().nullable(),
  usage: z.object({ promptTokens: z.number(), completionTokens: z.number(), cachedTokens: z.number() }).nullable(),
  model: z.string(),
  without: z.array(z.string()).optional(),
  limits: z
    .object({
      limitRequests: number,
      remainingRequests: number,
      resetRequestsMs: number,
      limitTokens: number,
      remainingTokens: number,
      resetTokensMs: number,
    })
    .nullable(),
  firstTokenMs: z.number(),
  totalMs: z.number(),
});

export const turnSchema: z.ZodType<ChatTurn> = z.object({
  id: z.string(),
  system: z.string(),
  user: z.string(),
  alone: z.exactOptional(z.boolean()),
  replies: z.array(
    z.object({
      model: z.string(),
      text: z.string(),
      thoughts: z.string().optional(),
      status: z.enum(['streaming', 'done', 'stopped', 'failed']),
      answer: answerSchema.nullable(),
      costUsd: number,
      error: z.string().nullable(),
    }),
  ),
});

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
        'turns',
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
