import type { EvaluationSummary } from '../evaluation/summary/types.ts';
import { modelLabels } from './modelLabels.ts';
import { keyPart } from './names.ts';
import type { Json, TrackedTable } from './types.ts';

/** What an answer that names no label is counted under. */
const OUTSIDE = '(none of them)';

/** A confusion matrix for each model whose answers are of classes, in the columns W&B's own chart reads. */
export function confusionTables({ models }: EvaluationSummary, step: number): readonly TrackedTable[] {
  const modelNames = modelLabels(models.map(({ model }) => model));
  return models.flatMap(({ classes }, at): TrackedTable[] => {
    if (classes === null) return [];
    const name = modelNames[at] ?? '';
    const { labels, counts } = classes.matrix;
    const outside = counts.some((row) => (row[labels.length] ?? 0) > 0);
    const named = outside ? [...labels, OUTSIDE] : labels;
    return [
      {
        key: models.length === 1 ? 'confusion_matrix' : `confusion_matrix_${keyPart(name)}`,
        step,
        columns: ['Actual', 'Predicted', 'nPredictions'],
        *rows(): Generator<readonly Json[]> {
          for (const [place, actual] of labels.entries()) {
            for (const [column, predicted] of named.entries()) {
              yield [actual, predicted, counts[place]?.[column] ?? 0];
            }
          }
        },
        chart: { kind: 'confusion-matrix', title: `Confusion matrix of ${name}` },
      },
    ];
  });
}
