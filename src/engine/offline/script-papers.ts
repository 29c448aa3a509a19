import { createHash } from 'node:crypto';
import { createReadStream, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { hyperparametersSchema } from '../storage/jobs.ts';
import { OfflineFault, suffixSchema } from './requests.ts';

/** job.json of a script: what it is, so that its run can be brought back as a job. */
const papersSchema = z.object({
  format: z.literal(1),
  /** Drawn once: tells runs of the same script from others. */
  run: z.string().regex(/^[\w-]{8,64}$/),
  created: z.number(),
  base: z.object({ id: z.string().min(1), revision: z.string().nullable() }),
  method: z.enum(['supervised', 'dpo']),
  seed: z.number(),
  suffix: suffixSchema.nullable(),
  hyperparameters: hyperparametersSchema,
  /** Lines of the training file. */
  examples: z.number(),
  /** The person's own files, kept in data/, by their names. */
  files: z.object({ training: z.string(), validation: z.string().nullable() }),
  /** Of what the run reads: task.json and its rows. */
  sha256: z.record(z.string(), z.string()),
  /** Lines of the person's files, by the rows that were made of them. */
  lines: z.record(z.string(), z.array(z.number())),
});

export type ScriptPapers = z.output<typeof papersSchema>;

export const PAPERS = 'job.json';
export const DATA = { training: 'data/training.jsonl', validation: 'data/validation.jsonl' } as const;
/** What the run reads of a script, and what it makes. */
export const READ = ['task.json', 'train.jsonl', 'validation.jsonl'] as const;
export const RUN = 'run';
export const LINES = 'lines.jsonl';

/** Throws OfflineFault for a folder that is no script of Luthier's. */
export function readPapers(folder: string): ScriptPapers {
  try {
    return papersSchema.parse(JSON.parse(readFileSync(join(folder, PAPERS), 'utf8')));
  } catch {
    const next = 'Name the folder that luthier runner script wrote, brought back whole.';
    throw new OfflineFault(`${folder} is no job of luthier runner script: its ${PAPERS} is missing or damaged.`, next);
  }
}

export async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const piece of createReadStream(path)) hash.update(piece);
  return hash.digest('hex');
}
