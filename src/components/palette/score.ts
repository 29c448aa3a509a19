const normalised = (text: string): string => text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();

/**
 * How well `text` fits `query`, higher is better; null when the query's characters do not all occur in order. A run
 * of neighbours and the start of a word count more than scattered letters, an early find more than a late one.
 */
export function fuzzyScore(query: string, text: string): number | null {
  const wanted = Array.from(normalised(query).replaceAll(/\s+/g, ''));
  const given = Array.from(normalised(text));
  let at = 0;
  let score = 0;
  let run = 0;
  for (const character of wanted) {
    const found = given.indexOf(character, at);
    if (found < 0) return null;
    run = found === at && at > 0 ? run + 1 : 0;
    const startsWord = found === 0 || /[^\p{L}\p{N}]/u.test(given[found - 1] ?? ' ');
    score += 1 + run * 3 + (startsWord ? 5 : 0) - Math.min(3, (found - at) * 0.2);
    at = found + 1;
  }
  return score - given.length * 0.01;
}

/** The items that fit, best first, each scored by the best of its texts; all of them in their order for an empty query. */
export function rank<T>(items: readonly T[], query: string, textsOf: (item: T) => readonly string[]): readonly T[] {
  if (query.trim() === '') return items;
  return items
    .flatMap((item) => {
      const scores = textsOf(item).flatMap((text) => fuzzyScore(query, text) ?? []);
      return scores.length === 0 ? [] : [{ item, score: Math.max(...scores) }];
    })
    .toSorted((a, b) => b.score - a.score)
    .map(({ item }) => item);
}
