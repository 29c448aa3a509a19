import type { EvaluatedItem } from '../../../domain/evaluation/types.ts';
import { verdictOf } from '../results/verdict.ts';

export interface Accuracy {
  readonly right: number;
  readonly graded: number;
  readonly failed: number;
  readonly waiting: number;
}

/** How one model, by its place in the plan, stands. */
export function accuracyOf(items: readonly EvaluatedItem[], model: number): Accuracy {
  const counted = { right: 0, wrong: 0, failed: 0, ungraded: 0, waiting: 0 };
  for (const { predictions } of items) counted[verdictOf(predictions[model])] += 1;
  const { right, wrong, failed, ungraded, waiting } = counted;
  return { right, graded: right + wrong, failed, waiting: waiting + ungraded };
}

/** `82.8%`; an em dash where nothing is graded. */
export const accuracyText = ({ right, graded }: Pick<Accuracy, 'right' | 'graded'>): string =>
  graded === 0 ? '—' : `${((right / graded) * 100).toFixed(1)}%`;

/** `48.3% → 82.8%`: the baseline, then the best of the others. */
export function resultWords(items: readonly EvaluatedItem[], models: number): string {
  const [base, ...others] = Array.from({ length: models }, (_, model) => accuracyOf(items, model));
  if (base === undefined) return '';
  const share = ({ right, graded }: Accuracy): number => (graded === 0 ? -1 : right / graded);
  const best = others.toSorted((a, b) => share(b) - share(a))[0];
  return best === undefined ? accuracyText(base) : `${accuracyText(base)} → ${accuracyText(best)}`;
}
