import type { EvaluatedItem, EvaluationPlan, Prediction } from '../evaluation/types.ts';
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
  const columns = [...itemColumns(items), ...plan.models.flatMap((_, place) => modelColumns(items, plan, place))];
  return {
    columns: columns.map(({ name }) => name),
    *rows() {
      for (const evaluated of items) yield columns.map(({ read }) => read(evaluated));
    },
  };
}

function itemColumns(items: readonly EvaluatedItem[]): readonly Column[] {
  const slices = [...new Set(items.flatMap(({ item }) => Object.keys(item.slices)))];
  return [
    { name: 'line', read: ({ item }) => item.line },
    {
      name: 'messages',
      read: ({ item }) => item.prompt.map(({ role, content }) => `${role}: ${content}`).join('\n'),
    },
    { name: 'target', read: ({ item }) => item.target },
    ...slices.map((name) => ({ name: `slice: ${name}`, read: ({ item }: EvaluatedItem) => item.slices[name] ?? null })),
  ];
}

function modelColumns(items: readonly EvaluatedItem[], plan: Measured, place: number): readonly Column[] {
  const model = plan.models[place]?.model ?? '';
  const named = (what: string): string => (plan.models.length === 1 ? what : `${what} · ${model}`);
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
    ...plan.graders.map((grader, at) => ({
      name: named(`score: ${grader.kind}${at === 0 ? '' : ` ${at + 1}`}`),
      read: of(({ scores }) => scores[at]?.value ?? null),
    })),
    ...(failed ? [{ name: named('error'), read: of(({ error }) => error) }] : []),
  ];
}
