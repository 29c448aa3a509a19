import type { BlindResult } from '../../../domain/evaluation/statistics/blind.ts';
import { plural } from '../../../domain/text/figures.ts';
import { pText, rangeText, shareText } from '../figures/words.ts';

/** How the second model stands against the first, with its interval. */
export function resultWords(result: BlindResult, of: string, against: string): string {
  const { wins, losses, ties, share, interval, p } = result;
  if (wins + losses + ties === 0) return 'No verdict yet.';
  const tied = `${plural(ties, 'tie')}`;
  if (share === null) return `${tied}, no other verdict.`;
  return `${of} preferred to ${against} in ${wins} of ${wins + losses} (${shareText(share)}, 95% Wilson ${rangeText(interval)}, sign test ${pText(p)}), ${tied}.`;
}
