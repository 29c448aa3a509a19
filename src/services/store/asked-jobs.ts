import * as z from 'zod';
import type { AskedJob } from '../../domain/training/asked-jobs.ts';
import type { JobRecord } from '../../domain/training/types.ts';
import { type Database, readJson } from './database.ts';
import { createJobs, jobFrameSchema } from './jobs.ts';
import { settleAsked } from './spending/jobs.ts';

export interface AskedJobs {
  save(asked: AskedJob): void;
  list(of: { readonly projectId?: string; readonly address?: string }): readonly AskedJob[];
  adopt(asked: AskedJob, record: JobRecord): void;
  forget(key: string): void;
  isKnown(jobId: string): boolean;
}

export const askedSchema: z.ZodType<AskedJob> = z.object({
  key: z.string(),
  address: z.string(),
  askedAt: z.number(),
  model: z.string(),
  trainingFile: z.string(),
  suffix: z.string().nullable(),
  frame: jobFrameSchema,
});

const SAVE = 'INSERT OR REPLACE INTO asked_jobs (key, project_id, address, asked_at, asked) VALUES (?, ?, ?, ?, ?)';
const LIST = `SELECT asked AS json FROM asked_jobs WHERE (?1 IS NULL OR project_id = ?1) AND (?2 IS NULL OR address = ?2)
  ORDER BY asked_at, key`;

/** Jobs that were asked for, until it is known what became of them. */
export function createAskedJobs(database: Database, now: () => number = Date.now): AskedJobs {
  const jobs = createJobs(database, now);
  const forget = (key: string): void => {
    database.statement('DELETE FROM asked_jobs WHERE key = ?').run(key);
  };
  return {
    save: (asked) => {
      const { key, address, askedAt, frame } = asked;
      database.statement(SAVE).run(key, frame.projectId, address, askedAt, JSON.stringify(asked));
    },
    list: ({ projectId = null, address = null }) =>
      readJson('asked_jobs', askedSchema, database.statement(LIST).all(projectId, address)),
    adopt: (asked, record) =>
      database.transaction(() => {
        jobs.save(record);
        settleAsked(database, asked.key, now());
        forget(asked.key);
      }),
    forget,
    isKnown: (jobId) => database.statement('SELECT 1 FROM jobs WHERE id = ?').get(jobId) !== undefined,
  };
}
