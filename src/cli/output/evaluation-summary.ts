import { nameGrader } from '../../domain/evaluation/graders/graders.ts';
import {
  type EvaluationSummary,
  type GraderMetrics,
  isMean,
  type ModelSummary,
  type PairSummary,
} from '../../domain/evaluation/metrics.ts';
import {
  describeBaseline,
  describeBest,
  describeMeans,
  describePair,
  modelNames,
} from '../../domain/evaluation/report/format.ts';
import { count, formatUsd, plural, pValue, shareRange, shareText } from '../../domain/text/format.ts';
import { clipMiddle, columns } from './text-layout.ts';

/**
 * An evaluation as lines for a person: each model, what needs no model, then each two of them, then what else was graded.
 * `why` is why its graders were proposed; null where they were chosen. The table has at most `width` columns.
 */
export function summaryLines(
  summary: EvaluationSummary,
  { why = null, width = 120 }: { readonly why?: string | null; readonly width?: number } = {},
): string[] {
  const { grader, items, models, pairs, best } = summary;
  const baselines = describeBaseline(summary, modelNames(models.map(({ model }) => model)));
  const head = ['model', 'right', 'accuracy', '95% interval', 'failed', 'cut', 'cost'];
  return [
    `${plural(items, 'item')}, graded by ${nameGrader(grader)}${why === null ? '' : `, for ${why}`}`,
    '',
    ...columns([head, ...models.map((model) => modelCells(model, width - FIGURES_WIDTH))], new Set([1, 2, 3, 4, 5, 6])),
    ...(baselines.length === 0 ? [] : ['', ...baselines]),
    ...(pairs.length === 0 ? [] : ['', ...pairs.map(pairLine)]),
    ...(best === null ? [] : ['', describeBest(best, ({ model }) => model)]),
    ...models.flatMap(otherLines),
  ];
}

/** Columns that the figures of a model take at most, with the gaps before them. */
const FIGURES_WIDTH = 56;
const MIN_NAME = 16;

const modelCells = ({ model, main, failed, cut, costUsd }: ModelSummary, room: number): string[] => [
  clipMiddle(model.model, Math.max(MIN_NAME, room)),
  isMean(main) ? '—' : `${count(main.passed)} / ${count(main.graded)}`,
  shareText(main.accuracy),
  isMean(main) ? '—' : shareRange(main.interval),
  count(failed),
  count(cut),
  formatUsd(costUsd),
];

function pairLine(pair: PairSummary): string {
  const { first, second, n, onlyFirst, onlySecond, difference, p, moreRows } = pair;
  const means = describeMeans(pair, first.model, second.model);
  if (means !== null) return means;
  if (n === 0) return describePair(pair, first.model, second.model);
  const points = difference === null ? '—' : `${difference < 0 ? '−' : '+'}${Math.abs(difference * 100).toFixed(1)}`;
  const verdict =
    p < 0.05
      ? 'a significant difference'
      : `no significant difference${moreRows === null ? '' : `, about ${plural(moreRows, 'more row')} would show one`}`;
  return (
    `${second.model} against ${first.model}: ${points} points on ${plural(n, 'item')}; right alone ` +
    `${count(onlySecond)} to ${count(onlyFirst)}; McNemar ${pValue(p)}: ${verdict}`
  );
}

/** The graders that do not decide, and the mean where scores say more than right and wrong. */
function otherLines({ model, main, graders }: ModelSummary): string[] {
  const shown = graders.filter((figures) => figures !== main || figures.meanInterval !== null || isMean(figures));
  return shown.length === 0 ? [] : ['', ...shown.map((figures) => `${model.model}: ${figuresLine(figures)}`)];
}

function figuresLine(figures: GraderMetrics): string {
  const { grader, accuracy, interval, meanScore, meanInterval } = figures;
  if (meanScore !== null && isMean(figures)) {
    const range =
      meanInterval === null
        ? 'too few answers for an interval'
        : `95% ${meanInterval.low.toFixed(3)}–${meanInterval.high.toFixed(3)}`;
    return `${nameGrader(grader)} mean ${meanScore.toFixed(3)} (${range})`;
  }
  const mean =
    meanScore === null || meanInterval === null
      ? ''
      : `; mean score ${meanScore.toFixed(3)} (${meanInterval.low.toFixed(3)}–${meanInterval.high.toFixed(3)})`;
  return `${nameGrader(grader)} ${shareText(accuracy)} (${shareRange(interval)})${mean}`;
}
