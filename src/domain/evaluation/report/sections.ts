import type { ModelRef } from '../../provider/models.ts';
import { count, formatUsd, pValue, shareRange, shareText } from '../../text/format.ts';
import type { JobRecord } from '../../training/types.ts';
import { nameGrader } from '../graders/graders.ts';
import { type EvaluationSummary, type GraderMetrics, isMean, type ModelSummary, type SliceTable } from '../metrics.ts';
import { sameModel } from '../statistics/paired.ts';
import type { EvaluatedItem, Evaluation, Vote } from '../types.ts';
import {
  decimal,
  describeBaseline,
  describeBest,
  describeCut,
  describePair,
  modelNames,
  sourceName,
} from './format.ts';
import { subjectRows, TRAINING_HEAD, trainingRows } from './made-of.ts';

/** What a report is made of. `summary` is `summarise`'s, by whichever grader the report is to go by. */
export interface ReportInput {
  readonly evaluation: Evaluation;
  readonly items: readonly EvaluatedItem[];
  readonly summary: EvaluationSummary;
  readonly votes: readonly Vote[];
  /** What the rows are of; absent for a file, which the source names. */
  readonly project?: string | null;
  /** Those that may have made the models. */
  readonly jobs?: readonly JobRecord[];
  /** Milliseconds since the epoch. */
  readonly writtenAt: number;
  /** Masks keys wherever they stand; absent, what looks like one. */
  readonly mask?: (text: string) => string;
}

/** Cells are text as it came: whoever writes it down makes it safe. */
export interface ReportTable {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** How many columns from the left hold words; the rest hold figures. */
  readonly textColumns: number;
}

/** A part of a report, the same in every format. */
export interface Section {
  readonly title: string;
  readonly text: readonly string[];
  readonly table: ReportTable | null;
  /** A drawing to go with it, in formats that have them. */
  readonly chart: { readonly kind: 'accuracy' } | { readonly kind: 'confusion'; readonly model: number } | null;
}

export const section = (title: string, parts: Partial<Omit<Section, 'title'>>): Section => ({
  title,
  text: [],
  table: null,
  chart: null,
  ...parts,
});

/** The sections on how the models did: settings, accuracy, graders, pairs and slices. */
export function resultSections(input: ReportInput): readonly Section[] {
  const { summary } = input;
  const names = modelNames(summary.models.map(({ model }) => model));
  return [
    settings(input),
    ...training(input, names),
    accuracy(input, names),
    ...(saysMore(summary) ? [graders(summary, names)] : []),
    ...(summary.pairs.length > 0 ? [pairs(summary, names)] : []),
    ...summary.slices.map((table) => slice(table, names)),
  ];
}

/** Whether there are figures beside the accuracy: of further graders, or means. */
const saysMore = ({ models }: EvaluationSummary): boolean =>
  models.some(({ main, graders: all }) => all.length > 1 || main.meanInterval !== null || isMean(main));

function settings(input: ReportInput): Section {
  const { evaluation, items, project, summary, writtenAt } = input;
  const { plan } = evaluation;
  const sampling = Object.entries(plan.sampling).map(([name, value]) => `${name} ${JSON.stringify(value)}`);
  return section('What was measured', {
    table: {
      head: ['', ''],
      textColumns: 2,
      rows: [
        ...subjectRows(items, project),
        ['Items', `${count(summary.items)} of ${sourceName(plan.source)}`],
        ['Right or wrong by', nameGrader(summary.grader)],
        ['Sampling', sampling.length === 0 ? "the providers' defaults" : sampling.join(', ')],
        ['Started', new Date(evaluation.createdAt).toISOString()],
        ['Written', new Date(writtenAt).toISOString()],
      ],
    },
  });
}

function training({ jobs = [], summary }: ReportInput, names: readonly string[]): readonly Section[] {
  const rows = trainingRows(jobs, summary, names);
  const table = { head: TRAINING_HEAD, textColumns: 4, rows };
  return rows.length === 0 ? [] : [section('How the models were trained', { table })];
}

