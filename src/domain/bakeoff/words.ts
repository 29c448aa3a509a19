import { count, formatUsd, plural, pValue, shareText } from '../text/format.ts';
import type { CandidateFigures, ComparedPair, Comparison } from './comparison.ts';
import type { CurveStep, CurveVerdict, LearningCurve } from './learning-curve.ts';
import { targetName } from './target.ts';
import { sharePercent } from './target-settings.ts';

/** A bake-off's figures as a person reads them. */

/** `1.5 points` of an accuracy; of mean scores the figure itself. */
export const pointsText = (value: number, marked: boolean): string =>
  marked ? `${(Math.abs(value) * 100).toFixed(1)} points` : Math.abs(value).toFixed(3);

/** Whether answers are right or wrong, or have a score alone. */
export const isMarked = ({ summary }: Pick<Comparison, 'summary'>): boolean =>
  summary.models.some(({ main }) => main.graded > 0);

/** Accuracy, or mean score; a dash for nothing. */
export function levelText({ summary: { main } }: CandidateFigures): string {
  if (main.graded > 0) return shareText(main.accuracy);
  return main.meanScore === null ? '—' : main.meanScore.toFixed(3);
}

/** The 95% interval of it. */
export function rangeText({ summary: { main } }: CandidateFigures): string {
  const interval = main.graded > 0 ? main.interval : main.meanInterval;
  if (interval === null) return '—';
  if (main.graded === 0) return `${interval.low.toFixed(3)}–${interval.high.toFixed(3)}`;
  return `${(interval.low * 100).toFixed(1)}–${(interval.high * 100).toFixed(1)}%`;
}

export const latencyText = (milliseconds: number | null): string => {
  if (milliseconds === null) return '—';
  return milliseconds < 1000 ? `${Math.round(milliseconds)} ms` : `${(milliseconds / 1000).toFixed(1)} s`;
};

export const tokensText = (tokens: number | null): string =>
  tokens === null ? '—' : tokens < 10 ? tokens.toFixed(1) : count(Math.round(tokens));

/** What two candidates come to, in one sentence, the better first. `names` by their places. */
export function pairText(
  { first, second, difference, interval, adjusted, pair }: ComparedPair,
  comparison: Comparison,
): string {
  const { candidates, pairs } = comparison;
  const marked = pair.difference !== null;
  const [one, other] = [candidates[first]?.short ?? '', candidates[second]?.short ?? ''];
  if (difference === null || interval === null) return `${one} and ${other} have no answered item in common yet.`;
  const tested = `${pValue(adjusted)}${pairs.length > 1 ? ` of ${count(pairs.length)} comparisons, after Holm` : ''}`;
  if (difference === 0) return `${other} and ${one} are level on ${plural(pair.n, 'item')} (${tested}).`;
  const [better, worse] = difference > 0 ? [other, one] : [one, other];
  const [low, high] = difference > 0 ? [interval.low, interval.high] : [-interval.high, -interval.low];
  const range = marked ? `${signed(low * 100)} to ${signed(high * 100)}` : `${low.toFixed(3)} to ${high.toFixed(3)}`;
  const amount = `${pointsText(difference, marked)} (95% ${range}; ${tested})`;
  return adjusted < SIGNIFICANT
    ? `${better} is better than ${worse} by ${amount}.`
    : `${better} is ahead of ${worse} by ${amount}: chance may do that.`;
}

const signed = (value: number): string => (value < 0 ? `−${Math.abs(value).toFixed(1)}` : value.toFixed(1));

const SIGNIFICANT = 0.05;

/** Which came out best, and how far the figures carry that; sentences. */
export function bestText(comparison: Comparison): readonly string[] {
  const { best, candidates, pairs, summary } = comparison;
  const top = best === null ? undefined : candidates[best];
  if (best === null || top === undefined) return ['Nothing is measured yet.'];
  const own = pairs.filter(({ first, second }) => first === best || second === best);
  const notBelow = own.filter(({ adjusted }) => adjusted >= SIGNIFICANT);
  const level = `${top.name}: ${levelText(top)} on ${plural(summary.items, 'item')}`;
  if (own.length === 0) return [`Only one model is measured. ${level}.`];
  if (notBelow.length === 0) return [`Best: ${level}; every other is significantly below it.`];
  const others = notBelow.flatMap(({ first, second }) => candidates[first === best ? second : first]?.short ?? []);
  return [`Highest: ${level}. Chance may have put it before ${others.join(', ')}.`];
}

/** The cheapest that is not worse than the best, by the margin that was set; sentences. */
export function notWorseText(comparison: Comparison): readonly string[] {
  const { notWorse, candidates } = comparison;
  if (notWorse === null) return [];
  const margin = pointsText(notWorse.margin, isMarked(comparison));
  const named = (place: number): string => candidates[place]?.name ?? '';
  if (notWorse.shown.length === 0) {
    return [
      `No model is shown to be within ${margin} of the best: the items are too few, or the models too far apart.`,
    ];
  }
  const all = `Shown to be no more than ${margin} below the best, with 95% confidence in all: ${notWorse.shown.map((place) => candidates[place]?.short ?? '').join(', ')}.`;
  const unpriced =
    notWorse.unpriced.length === 0
      ? []
      : [
          `What their calls cost is unknown: ${notWorse.unpriced.map((place) => candidates[place]?.short ?? '').join(', ')}.`,
        ];
  if (notWorse.cheapest === null) return [all, ...unpriced];
  const price = formatUsd(candidates[notWorse.cheapest]?.per1000Usd ?? null);
  return [
    `Cheapest that is not worse than the best: ${named(notWorse.cheapest)}, ${price} for 1,000 calls.`,
    all,
    ...unpriced,
  ];
}

const ANSWERS = {
  rising: 'more rows would likely help.',
  flat: 'more rows would hardly help.',
  unclear: 'these held-out items are too few to tell whether more rows would help.',
} satisfies Record<CurveVerdict, string>;

/** Whether more data would help, of one learning curve; sentences. */
export function curveText(
  { target, steps, verdict }: LearningCurve,
  marked: boolean,
  margin: number | null,
): readonly string[] {
  const last = steps.at(-1);
  if (last === undefined || verdict === null) return [`${targetName(target)}: two shares must be measured first.`];
  const more =
    last.moreItems !== null && last.moreItems > 0 && verdict === 'unclear'
      ? ` About ${count(last.moreItems)} more held-out items would show a difference like this one.`
      : '';
  const bar =
    verdict === 'flat' && margin !== null && last.difference > 0
      ? `, less than the ${pointsText(margin, marked)} that count`
      : '';
  return [`${targetName(target)}: ${stepText(last, marked)}${bar}: ${ANSWERS[verdict]}${more}`];
}

/** `from 75% to 100% of the rows it gained 1.1 points (95% −2.0 to 4.2)`. */
export function stepText({ from, to, difference, interval }: CurveStep, marked: boolean): string {
  const word = difference < 0 ? 'lost' : 'gained';
  const range = marked
    ? `${signed(interval.low * 100)} to ${signed(interval.high * 100)}`
    : `${interval.low.toFixed(3)} to ${interval.high.toFixed(3)}`;
  return `from ${sharePercent(from)} to ${sharePercent(to)} of the rows it ${word} ${pointsText(difference, marked)} (95% ${range})`;
}
