import type {
  EvaluationSummary,
  GraderMetrics,
  ModelSummary,
  PairSummary,
} from '../../../domain/evaluation/metrics.ts';
import { describeMeans, isChance } from '../../../domain/evaluation/report/format.ts';
import { count, formatUsd, plural, pValue, shareText } from '../../../domain/text/format.ts';

/** What its answers cost; said to be more where some prices are unknown. */
export function costText({ costUsd, unpriced }: Pick<ModelSummary, 'costUsd' | 'unpriced'>): string {
  if (costUsd === null) return 'unknown';
  return unpriced === 0 ? formatUsd(costUsd) : `over ${formatUsd(costUsd)}`;
}

/** The mean of scores that are more than right and wrong; empty otherwise. */
export function meanText({ meanScore, meanInterval }: GraderMetrics): string {
  if (meanScore === null || meanInterval === null) return '';
  return `mean score ${meanScore.toFixed(3)}, 95% bootstrap ${meanInterval.low.toFixed(3)} to ${meanInterval.high.toFixed(3)}`;
}

const SIGNIFICANCE_LEVEL = 0.05;

function verdictLine({ p, difference, moreRows }: PairSummary, first: string, second: string): string {
  if (p < SIGNIFICANCE_LEVEL) {
    const [better, worse] = (difference ?? 0) > 0 ? [second, first] : [first, second];
    return `${better} is better than ${worse} (McNemar exact, ${pValue(p)}).`;
  }
  const more =
    moreRows === null
      ? difference === 0
        ? 'they do not differ on these rows'
        : 'too few rows to tell'
      : `about ${plural(moreRows, 'more row')} would separate them, if they go on so`;
  return `No significant difference (McNemar exact, ${pValue(p)}): ${more}.`;
}

/** Two models against one another, in lines. */
export function pairLines(pair: PairSummary, first: string, second: string): readonly string[] {
  const { n, onlyFirst, onlySecond, bothRight, bothWrong, difference, scoreDifference } = pair;
  if (n === 0) return ['No item has been graded for both yet.'];
  const means = describeMeans(pair, first, second);
  if (means !== null) return [means];
  const points =
    difference === null ? '' : `, ${difference >= 0 ? '+' : '-'}${Math.abs(difference * 100).toFixed(1)} points`;
  return [
    verdictLine(pair, first, second),
    `${plural(n, 'item')} both answered${points}.`,
    `Both right ${count(bothRight)}, both wrong ${count(bothWrong)}, only ${first} ${count(onlyFirst)}, only ${second} ${count(onlySecond)}.`,
    ...(scoreDifference === null
      ? []
      : [
          `Scores differ by ${scoreDifference.mean.toFixed(3)} on average, 95% paired bootstrap ${scoreDifference.interval.low.toFixed(3)} to ${scoreDifference.interval.high.toFixed(3)}.`,
        ]),
  ];
}

/** Which of the models does best by the first grader, on the items all of them answered; empty where the figures do not show it. */
export function bestModelText(
  { best: found, models }: EvaluationSummary,
  names: readonly string[],
  checkpoints: ReadonlySet<string>,
): string {
  if (found === null) return '';
  const place = models.findIndex(({ model }) => model === found.best.model);
  const best = checkpoints.has(found.best.model.model) ? 'Best checkpoint' : 'Best';
  const what = isChance(found.p) ? 'Ahead' : best;
  const name = names[place] ?? found.best.model.model;
  const of = plural(found.items, 'item');
  if (found.tied.length > 0) return `No best: ${name} and ${plural(found.tied.length, 'other')} are level on ${of}.`;
  if (found.best.accuracy === null) return `Highest mean score: ${name}, ${found.best.meanScore.toFixed(2)} on ${of}.`;
  const next = found.p === null ? '' : `; against the next ${pValue(found.p)}`;
  return `${what}: ${name}, ${shareText(found.best.accuracy)} of ${of}${next}.`;
}
