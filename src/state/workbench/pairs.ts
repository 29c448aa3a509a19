import { mergePairs, type PromptPairs, ratedPairs, votedPairs } from '../../domain/dataset/preferences.ts';
import type { EvaluatedItem } from '../../domain/evaluation/types.ts';
import type { Project } from '../../domain/project/types.ts';
import type { Core } from './core.ts';

/** Every preference of a project, by prompt: of its rows' ratings, and of the blind votes in its evaluations. */
export function pairsOf(
  core: Core,
  { id, template }: Project,
  itemsOf: (evaluationId: string) => readonly EvaluatedItem[],
): readonly PromptPairs[] {
  const { rows } = core.operations;
  const { evaluations, votes } = core.deps;
  const splitOf = (rowId: string) => rows.get(id, rowId)?.split ?? null;
  const voted = evaluations.list(id).flatMap((evaluation) => {
    const judged = votes.list(evaluation.id);
    return judged.length === 0 ? [] : votedPairs(itemsOf(evaluation.id), judged, splitOf);
  });
  return mergePairs([...ratedPairs(rows.scan(id, {}), template), ...voted]);
}
