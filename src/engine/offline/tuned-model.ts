import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import type { JobRow } from '../storage/jobs.ts';
import type { ModelRow } from '../storage/models.ts';
import type { Store } from '../storage/store.ts';
import { OfflineFault } from './requests.ts';

/** What a trained model says of itself, docs/runner-protocol.md. */
const papersSchema = z.object({
  base: z.object({ id: z.string(), revision: z.string().nullable() }),
  method: z.enum(['supervised', 'dpo']),
  kind: z.enum(['adapter', 'full']),
  step: z.number(),
  epoch: z.number(),
});

export interface TunedModel {
  readonly row: ModelRow;
  /** Its folder. */
  readonly path: string;
  readonly papers: z.output<typeof papersSchema>;
  /** Null where the job was deleted. */
  readonly job: JobRow | null;
}

/** A model of real weights by its name, or by the job that made it. Throws OfflineFault. */
export function tunedModel(store: Store, named: string): TunedModel {
  const id = store.jobs.get(named)?.fine_tuned_model ?? named;
  const row = store.models.get(id);
  if (row === null) throw new OfflineFault(`There is no tuned model ${named} here.`, otherModels(store));
  const path = join(store.folders.models, row.blob);
  const papers = papersSchema.safeParse(readPapers(path));
  if (!existsSync(path)) {
    throw new OfflineFault(`The folder of ${id} is gone: ${path}`, 'Train it again, or export another checkpoint.');
  }
  if (!papers.success) {
    throw new OfflineFault(
      `${id} is no model of real weights.`,
      'Practice models answer inside Luthier alone; tune a base of real weights to take one away.',
    );
  }
  const weights = papers.data.kind === 'adapter' ? /^adapter_model\.safetensors$/ : /^model.*\.safetensors$/;
  if (!readdirSync(path).some((name) => weights.test(name))) {
    throw new OfflineFault(`${id} is not whole: its weights are missing in ${path}.`, 'Export another checkpoint.');
  }
  return { row, path, papers: papers.data, job: store.jobs.get(row.job_id) };
}

/** What a command is told of it. Throws OfflineFault. */
export function locateModel(store: Store, named: string) {
  const { row, path, papers } = tunedModel(store, named);
  return { model: row.id, path, base: papers.base.id, weights: papers.kind };
}

function readPapers(path: string): unknown {
  try {
    return JSON.parse(readFileSync(join(path, 'luthier.json'), 'utf8'));
  } catch {
    return null;
  }
}

const SHOWN = 8;

function otherModels(store: Store): string {
  const names = store.models.list().map(({ id }) => id);
  if (names.length === 0) return 'Nothing was tuned in this home yet.';
  const more = names.length > SHOWN ? ` and ${names.length - SHOWN} more` : '';
  return `Choose one of: ${names.slice(-SHOWN).join(', ')}${more}.`;
}
