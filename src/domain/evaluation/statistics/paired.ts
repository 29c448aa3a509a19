import type { ModelRef } from '../../provider/models.ts';
import type { Vote } from '../types.ts';
import { type Interval, wilson, Z95 } from './intervals.ts';

/**
 * Exact two-sided p of `b` against `c` when each is as likely: twice the smaller tail of Binomial(b + c, 1/2), at most
 * 1. On items that only one of two models got right this is McNemar's test in its exact conditional form (McNemar,
 * Psychometrika 12 (1947) 153-157; Fagerland, Lydersen and Laake, BMC Medical Research Methodology 13 (2013) 91); on
 * a person's preferences with ties left out it is the sign test. 1 when both are 0.
 */
export function mcnemar(b: number, c: number): number {
  const n = b + c;
  const fewer = Math.min(b, c);
  if (b === c) return 1;
  let term = Math.exp(logChoose(n, fewer) - n * Math.LN2);
  let tail = 0;
  for (let k = fewer; k >= 0 && term > 0; k -= 1) {
    tail += term;
    term *= k / (n - k + 1);
  }
  return Math.min(1, 2 * tail);
}

/** ln of n over k, as a sum: exact enough for any count of rows. */
function logChoose(n: number, k: number): number {
  let sum = 0;
  for (let i = 1; i <= k; i += 1) sum += Math.log((n - k + i) / i);
  return sum;
}

/** The 80th percentile of the standard normal distribution: power of 80%. */
const Z_POWER = 0.8416212335729143;

const ALPHA = 0.05;

/**
 * Pairs that McNemar's test (two-sided, 5%) needs to find a difference with a power of 80%, when only the first is
 * right on a share `first` of them and only the second on a share `second`: Connor, "Sample size for testing
 * differences in proportions for the paired-sample design", Biometrics 43 (1987) 207-211. Not rounded; infinite when
 * the shares are equal.
 */
export function pairsNeeded(first: number, second: number): number {
  const apart = Math.abs(first - second);
  const discordant = first + second;
  if (apart === 0) return Number.POSITIVE_INFINITY;
  return ((Z95 * Math.sqrt(discordant) + Z_POWER * Math.sqrt(discordant - apart * apart)) / apart) ** 2;
}

/**
 * About how many more items would separate two models, should they go on differing as they do: `b` and `c` items only
 * one of them got right, of `n`. 0 when they are separated already (p below 0.05), null when no number would do.
 */
export function moreRows(b: number, c: number, n: number): number | null {
  if (mcnemar(b, c) < ALPHA) return 0;
  if (b === c) return null;
  return Math.max(1, Math.ceil(pairsNeeded(b / n, c / n)) - n);
}

/** A blind comparison of two models, from the side of the first. */
export interface BlindResult {
  readonly wins: number;
  readonly losses: number;
  readonly ties: number;
  /** Wins and half the ties, of all votes; null before the first vote. */
  readonly shareWithTies: number | null;
  /** Wins of the votes that were no tie; null when all are. */
  readonly share: number | null;
  /** Wilson's 95% interval of `share`. */
  readonly interval: Interval;
  /** Sign test, exact and two-sided, ties left out (Dixon and Mood, JASA 41 (1946) 557-566). */
  readonly p: number;
}

export const sameModel = (a: ModelRef, b: ModelRef): boolean => a.providerId === b.providerId && a.model === b.model;

/** Of the votes between these two, whichever of them was shown first. */
export function blindResult(votes: readonly Vote[], of: ModelRef, against: ModelRef): BlindResult {
  let wins = 0;
  let losses = 0;
  let ties = 0;
  for (const { first, second, choice } of votes) {
    const straight = sameModel(first, of) && sameModel(second, against);
    const turned = sameModel(first, against) && sameModel(second, of);
    if (!straight && !turned) continue;
    if (choice === 'tie') ties += 1;
    else if ((choice === 'first') === straight) wins += 1;
    else losses += 1;
  }
  const decided = wins + losses;
  const all = decided + ties;
  return {
    wins,
    losses,
    ties,
    shareWithTies: all === 0 ? null : (wins + ties / 2) / all,
    share: decided === 0 ? null : wins / decided,
    interval: wilson(wins, decided),
    p: mcnemar(wins, losses),
  };
}
