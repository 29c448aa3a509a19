import { promptText } from '../evaluation/promptText.ts';
import { sliceNames, sliceOf } from '../evaluation/slice.ts';
import type { EvaluatedItem, EvaluationPlan, Prediction } from '../evaluation/types.ts';
import { modelLabels } from './modelLabels.ts';
import type { Json, TableContent } from './types.ts';

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
