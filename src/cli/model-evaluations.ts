import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readEvaluation } from '../app/evaluation/results.ts';
import { cardSection } from '../domain/evaluation/report/card.ts';
import { summarise } from '../domain/evaluation/summary.ts';
import { SHIPPED_PRICES } from '../domain/pricing/prices.ts';
import { createDatabase } from '../services/store/database.ts';
import { createEvaluations } from '../services/store/evaluations.ts';
import { createJobs } from '../services/store/jobs.ts';
import { createRows } from '../services/store/rows.ts';

/** More say nothing more of a model. */
const MOST = 3;

/** The newest evaluations that measured a model, by its name or its job, as sections of its card; empty where there is none. */
export function evaluationSections(home: string, named: string): string {
  if (!existsSync(join(home, 'luthier.db'))) return '';
  const database = createDatabase({ home });
  const [evaluations, rows] = [createEvaluations(database), createRows(database)];
  try {
    const model = createJobs(database).find(named)?.job.fineTunedModel ?? named;
    const sections = evaluations.ofModel(model, MOST).map((evaluation) => {
      const items = evaluations.items(evaluation.id);
      const read = readEvaluation({ rows, prices: () => SHIPPED_PRICES }, evaluation, items).items();
      const summary = summarise(read, evaluation.plan);
      const answered = summary?.models.find((each) => each.model.model === model)?.answered ?? 0;
      return summary === null || answered === 0 ? '' : cardSection(evaluation, summary);
    });
    return sections.filter((text) => text !== '').join('\n');
  } finally {
    database.close();
  }
}
