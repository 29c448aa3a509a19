import { type CooperativeTask, runToEnd } from '../common/cooperative.ts';
import type { ModelRef } from '../provider/models.ts';
import { baselineOf } from './baseline.ts';
import type { Score } from './graders/grader.ts';
import type { GraderSpec } from './graders/graders.ts';
import { comparedText, expectedFormat, graderClasses } from './graders/graders.ts';
import { labelSet, normaliseLabel } from './graders/labels.ts';
import {
  bestModel,
  type ClassReport,
  type EvaluationSummary,
  FEWEST_ITEMS,
  type FormatShare,
  type GraderMetrics,
  graderMetrics,
  type ModelScores,
  type ModelSummary,
  type PairSummary,
  pairSummary,
  scoreAt,
} from './metrics.ts';
import { sliceTables } from './slices.ts';
import { classMetrics, confusionMatrix, macroMetrics } from './statistics/confusion.ts';
import type { EvaluatedItem, EvaluationPlan } from './types.ts';

const MOST_CLASSES = 100;
const LONGEST_LABEL = 80;

/**
 * The classes an evaluation is about: the grader's set of labels, or, under a grader of whole texts, the targets when
 * they are few (at most 100 short ones, two items each or more on average). Null when targets are open-ended.
 */
function classesOf(items: readonly EvaluatedItem[], grader: GraderSpec): readonly string[] | null {
  const own = graderClasses(grader);
  if (own !== 'targets') return own;
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
function classReport(
  items: readonly EvaluatedItem[],
  modelIndex: number,
  graderIndex: number,
  labels: readonly string[],
  grader: GraderSpec,
): ClassReport {
  const labelOf = labelSet(labels);
  const pairs = items.flatMap(({ item, predictions }) => {
    const prediction = predictions[modelIndex];
    const score = prediction?.status === 'done' ? prediction.scores[graderIndex] : undefined;
    const target = labelOf(item.target);
    if (prediction === null || prediction === undefined || score === undefined || target === null) return [];
    return [{ target, predicted: score.passed ? target : labelOf(comparedText(grader, prediction.text).text) }];
  });
  const matrix = confusionMatrix(pairs, labels);
  const classes = classMetrics(matrix);
  const outside = pairs.filter(({ predicted }) => predicted === null).length;
  return { matrix, classes, macro: macroMetrics(classes), outside };
}

/** How many of a model's graded answers have the format that the grader expects. What passed has it. */
function formatShare(
  items: readonly EvaluatedItem[],
  modelIndex: number,
  graderIndex: number,
  grader: GraderSpec,
  labels: readonly string[] | null,
): FormatShare | null {
  const format = expectedFormat(grader, labels);
  if (format === null) return null;
  // The same answer is looked at once: of labels there are few.
  const known = new Map<string, boolean>();
  const holds = (text: string): boolean => {
    const found = known.get(text) ?? format.holds(comparedText(grader, text).text);
    known.set(text, found);
    return found;
  };
  let [count, of] = [0, 0];
  for (const { predictions } of items) {
    const prediction = predictions[modelIndex];
    const score = prediction?.status === 'done' ? prediction.scores[graderIndex] : undefined;
    if (prediction === null || prediction === undefined || score === undefined) continue;
    of += 1;
    if (score.passed === true || holds(prediction.text)) count += 1;
  }
  return of === 0 ? null : { does: format.does, count, of };
}

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
  return runToEnd(summaryTask(items, plan, options));
}

/** The same in parts of some milliseconds each, so that a screen can handle keys in between. */
export function* summaryTask(
  items: readonly EvaluatedItem[],
  plan: Measured,
  { grader: decides = 0, seed = 1 }: SummaryOptions = {},
): CooperativeTask<EvaluationSummary | null> {
  const grader = plan.graders[decides];
  if (grader === undefined) return null;
  const classes = classesOf(items, grader);
  const models: ModelSummary[] = [];
  for (const [modelIndex, model] of plan.models.entries()) {
    yield;
    const figures: GraderMetrics[] = [];
    for (const [place, spec] of plan.graders.entries()) {
      figures.push(yield* graderMetrics(spec, present(items, modelIndex, place), seed));
    }
    const main = figures[decides] ?? (yield* graderMetrics(grader, [], seed));
    yield;
    const report = classes === null ? null : classReport(items, modelIndex, decides, classes, grader);
    const format = formatShare(items, modelIndex, decides, grader, classes);
    models.push({ ...counted(items, model, modelIndex), main, graders: figures, classes: report, format });
  }
  yield;
  const pairs = yield* pairsOf(items, plan.models, decides, seed);
  const slices = yield* sliceTables(items, plan.models.length, decides, classes);
  yield;
  const baseline = yield* baselineOf(items, grader, classes);
  const best = plan.models.length < 2 ? null : bestModel(items, plan.models, decides);
  const tooFew = items.length < FEWEST_ITEMS;
  return { items: items.length, grader, graderIndex: decides, baseline, models, pairs, slices, best, tooFew };
}

function* pairsOf(
  items: readonly EvaluatedItem[],
  models: readonly ModelRef[],
  grader: number,
  seed: number,
): CooperativeTask<readonly PairSummary[]> {
  const sides: readonly ModelScores[] = models.map((model, modelIndex) => ({
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

type Counted = Omit<ModelSummary, 'main' | 'graders' | 'classes' | 'format'>;

function counted(items: readonly EvaluatedItem[], model: ModelRef, modelIndex: number): Counted {
  const made = items.flatMap(({ predictions }) => predictions[modelIndex] ?? []);
  const answers = made.filter(({ status }) => status === 'done');
  const costs = answers.flatMap(({ costUsd }) => costUsd ?? []);
  const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
  return {
    model,
    answered: answers.length,
    cut: answers.filter(({ finishReason }) => finishReason === 'length').length,
    failed: made.length - answers.length,
    pending: items.length - made.length,
    promptTokens: sum(answers.map(({ promptTokens }) => promptTokens ?? 0)),
    completionTokens: sum(answers.map(({ completionTokens }) => completionTokens ?? 0)),
    costUsd: costs.length === 0 ? null : sum(costs),
    unpriced: answers.length - costs.length,
  };
}
