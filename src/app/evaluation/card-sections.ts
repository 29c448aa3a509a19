import { cardSection } from '../../domain/evaluation/report/card.ts';
import { summarise } from '../../domain/evaluation/summary.ts';
import type { Evaluation, EvaluationItem } from '../../domain/evaluation/types.ts';
import { readEvaluation } from './results.ts';

/** Evaluations that measured a model, as sections of its card, in their order; empty where it answered in none. */
export function cardSections(
  deps: Parameters<typeof readEvaluation>[0] & {
    readonly evaluations: { items(id: string): readonly EvaluationItem[] };
  },
  evaluations: readonly Evaluation[],
  model: string,
): string {
  const sections = evaluations.map((evaluation) => {
    const read = readEvaluation(deps, evaluation, deps.evaluations.items(evaluation.id)).items();
    const summary = summarise(read, evaluation.plan);
    const answered = summary?.models.find((each) => each.model.model === model)?.answered ?? 0;
    return summary === null || answered === 0 ? '' : cardSection(evaluation, summary);
  });
  return sections.filter((text) => text !== '').join('\n');
}
