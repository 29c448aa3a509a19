import { finish, type Parts } from './statistics/parts.ts';
import { classesOf, classReport } from './summary/classes.ts';
import { graderFigures, pairSummary, type Side, scoreAt } from './summary/figures.ts';
import { sliceTables } from './summary/slices.ts';
import type { EvaluationSummary, GraderFigures, ModelSummary, PairSummary } from './summary/types.ts';
import type { EvaluatedItem, EvaluationPlan, ModelRef, Score } from './types.ts';

export interface SummaryOptions {
  /** Place in the plan of the grader that decides; the first unless said otherwise. */
  readonly grader?: number;
  /** Of the bootstrap. */
  readonly seed?: number;
}

type Measured = Pick<EvaluationPlan, 'models' | 'graders'>;

/** The figures of an evaluation, finished or not. Null only for a plan without graders. */
export function summarise(
  items: readonly EvaluatedItem[],
  plan: Measured,
  options: SummaryOptions = {},
): EvaluationSummary | null {
  return finish(summaryParts(items, plan, options));
}

/** The same in parts of some milliseconds each, for a screen that goes on hearing keys. */
export function* summaryParts(
  items: readonly EvaluatedItem[],
  plan: Measured,
  { grader: decides = 0, seed = 1 }: SummaryOptions = {},
): Parts<EvaluationSummary | null> {
  const grader = plan.graders[decides];
  if (grader === undefined) return null;
  const classes = classesOf(items, grader);
  const models: ModelSummary[] = [];
  for (const [modelIndex, model] of plan.models.entries()) {
    yield;
    const figures: GraderFigures[] = [];
    for (const [place, spec] of plan.graders.entries()) {
      figures.push(yield* graderFigures(spec, present(items, modelIndex, place), seed));
    }
    const main = figures[decides] ?? (yield* graderFigures(grader, [], seed));
    yield;
    const report = classes === null ? null : classReport(items, modelIndex, decides, classes);
    models.push({ ...counted(items, model, modelIndex), main, graders: figures, classes: report });
  }
  yield;
  const pairs = yield* pairsOf(items, plan.models, decides, seed);
  const slices = yield* sliceTables(items, plan.models.length, decides, classes);
  return { items: items.length, grader, graderIndex: decides, models, pairs, slices };
}

function* pairsOf(
  items: readonly EvaluatedItem[],
  models: readonly ModelRef[],
  grader: number,
  seed: number,
): Parts<readonly PairSummary[]> {
  const sides: readonly Side[] = models.map((model, modelIndex) => ({
    model,
    scores: items.map((evaluated) => scoreAt(evaluated, modelIndex, grader)),
  }));
  const pairs: PairSummary[] = [];
  for (const [place, one] of sides.entries()) {
    for (const other of sides.slice(place + 1)) {
      yield;
      pairs.push(yield* pairSummary(one, other, seed));
    }
  }
  return pairs;
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
