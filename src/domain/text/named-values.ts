/** Scripts that put no space between words: a value among their letters has no edge that could be looked for. */
const UNSPACED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}]/u;
const WORD = /[\p{L}\p{M}\p{N}_]/u;

const compared = (text: string): string => text.normalize('NFC').toLowerCase().replaceAll(/\s+/g, ' ').trim();

/**
 * The values that a text does not name, in their order. A value is named as whole words, letter case, the way an accent
 * is written and white space aside: `gnomes` does not name `gnome`. A value that is empty need not be named.
 */
export function valuesNotNamed(values: readonly string[], text: string): readonly string[] {
  const said = compared(text);
  return values.filter((value) => !isNamed(compared(value), said));
}

function isNamed(value: string, said: string): boolean {
  if (value === '') return true;
  const [first, last] = [characterAt(value, 0), characterBefore(value, value.length)];
  for (let at = said.indexOf(value); at >= 0; at = said.indexOf(value, at + 1)) {
    const end = at + value.length;
    if (isEdge(first, characterBefore(said, at)) && isEdge(last, characterAt(said, end))) return true;
  }
  return false;
}

/** Whether a word that begins or ends in `own` is not continued by its neighbour. */
const isEdge = (own: string, neighbour: string): boolean =>
  !WORD.test(own) || UNSPACED.test(own) || !WORD.test(neighbour);

const characterAt = (text: string, at: number): string => String.fromCodePoint(text.codePointAt(at) ?? 0x20);

const characterBefore = (text: string, at: number): string => [...text.slice(Math.max(0, at - 2), at)].at(-1) ?? ' ';
