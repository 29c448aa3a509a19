import { BASE_SYMBOLS } from '../tiny/vocabulary.ts';
import type { GeneratedToken } from '../types.ts';
import type { Choice } from './chooser.ts';

/** The share of the base's own words, which keeps every probability below 1 and gives alternatives everywhere. */
const OWN_WORDS = 0.01;
/** Words of the base by their rank (Zipf's law). */
const WORDS = BASE_SYMBOLS.filter((word) => word.startsWith(' ') && word.length > 2);
const ZIPF = WORDS.map((_, rank) => 1 / (rank + 3));
const ZIPF_SUM = ZIPF.reduce((sum, weight) => sum + weight, 0);
const OWN: ReadonlyMap<string, number> = new Map(
  WORDS.map((word, rank) => [word, (OWN_WORDS * (ZIPF[rank] ?? 0)) / ZIPF_SUM]),
);

/**
 * Says how likely each token of a grammar's answer was, and what would have come instead. Each choice is made again in
 * every other way, with all later ones as they were, and its probability is charged to the first token that then
 * differs. The tokens' log probabilities sum to that of the choices, but for the small share of words that any token
 * might have been.
 */
export function tokenOdds(
  tokens: readonly string[],
  choices: readonly Choice[],
  again: (ranks: readonly number[]) => readonly string[],
  count: number,
): GeneratedToken[] {
  const places = tokens.map(() => ({ said: 1, others: new Map<string, number>() }));
  const ranks = choices.map(({ rank }) => rank);
  for (const [at, { rank, shares }] of choices.entries()) {
    const turns: { place: number; text: string; share: number }[] = [];
    for (const [other, share] of shares.entries()) {
      if (other === rank) continue;
      const instead = again([...ranks.slice(0, at), other, ...ranks.slice(at + 1)]);
      const place = tokens.findIndex((token, i) => instead[i] !== token);
      if (place >= 0) turns.push({ place, text: instead[place] ?? '', share });
    }
    charge(places, turns);
  }
  return tokens.map((text, i) => {
    const { said = 1, others = new Map<string, number>() } = places[i] ?? {};
    return { text, logprob: Math.log(withOwn(text, said)), top: ranked(text, said, others, count) };
  });
}

/** Goes through the places where one choice shows, the first of them first. */
function charge(
  places: readonly { said: number; readonly others: Map<string, number> }[],
  turns: { place: number; text: string; share: number }[],
): void {
  turns.sort((a, b) => a.place - b.place);
  let left = 1;
  for (let i = 0; i < turns.length; ) {
    const place = turns[i]?.place ?? 0;
    const here = turns.slice(i).filter((turn) => turn.place === place);
    const spot = places[place];
    let gone = 0;
    for (const { text, share } of here) {
      gone += share;
      spot?.others.set(text, (spot.others.get(text) ?? 0) + (spot.said * share) / left);
    }
    if (spot !== undefined) spot.said *= Math.max(0, 1 - gone / left);
    left -= gone;
    i += here.length;
  }
}

function withOwn(text: string, probability: number): number {
  return (1 - OWN_WORDS) * probability + (OWN.get(text) ?? 0);
}

function ranked(
  said: string,
  share: number,
  others: ReadonlyMap<string, number>,
  count: number,
): GeneratedToken['top'] {
  const all = new Map([...OWN.keys()].map((word) => [word, 0]));
  for (const [text, p] of others) all.set(text, p);
  all.set(said, share);
  return [...all]
    .map(([text, p]) => ({ text, logprob: Math.log(withOwn(text, p)) }))
    .sort((a, b) => b.logprob - a.logprob)
    .slice(0, count);
}
