import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

/**
 * Loaded with the first letter that is typed: it would take some 2 ms of the first frame. By its path as a module, since
 * what fzf gives to `require` by its name is no CommonJS.
 */
function loadFzf(): typeof import('fzf') {
  return createRequire(import.meta.url)(fileURLToPath(import.meta.resolve('fzf')));
}

/** Letters without their marks, so that `elan` and `élan` find one another. */
const bare = (text: string): string => text.normalize('NFKD').replace(/\p{M}/gu, '');

/**
 * The items that have every word of the query, its letters in order, best first, each by the best of its texts; all of
 * them in their order for an empty query.
 */
export function fuzzyFind<T>(
  items: readonly T[],
  query: string,
  textsOf: (item: T) => readonly string[],
): readonly T[] {
  const wanted = bare(query).trim();
  if (wanted === '') return items;
  const { byLengthAsc, extendedMatch, Fzf } = loadFzf();
  const texts = items.flatMap((item) => textsOf(item).map((text) => ({ item, text: bare(text) })));
  const found = new Fzf(texts, {
    selector: ({ text }) => text,
    match: extendedMatch,
    casing: 'case-insensitive',
    normalize: false,
    tiebreakers: [byLengthAsc],
  }).find(wanted);
  return [...new Set(found.map(({ item: { item } }) => item))];
}
