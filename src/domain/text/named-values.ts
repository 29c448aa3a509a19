/** Scripts that put no space between words: a value among their letters has no edge that could be looked for. */
const UNSPACED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}]/u;
/** Particles stand right after a Korean word. */
const WITH_PARTICLES = /\p{Script=Hangul}/u;
const WORD = /[\p{L}\p{M}\p{N}]/u;

/** Models write `O’Brien` and `half‑elf` with signs that are on no keyboard, and others that nobody sees. */
const typed = (text: string): string =>
  text
    .replaceAll(/[\u2018\u2019\u02bc\u00b4]/g, "'")
    .replaceAll(/[\u201c\u201d]/g, '"')
    .replaceAll(/[\u2010\u2011]/g, '-')
    .replaceAll(/[\u00ad\u200b\u2060\ufeff]/g, '');

const compared = (text: string): string => {
  const lower = text.normalize('NFC').toLowerCase();
  const plain = /[^\u0000-\u007f]/.test(lower) ? typed(lower) : lower;
  return (/[^\S ]| {2}/.test(plain) ? plain.replaceAll(/\s+/g, ' ') : plain).trim();
};

/**
 * The values that a text does not name, in their order. A value is named as whole words and numbers, letter case, the way an
 * accent, a quote or a hyphen is written and white space aside: `gnomes` does not name `gnome`, nor `5.5` the value `5`. A
 * value that is empty need not be named.
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
    const begins = isEdge(first, beyond(said, at, -1));
    const ends = WITH_PARTICLES.test(last) || isEdge(last, beyond(said, end, 1));
    if (begins && ends && !isInNumber(said, at, end)) return true;
  }
  return false;
}

/** The neighbour of a place in a text, beyond the underscores of markdown's emphasis: `_gnome_`. */
function beyond(said: string, place: number, step: 1 | -1): string {
  let at = place;
  while ((step === 1 ? said[at] : said[at - 1]) === '_') at += step;
  return step === 1 ? characterAt(said, at) : characterBefore(said, at);
}

/** Whether digits go on behind a separator: the 5 of `5.5`, of `1,500` and of `12:05`. */
const isInNumber = (said: string, at: number, end: number): boolean =>
  /^\d[.,:]\d$/.test(said.slice(Math.max(0, at - 2), at + 1)) || /^\d[.,:]\d$/.test(said.slice(end - 1, end + 2));

/** Whether a word that begins or ends in `own` is not continued by its neighbour. */
const isEdge = (own: string, neighbour: string): boolean =>
  !WORD.test(own) || UNSPACED.test(own) || !WORD.test(neighbour);

const characterAt = (text: string, at: number): string => String.fromCodePoint(text.codePointAt(at) ?? 0x20);

const characterBefore = (text: string, at: number): string => [...text.slice(Math.max(0, at - 2), at)].at(-1) ?? ' ';
