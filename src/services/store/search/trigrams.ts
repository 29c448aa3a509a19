/** Rows with neighbouring numbers that are one document of the index. See docs/decisions/0015-search.md for how many. */
export const GROUP = 8;

export const groupOf = (seq: number): number => Math.floor(seq / GROUP);

/** More say little that these do not. */
const MOST = 24;
const LENGTH = 3;

/** The end of a text for the index, which would leave out what comes after it; a space finds more rows, and each is looked at. */
const withoutEnds = (text: string): string => text.replaceAll('\u0000', ' ');

/** A text as the index takes it in. */
export const documentOf = (texts: readonly string[]): string => withoutEnds(texts.join('\n'));

/**
 * What the index is asked for a text in lower case: each part of three characters, in any order, for it does not know where they
 * stand. Null for a text that is shorter.
 */
export function matchOf(text: string): string | null {
  const characters = Array.from(withoutEnds(text.toWellFormed()));
  const last = characters.length - LENGTH;
  if (last < 0) return null;
  const step = Math.max(1, (last + 1) / MOST);
  const parts = new Set<string>();
  for (let at = 0; at < last; at += step) parts.add(characters.slice(Math.floor(at), Math.floor(at) + LENGTH).join(''));
  parts.add(characters.slice(last).join(''));
  return Array.from(parts, (part) => `"${part.replaceAll('"', '""')}"`).join(' AND ');
}
