/** A text that is sought, and what finds where it can be in bytes. */
export interface Sought {
  /** In lower case. */
  readonly text: string;
  /**
   * Matches wherever the text stands in JSON text whose UTF-8 bytes are characters, each of the same number; null where such a text
   * says nothing of it. It is global, and goes on from `lastIndex`.
   */
  readonly pattern: RegExp | null;
  /** Whether a match is always the text; otherwise it can be some other. */
  readonly isExact: boolean;
}

/** Characters of a text that its pattern has at most. */
const MOST = 200;
/** Between two values, which are sought together. */
const BETWEEN_VALUES = '\u001f';
/** Letters whose lower case goes by their neighbours. */
const SIGMAS = ['σ', 'ς', 'Σ'];
/** The one letter whose lower case is two characters. */
const DOTTED_I = 'İ';
const DOT = '\u0307';

/** Lower case is JavaScript's, as in `searchTextOf`. */
export function soughtOf(wanted: string): Sought {
  const text = wanted.toLowerCase();
  const characters = Array.from(text);
  if (characters.length === 0 || !text.isWellFormed() || text.includes(BETWEEN_VALUES))
    return { text, pattern: null, isExact: false };
  const parts = partsOf(characters.slice(0, MOST));
  return {
    text,
    pattern: new RegExp(parts.map(eitherOf).join(''), 'g'),
    isExact: characters.length <= MOST && !SIGMAS.some((sigma) => text.includes(sigma)),
  };
}

/** Of each part of a text in lower case, whatever has it as its lower case, or begins or ends with it at an end of the text. */
function partsOf(characters: readonly string[]): readonly (readonly string[])[] {
  const parts: (readonly string[])[] = [];
  for (let at = 0; at < characters.length; at += 1) {
    const character = characters[at] ?? '';
    const isLast = at === characters.length - 1;
    if (character === 'i' && characters[at + 1] === DOT) {
      parts.push([`i${DOT}`, `I${DOT}`, DOTTED_I]);
      at += 1;
    } else if ((character === 'i' && isLast) || (character === DOT && at === 0))
      parts.push([...withCapitals(character), DOTTED_I]);
    else if (SIGMAS.includes(character)) parts.push(SIGMAS);
    else parts.push(withCapitals(character));
  }
  return parts;
}

const isAscii = (character: string): boolean => character < '\u0080';

/** A character in lower case, and all whose lower case it is. */
function withCapitals(character: string): readonly string[] {
  if (character === 'k') return ['k', 'K', '\u212a'];
  const upper = character.toUpperCase();
  if (isAscii(character)) return upper === character ? [character] : [character, upper];
  capitals ??= allCapitals();
  return [character, ...(capitals.get(character) ?? [])];
}

/** Made once a text has such letters: it takes some milliseconds. */
let capitals: ReadonlyMap<string, readonly string[]> | null = null;
/** Beyond this no character has another case. */
const LAST_LETTER = 0x1ffff;

/** The capitals of each character beyond ASCII. */
function allCapitals(): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (let code = 0x80; code <= LAST_LETTER; code += 1) {
    const character = String.fromCodePoint(code);
    const lower = character.toLowerCase();
    if (lower === character) continue;
    const known = found.get(lower);
    if (known === undefined) found.set(lower, [character]);
    else known.push(character);
  }
  return found;
}

/** A pattern of bytes for one of some texts, each as it stands in JSON. */
function eitherOf(texts: readonly string[]): string {
  const patterns = texts.map((text) =>
    Array.from(
      Buffer.from(JSON.stringify(text).slice(1, -1)),
      (byte) => `\\x${byte.toString(16).padStart(2, '0')}`,
    ).join(''),
  );
  if (patterns.length === 1) return patterns[0] ?? '';
  return patterns.every(({ length }) => length === ONE_BYTE) ? `[${patterns.join('')}]` : `(?:${patterns.join('|')})`;
}

/** Letters of the pattern of a byte. */
const ONE_BYTE = '\\x00'.length;
