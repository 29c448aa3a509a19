import { labelSet, normaliseLabel } from '../graders/labels.ts';
import { classFigures, confusionMatrix, macroFigures } from '../statistics/confusion.ts';
import type { EvaluatedItem, GraderSpec } from '../types.ts';
import type { ClassReport } from './types.ts';

const MOST_CLASSES = 100;
const LONGEST_LABEL = 80;

/**
 * The classes an evaluation is about: the grader's set of labels, or, under a grader of whole texts, the targets when
 * they are few (at most 100 short ones, two items each or more on average). Null when targets are open-ended.
 */
export function classesOf(items: readonly EvaluatedItem[], grader: GraderSpec): readonly string[] | null {
  if (grader.kind === 'labels') return grader.labels;
  if (grader.kind !== 'exact' && grader.kind !== 'exact-ci' && grader.kind !== 'contains' && grader.kind !== 'regex') {
    return null;
  }
  const found = new Map<string, string>();
  for (const { item } of items) {
    const label = item.target.trim();
    if (label.length > LONGEST_LABEL || label.includes('\n')) return null;
    const normal = normaliseLabel(label);
    if (!found.has(normal)) found.set(normal, label);
    if (found.size > MOST_CLASSES || found.size * 2 > items.length) return null;
  }
  return found.size < 2 ? null : [...found.values()].toSorted((a, b) => a.localeCompare(b, 'en'));
}

/**
 * One model's answers by class. An answer that passed is of its target's class; any other is of the class it names
 * after normalising, or outside the set. Items whose target is none of the classes are left out.
 */
export function classReport(
  items: readonly EvaluatedItem[],
  modelIndex: number,
  graderIndex: number,
  labels: readonly string[],
): ClassReport {
  const labelOf = labelSet(labels);
  const pairs = items.flatMap(({ item, predictions }) => {
    const prediction = predictions[modelIndex];
    const score = prediction?.status === 'done' ? prediction.scores[graderIndex] : undefined;
    const target = labelOf(item.target);
    if (prediction === null || prediction === undefined || score === undefined || target === null) return [];
    return [{ target, predicted: score.passed ? target : labelOf(prediction.text) }];
  });
  const matrix = confusionMatrix(pairs, labels);
  const classes = classFigures(matrix);
  const outside = pairs.filter(({ predicted }) => predicted === null).length;
  return { matrix, classes, macro: macroFigures(classes), outside };
}
