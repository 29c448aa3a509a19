import type { EvaluationSummary, ModelSummary } from '../evaluation/summary/types.ts';
import { modelLabels } from './modelLabels.ts';
import { keyPart } from './names.ts';
import type { Json } from './types.ts';

type Figures = Readonly<Record<string, Json>>;

/**
 * The figures of an evaluation by key. `eval/accuracy` and what stands beside it are of the last model of the plan: the
 * one that is measured, where the first is its baseline. Every model of several has its own under `eval/<model>/`.
 */
export function evaluationFigures({ items, models, pairs }: EvaluationSummary): Figures {
  const measured = models.at(-1);
  const [base] = models;
  const figures: Record<string, Json> = { 'eval/items': items };
  if (measured !== undefined) Object.assign(figures, modelFigures('eval', measured));
  if (models.length > 1) {
    const labels = modelLabels(models.map(({ model }) => model));
    for (const [place, summary] of models.entries()) {
      Object.assign(figures, modelFigures(`eval/${keyPart(labels[place] ?? '')}`, summary));
    }
    const pair = pairs.find(({ first, second }) => first === base?.model && second === measured?.model);
    if (pair !== undefined) {
      figures['eval/baseline_accuracy'] = base?.main.accuracy ?? null;
      figures['eval/difference'] = pair.difference;
      figures['eval/mcnemar_p'] = pair.p;
      figures['eval/more_rows_needed'] = pair.moreRows;
    }
  }
  return figures;
}

function modelFigures(prefix: string, { main, answered, failed, pending, classes, ...spent }: ModelSummary): Figures {
  return {
    [`${prefix}/accuracy`]: main.accuracy,
    [`${prefix}/accuracy_low`]: main.accuracy === null ? null : main.interval.low,
    [`${prefix}/accuracy_high`]: main.accuracy === null ? null : main.interval.high,
    [`${prefix}/graded`]: main.graded,
    [`${prefix}/mean_score`]: main.meanScore,
    [`${prefix}/answered`]: answered,
    [`${prefix}/failed`]: failed,
    [`${prefix}/pending`]: pending,
    [`${prefix}/prompt_tokens`]: spent.promptTokens,
    [`${prefix}/completion_tokens`]: spent.completionTokens,
    [`${prefix}/cost_usd`]: spent.unpriced > 0 ? null : spent.costUsd,
    ...(classes?.macro ? { [`${prefix}/macro_f1`]: classes.macro.f1 } : {}),
  };
}
