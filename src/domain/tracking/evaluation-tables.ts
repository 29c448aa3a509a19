import type { Json } from '../common/json.ts';
import { promptText, sliceNames, sliceOf } from '../evaluation/items.ts';
import type { EvaluationSummary } from '../evaluation/metrics.ts';
import type { EvaluatedItem, EvaluationPlan, Prediction } from '../evaluation/types.ts';
import type { ModelRef } from '../provider/models.ts';
import { keyPart } from '../wandb/names.ts';
import type { TableContent, TrackedTable } from './types.ts';

/**
 * What each model of a plan is called in keys and columns, in their order: its name; `provider/name` where two
 * providers have one of that name; a number after it where they would still be one as a part of a key, as `gpt-4.1` and
 * `gpt-4_1` are. No two have the same key part.
 */
export function modelLabels(models: readonly ModelRef[]): readonly string[] {
  const plain = models.map(({ providerId, model }) =>
    models.filter((other) => other.model === model).length > 1 ? `${providerId}/${model}` : model,
  );
  // A model's own name is not given to another with a number.
  const own = new Set(plain.map(keyPart));
  const taken = new Set<string>();
  return plain.map((label) => {
    let [unique, part] = [label, keyPart(label)];
    for (let number = 2; taken.has(part) || (unique !== label && own.has(part)); number += 1) {
      unique = `${label} ${number}`;
      part = keyPart(unique);
    }
    taken.add(part);
    return unique;
  });
}

type Measured = Pick<EvaluationPlan, 'models' | 'graders'>;

interface Column {
  readonly name: string;
  readonly read: (evaluated: EvaluatedItem) => Json;
}

/**
 * An evaluation's answers: messages and target of each item, what it can be sliced by, and for each model its
 * completion, whether it is right, the score of each further grader and, where a call failed, why.
 */
export function predictionsTable(items: readonly EvaluatedItem[], plan: Measured): TableContent {
  const labels = modelLabels(plan.models);
  const columns = [
    ...itemColumns(items),
    ...labels.flatMap((label, place) => modelColumns(items, plan.graders, place, labels.length === 1 ? null : label)),
  ];
  return {
    columns: columns.map(({ name }) => name),
    *rows() {
      for (const evaluated of items) yield columns.map(({ read }) => read(evaluated));
    },
  };
}

function itemColumns(items: readonly EvaluatedItem[]): readonly Column[] {
  return [
    { name: 'line', read: ({ item }) => item.line },
    { name: 'messages', read: ({ item }) => promptText(item) },
    { name: 'target', read: ({ item }) => item.target },
    ...sliceNames(items).map((name) => ({
      name: `slice: ${name}`,
      read: ({ item }: EvaluatedItem) => sliceOf(item, name),
    })),
  ];
}

/** `label` is null for the only model: its columns need no name of it. */
function modelColumns(
  items: readonly EvaluatedItem[],
  graders: Measured['graders'],
  place: number,
  label: string | null,
): readonly Column[] {
  const named = (what: string): string => (label === null ? what : `${what} · ${label}`);
  const of =
    (read: (prediction: Prediction) => Json) =>
    ({ predictions }: EvaluatedItem): Json => {
      const prediction = predictions[place];
      return prediction === null || prediction === undefined ? null : read(prediction);
    };
  const failed = items.some(({ predictions }) => predictions[place]?.status === 'failed');
  return [
    { name: named('completion'), read: of(({ status, text }) => (status === 'done' ? text : null)) },
    { name: named('correct'), read: of(({ scores }) => scores[0]?.passed ?? null) },
    ...graders.map((grader, at) => ({
      name: named(`score: ${grader.kind}${at === 0 ? '' : ` ${at + 1}`}`),
      read: of(({ scores }) => scores[at]?.value ?? null),
    })),
    ...(failed ? [{ name: named('error'), read: of(({ error }) => error) }] : []),
  ];
}

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