function accuracy({ evaluation, summary }: ReportInput, names: readonly string[]): Section {
  const { models, best } = summary;
  const cost = ({ costUsd, unpriced }: ModelSummary): string =>
    costUsd === null ? 'unknown' : `${formatUsd(costUsd)}${unpriced > 0 ? ` + ${count(unpriced)} unpriced` : ''}`;
  return section('Accuracy', {
    chart: { kind: 'accuracy' },
    table: {
      head: [
        'Model',
        'Right',
        'Of',
        'Accuracy',
        '95% interval',
        'Cut',
        'Failed',
        'To come',
        'Tokens in',
        'Tokens out',
        'Cost',
      ],
      textColumns: 1,
      rows: models.map((model, place) => [
        names[place] ?? '',
        ...[count(model.main.passed), count(model.main.graded), shareText(model.main.accuracy)],
        ...[rangeOf(model.main), count(model.cut), count(model.failed), count(model.pending)],
        ...[count(model.promptTokens), count(model.completionTokens), cost(model)],
      ]),
    },
    text: [
      ...describeBaseline(summary, names),
      ...describeCut(summary, names, evaluation.plan.sampling.maxTokens ?? null),
      ...(best === null ? [] : [describeBest(best, namer(summary, names))]),
      'A failed call is neither right nor wrong: it is in no share.',
    ],
  });
}

/** Nothing is known of a share of nothing. */
const rangeOf = ({ graded, interval }: GraderMetrics): string => (graded === 0 ? '—' : shareRange(interval));

function graders({ models }: EvaluationSummary, names: readonly string[]): Section {
  return section('By grader', {
    table: {
      head: ['Grader', 'Model', 'Passed', 'Of', 'Share', '95% interval', 'Mean score', '95% of the mean'],
      textColumns: 2,
      rows: models.flatMap((model, place) =>
        model.graders.map((one) => [
          ...[
            nameGrader(one.grader),
            names[place] ?? '',
            count(one.passed),
            count(one.graded),
            shareText(one.accuracy),
          ],
          ...[rangeOf(one), decimal(one.meanScore)],
          one.meanInterval === null ? '–' : `${decimal(one.meanInterval.low)}–${decimal(one.meanInterval.high)}`,
        ]),
      ),
    },
  });
}

const namer =
  ({ models }: EvaluationSummary, names: readonly string[]) =>
  (ref: ModelRef): string =>
    names[models.findIndex(({ model }) => sameModel(model, ref))] ?? '';

function pairs(summary: EvaluationSummary, names: readonly string[]): Section {
  const nameOf = namer(summary, names);
  const all = summary.pairs;
  const named = all.map((pair) => ({ pair, first: nameOf(pair.first), second: nameOf(pair.second) }));
  return section('Compared, item by item', {
    text: [
      ...named.map(({ pair, first, second }) => describePair(pair, first, second)),
      ...(all.length > 1 ? ['Each pair is tested by itself; the p-values are not corrected for their number.'] : []),
    ],
    table: {
      head: ['First', 'Second', 'Both right', 'Only first', 'Only second', 'Neither', 'Difference', 'p', 'More rows'],
      textColumns: 2,
      rows: named.map(({ pair, first, second }) => [
        ...[first, second, count(pair.bothRight), count(pair.onlyFirst), count(pair.onlySecond), count(pair.bothWrong)],
        ...[shareText(pair.difference), pValue(pair.p), pair.moreRows === null ? '–' : count(pair.moreRows)],
      ]),
    },
  });
}

function slice({ kind, name, rows, omitted }: SliceTable, names: readonly string[]): Section {
  return section(kind === 'slot' ? `By ${name}` : `By ${kind}`, {
    text: omitted > 0 ? [`${count(omitted)} more values with fewer items are left out.`] : [],
    table: {
      head: [name, 'Items', ...names.flatMap((model) => [model, '95% interval'])],
      textColumns: 1,
      rows: rows.map(({ value, items, models }) => [
        value,
        count(items),
        ...models.flatMap((cell) => [shareText(cell.accuracy), shareRange(cell.interval)]),
      ]),
    },
  });
}
