import { classesOf, classReport } from './summary/classes.ts';
import { graderFigures, pairSummary, type Side, scoreAt } from './summary/figures.ts';
import { sliceTables } from './summary/slices.ts';
import type { EvaluationSummary, ModelSummary } from './summary/types.ts';
import type { EvaluatedItem, EvaluationPlan, ModelRef, Score } from './types.ts';

export interface SummaryOptions {
  /** Place in the plan of the grader that decides; the first unless said otherwise. */
  readonly grader?: number;
  /** Of the bootstrap. */
  readonly seed?: number;
}

/** The figures of an evaluation, finished or not. Null only for a plan without graders. */
export function summarise(
  items: readonly EvaluatedItem[],
  plan: Pick<EvaluationPlan, 'models' | 'graders'>,
  { grader: decides = 0, seed = 1 }: SummaryOptions = {},
): EvaluationSummary | null {
  const grader = plan.graders[decides];
  if (grader === undefined) return null;
  const classes = classesOf(items, grader);
  const sides: readonly Side[] = plan.models.map((model, modelIndex) => ({
    model,
    scores: items.map((evaluated) => scoreAt(evaluated, modelIndex, decides)),
  }));
  return {
    items: items.length,
    grader,
    graderIndex: decides,
    models: plan.models.map((model, modelIndex) => {
      const figures = plan.graders.map((spec, place) => graderFigures(spec, present(items, modelIndex, place), seed));
      return {
        ...counted(items, model, modelIndex),
        main: figures[decides] ?? graderFigures(grader, [], seed),
        graders: figures,
        classes: classes === null ? null : classReport(items, modelIndex, decides, classes),
      };
    }),
    pairs: sides.flatMap((one, place) => sides.slice(place + 1).map((other) => pairSummary(one, other, seed))),
    slices: sliceTables(items, plan.models.length, decides, classes),
  };
}

const present = (items: readonly EvaluatedItem[], modelIndex: number, place: number): readonly Score[] =>
  items.flatMap((evaluated) => scoreAt(evaluated, modelIndex, place) ?? []);

type Counted = Omit<ModelSummary, 'main' | 'graders' | 'classes'>;

function counted(items: readonly EvaluatedItem[], model: ModelRef, modelIndex: number): Counted {
  const made = items.flatMap(({ predictions }) => predictions[modelIndex] ?? []);
  const answers = made.filter(({ status }) => status === 'done');
  const costs = answers.flatMap(({ costUsd }) => costUsd ?? []);
  const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
  return {
    model,
    answered: answers.length,
    failed: made.length - answers.length,
    pending: items.length - made.length,
    promptTokens: sum(answers.map(({ promptTokens }) => promptTokens ?? 0)),
    completionTokens: sum(answers.map(({ completionTokens }) => completionTokens ?? 0)),
    costUsd: costs.length === 0 ? null : sum(costs),
    unpriced: answers.length - costs.length,
  };
}
