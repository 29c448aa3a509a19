import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { cardSections } from '../app/evaluation/card-sections.ts';
import { SHIPPED_PRICES } from '../domain/pricing/prices.ts';
import { createDatabase } from '../services/store/database.ts';
import { createEvaluations } from '../services/store/evaluations.ts';
import { createJobs } from '../services/store/jobs.ts';
import { createRows } from '../services/store/rows/rows.ts';

/** More say nothing more of a model. */
const MOST = 3;

/** The newest evaluations that measured a model, by its name or its job, as sections of its card; empty where there is none. */
export function evaluationSections(home: string, named: string): string {
  if (!existsSync(join(home, 'luthier.db'))) return '';
  const database = createDatabase({ home });
  const [evaluations, rows] = [createEvaluations(database), createRows(database)];
  try {
    const model = createJobs(database).find(named)?.job.fineTunedModel ?? named;
    return cardSections({ rows, evaluations, prices: () => SHIPPED_PRICES }, evaluations.ofModel(model, MOST), model);
  } finally {
    database.close();
  }
}
