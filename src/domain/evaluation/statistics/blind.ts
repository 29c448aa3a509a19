import type { ModelRef, Vote } from '../types.ts';
import { mcnemar } from './mcnemar.ts';
import { type Interval, wilson } from './wilson.ts';

/** A blind comparison of two models, told for the first of them. */
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
