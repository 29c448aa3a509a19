import { formatUsd } from '../../pricing/format.ts';
import { bestModel } from '../best.ts';
import { nameGrader } from '../graders.ts';
import { sameModel } from '../statistics/blind.ts';
import type { EvaluationSummary, ModelSummary, SliceTable } from '../summary/types.ts';
import type { ModelRef } from '../types.ts';
import { type ReportInput, type Section, section } from './content.ts';
import { choice, comparison, count, decimal, modelNames, percent, percentRange, pValue, sourceName } from './words.ts';

/** The sections that tell how the models did: settings, accuracy, graders, pairs and slices. */
export function figureSections(input: ReportInput): readonly Section[] {
  const { summary } = input;
  const names = modelNames(summary.models.map(({ model }) => model));
  return [
    settings(input),
    accuracy(input, names),
    ...(input.evaluation.plan.graders.length > 1 ? [graders(summary, names)] : []),
    ...(summary.pairs.length > 0 ? [pairs(summary, names)] : []),
    ...summary.slices.map((table) => slice(table, names)),
  ];
}

function settings({ evaluation, summary, writtenAt }: ReportInput): Section {
  const { plan } = evaluation;
  const sampling = Object.entries(plan.sampling).map(([name, value]) => `${name} ${JSON.stringify(value)}`);
  return section('What was measured', {
    table: {
      head: ['', ''],
      words: 2,
      rows: [
        ['Items', `${count(summary.items)} of ${sourceName(plan.source)}`],
        ['Right or wrong by', nameGrader(summary.grader)],
        ['Sampling', sampling.length === 0 ? "the providers' defaults" : sampling.join(', ')],
        ['Started', new Date(evaluation.createdAt).toISOString()],
        ['Written', new Date(writtenAt).toISOString()],
      ],
    },
  });
}

function accuracy({ items, summary }: ReportInput, names: readonly string[]): Section {
  const { models } = summary;
  const best = bestModel(
    items,
    models.map(({ model }) => model),
    summary.graderIndex,
  );
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
        'Failed',
        'To come',
        'Tokens in',
        'Tokens out',
        'Cost',
      ],
      words: 1,
      rows: models.map((model, place) => [
        names[place] ?? '',
        ...[count(model.main.passed), count(model.main.graded), percent(model.main.accuracy)],
        ...[percentRange(model.main.interval), count(model.failed), count(model.pending)],
        ...[count(model.promptTokens), count(model.completionTokens), cost(model)],
      ]),
    },
    text: [
      ...(best === null || models.length < 2 ? [] : [choice(best, namer(summary, names))]),
      'A failed call is neither right nor wrong: it is in no share.',
    ],
  });
}

function graders({ models }: EvaluationSummary, names: readonly string[]): Section {
  return section('By grader', {
    table: {
      head: ['Grader', 'Model', 'Passed', 'Of', 'Share', '95% interval', 'Mean score', '95% of the mean'],
      words: 2,
      rows: models.flatMap((model, place) =>
        model.graders.map((one) => [
          ...[nameGrader(one.grader), names[place] ?? '', count(one.passed), count(one.graded), percent(one.accuracy)],
          ...[percentRange(one.interval), decimal(one.meanScore)],
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
      ...named.map(({ pair, first, second }) => comparison(pair, first, second)),
      ...(all.length > 1 ? ['Each pair is tested by itself; the p-values are not corrected for their number.'] : []),
    ],
    table: {
      head: ['First', 'Second', 'Both right', 'Only first', 'Only second', 'Neither', 'Difference', 'p', 'More rows'],
      words: 2,
      rows: named.map(({ pair, first, second }) => [
        ...[first, second, count(pair.bothRight), count(pair.onlyFirst), count(pair.onlySecond), count(pair.bothWrong)],
        ...[percent(pair.difference), pValue(pair.p), pair.moreRows === null ? '–' : count(pair.moreRows)],
      ]),
    },
  });
}

function slice({ kind, name, rows, omitted }: SliceTable, names: readonly string[]): Section {
  return section(kind === 'slot' ? `By ${name}` : `By ${kind}`, {
    text: omitted > 0 ? [`${count(omitted)} more values with fewer items are left out.`] : [],
    table: {
      head: [name, 'Items', ...names.flatMap((model) => [model, '95% interval'])],
      words: 1,
      rows: rows.map(({ value, items, models }) => [
        value,
        count(items),
        ...models.flatMap((cell) => [percent(cell.accuracy), percentRange(cell.interval)]),
      ]),
    },
  });
}
