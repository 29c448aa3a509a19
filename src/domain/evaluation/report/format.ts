import type { ModelRef } from '../../provider/models.ts';
import { count, plural, pValue, shareRange, shareText } from '../../text/format.ts';
import {
  againstBaseline,
  type Baseline,
  type BaselineVerdict,
  type BestModel,
  chanceShare,
  type EvaluationSummary,
  type PairSummary,
} from '../metrics.ts';
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

const VERDICTS = {
  above: 'above both',
  below: 'below the better of both',
  unclear: 'too few items to tell from the better of both',
} satisfies Record<BaselineVerdict, string>;

/** Fewer items than this leave an interval as wide as half of all there is. */
const FEWEST_ITEMS = 10;

/**
 * What the figures are worth: accuracy beside what needs no model, the share of answers in the format where answers
 * are labels, and that the items are too few where they are.
 */
export function describeBaseline(summary: EvaluationSummary, names: readonly string[]): readonly string[] {
  const { items, models } = summary;
  const few =
    items < FEWEST_ITEMS
      ? [`${plural(items, 'item')} cannot measure anything: take ${FEWEST_ITEMS} or more, better 100.`]
      : [];
  const formats = models.flatMap(({ classes, main: { graded } }, place) =>
    classes === null || graded === 0
      ? []
      : [`${names[place] ?? ''}: ${shareText(1 - classes.outside / graded)} of its answers name a label at all.`],
  );
  return [...describeStands(summary, names), ...formats, ...few];
}

function describeStands({ baseline, models }: EvaluationSummary, names: readonly string[]): readonly string[] {
  if (baseline === null) return [];
  const stands = models.flatMap(({ main }, place) => {
    const verdict = againstBaseline(main, baseline);
    if (verdict === null) return [];
    return [`${names[place] ?? ''}: ${shareText(main.accuracy)} (${shareRange(main.interval)}), ${VERDICTS[verdict]}.`];
  });
  return [describeShares(baseline), ...stands];
}

const describeShares = (baseline: Baseline): string =>
  `Always answering ${baseline.majority} would be right on ${shareText(baseline.majorityShare)}; ` +
  `chance, one of ${count(baseline.classes)} labels, on ${shareText(chanceShare(baseline))}.`;

/** What a comparison comes to, in one sentence. `first` and `second` are the names to say. */
export function describePair(pair: PairSummary, first: string, second: string): string {
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
    return `No best: ${first} and ${tied.map(nameOf).join(', ')} are level on the ${count(items)} items all answered.`;
  }
  if (best.accuracy === null) {
    return `Highest mean score: ${nameOf(best.model)}, ${decimal(best.meanScore)} on the ${count(items)} items all answered.`;
  }
  const chosen = `Best: ${nameOf(best.model)}, right on ${shareText(best.accuracy)} of the ${count(items)} items all answered`;
  return p === null || p < 0.05 ? `${chosen}.` : `${chosen}; chance may have put it before the next (${pValue(p)}).`;
}
