import { cutText } from '../../chat/types.ts';
import type { ModelRef } from '../../provider/models.ts';
import { count, plural, pValue, shareRange, shareText } from '../../text/format.ts';
import { againstBaseline, type Baseline, type BaselineVerdict, chanceShare } from '../baseline.ts';
import { shortened } from '../graders/grader.ts';
import { type BestModel, type EvaluationSummary, FEWEST_ITEMS, type PairSummary } from '../metrics.ts';
import type { EvaluationSource } from '../types.ts';

/** Figures of an evaluation as a person reads them. */

/** Two decimals; a dash for nothing. */
export const decimal = (value: number | null): string => (value === null ? '—' : value.toFixed(2));

/** Names that distinguish the models: the provider stands only where two share a name. */
export function modelNames(models: readonly ModelRef[]): readonly string[] {
  return models.map(({ providerId, model }) =>
    models.filter((other) => other.model === model).length > 1 ? `${model} (${providerId})` : model,
  );
}

export function sourceName(source: EvaluationSource): string {
  if (source.kind === 'file') return source.path;
  return source.side === 'all' ? 'all rows of the project' : `the ${source.side} rows of the project`;
}

/** Beside majority and chance, and beside the majority alone. */
const VERDICTS = {
  above: ['above both', 'above that'],
  below: ['below the better of both', 'below that'],
  unclear: ['too few items to tell from the better of both', 'too few items to tell from that'],
} satisfies Record<BaselineVerdict, readonly [both: string, one: string]>;

/**
 * What the figures are worth: accuracy beside what needs no model, the share of answers in the format that the grader
 * expects, and that the items are too few where they are.
 */
export function describeBaseline(summary: EvaluationSummary, names: readonly string[]): readonly string[] {
  const { items, models, tooFew } = summary;
  const few = tooFew
    ? [`${plural(items, 'item')} cannot measure anything: take ${FEWEST_ITEMS} or more, better 100.`]
    : [];
  const formats = models.flatMap(({ format }, place) =>
    format === null
      ? []
      : [`${names[place] ?? ''}: ${shareText(format.count / format.of)} of its answers ${format.does}.`],
  );
  return [...describeStands(summary, names), ...formats, ...few];
}

function describeStands({ baseline, models }: EvaluationSummary, names: readonly string[]): readonly string[] {
  if (baseline === null) return [];
  const stands = models.flatMap(({ main }, place) => {
    const verdict = againstBaseline(main, baseline);
    if (verdict === null) return [];
    return [
      `${names[place] ?? ''}: ${shareText(main.accuracy)} (${shareRange(main.interval)}), ${VERDICTS[verdict][baseline.classes === null ? 1 : 0]}.`,
    ];
  });
  return [describeShares(baseline), ...stands];
}

function describeShares(baseline: Baseline): string {
  const { majority, majorityShare, classes } = baseline;
  const named = classes === null ? shortened(majority) : majority;
  const chance =
    classes === null ? '' : `; chance, one of ${count(classes)} labels, on ${shareText(chanceShare(baseline))}`;
  return `Always answering ${named} would be right on ${shareText(majorityShare)}${chance}.`;
}

/** `2 answers cut at 512 tokens: …` of each model, which are graded as they stand. */
export function describeCut(
  { models }: EvaluationSummary,
  names: readonly string[],
  limit: number | null,
): readonly string[] {
  return models.flatMap(({ cut }, place) => (cut === 0 ? [] : [`${names[place] ?? ''}: ${cutText(cut, limit)}`]));
}

/** What two means come to, in one sentence; null where scores are right and wrong, or there is no item of both. */
export function describeMeans(pair: PairSummary, first: string, second: string): string | null {
  const { n, difference, scoreDifference } = pair;
  if (difference !== null || scoreDifference === null) return null;
  const { mean, interval } = scoreDifference;
  const range = `${interval.low.toFixed(3)} to ${interval.high.toFixed(3)}`;
  const verdict = interval.low > 0 || interval.high < 0 ? 'a significant difference' : 'no significant difference';
  const amount = `${Math.abs(mean).toFixed(3)} ${mean < 0 ? 'less' : 'more'}`;
  return `${second} against ${first}: mean score ${amount} on ${plural(n, 'item')} (95% ${range}): ${verdict}.`;
}

/** What a comparison comes to, in one sentence. `first` and `second` are the names to say. */
export function describePair(pair: PairSummary, first: string, second: string): string {
  const means = describeMeans(pair, first, second);
  if (means !== null) return means;
  if (pair.difference === null) return `${first} and ${second} have no answered item in common yet.`;
  const seen = `${pValue(pair.p)}, exact McNemar over ${count(pair.n)} items`;
  const points = `${(Math.abs(pair.difference) * 100).toFixed(1)} points`;
  if (pair.difference === 0) return `${second} and ${first} are right equally often (${seen}).`;
  const [better, worse] = pair.difference > 0 ? [second, first] : [first, second];
  if (pair.moreRows === 0) return `${better} is better than ${worse} by ${points} (${seen}).`;
  const more = pair.moreRows === null ? '' : ` About ${count(pair.moreRows)} more rows like these would separate them.`;
  return `${better} is ahead of ${worse} by ${points}, which chance may do (${seen}).${more}`;
}

/** Which model to take, and how far the figures carry that choice. Names as `modelNames` gives them. */
export function describeBest({ best, items, tied, p }: BestModel, nameOf: (model: ModelRef) => string): string {
  if (tied.length > 0) {
    const first = nameOf(best.model);
    return `No best: ${first} and ${tied.map(nameOf).join(', ')} are level on the ${plural(items, 'item')} all answered.`;
  }
  if (best.accuracy === null) {
    return `Highest mean score: ${nameOf(best.model)}, ${decimal(best.meanScore)} on the ${plural(items, 'item')} all answered.`;
  }
  const chosen = `${nameOf(best.model)}, right on ${shareText(best.accuracy)} of the ${plural(items, 'item')} all answered`;
  return isChance(p) ? `Ahead: ${chosen}; chance may have put it before the next (${pValue(p)}).` : `Best: ${chosen}.`;
}

/** Whether chance may have put the best before the next, so that it is ahead and no more. */
export const isChance = (p: number | null): p is number => p !== null && p >= 0.05;
