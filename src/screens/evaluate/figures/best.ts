import { bestModel } from '../../../domain/evaluation/best.ts';
import type { EvaluatedItem, ModelRef } from '../../../domain/evaluation/types.ts';
import { plural } from '../../../domain/text/figures.ts';
import { pText, shareText } from './words.ts';

/** Which of the models does best by the first grader, on the items all of them answered; empty where it cannot be told. */
export function bestWords(
  items: readonly EvaluatedItem[],
  models: readonly ModelRef[],
  names: readonly string[],
  checkpoints: ReadonlySet<string>,
): string {
  if (models.length < 2) return '';
  const found = bestModel(items, models);
  if (found === null) return '';
  const place = models.indexOf(found.best.model);
  const what = checkpoints.has(found.best.model.model) ? 'Best checkpoint' : 'Best';
  const tied = found.tied.length === 0 ? '' : `, as good as ${plural(found.tied.length, 'other')}`;
  const next = found.p === null || found.tied.length > 0 ? '' : `; against the next ${pText(found.p)}`;
  return `${what}: ${names[place] ?? found.best.model.model}, ${shareText(found.best.accuracy)} of ${plural(found.items, 'item')}${tied}${next}.`;
}
