/**
 * Words with the space before them, short numbers, single marks and single white space. Scripts written without
 * spaces are cut by character. Every character falls into exactly one token, so joining gives the text back.
 */
const TOKEN =
  / ?(?:[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]|[[\p{L}\p{M}]--[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]]{1,32}(?:-\p{L}{1,32}){0,3}|\p{N}{1,3})|['’]\p{L}{1,3}(?!\p{L})| ?[^\s\p{L}\p{M}\p{N}]|[\s\S]/gv;

export function tokenize(text: string): string[] {
  return text.match(TOKEN) ?? [];
}

/** The practice models' count, in which prompts, answers and limits are measured. */
export function countTokens(text: string): number {
  TOKEN.lastIndex = 0;
  let count = 0;
  while (TOKEN.test(text)) count += 1;
  return count;
}

/** The few rules of English that both the grammars and the copy pointers must agree on. */

const SOUNDS_LIKE_CONSONANT = /^(?:uni(?![nm])|unif|unit|use|usu|uti|eu|ewe|one\b|once|u[bk]i)/i;
const SILENT_H = /^(?:hour|honest|honou?r|heir)/i;

/** `a` or `an` for the words that follow it. */
export function article(words: string): 'a' | 'an' {
  const word = words.trimStart();
  if (SILENT_H.test(word)) return 'an';
  if (SOUNDS_LIKE_CONSONANT.test(word)) return 'a';
  return /^[aeiouàáâäåæèéêëìíîïòóôöøùúûü]|^8|^1[18]\b/i.test(word) ? 'an' : 'a';
}

export function capitalise(text: string): string {
  const first = text.codePointAt(0);
  if (first === undefined) return text;
  const head = String.fromCodePoint(first);
  return head.toUpperCase() + text.slice(head.length);
}

/** True for "daggers" and "throwing knives", false for "compass" and "octopus": a guess from the last letters. */
export function looksPlural(words: string): boolean {
  return (
    /(?:[^sui]s|[^l]ies|ves|feet|men|mice|geese|teeth)$/i.test(words) &&
    !/(?:ss|us|is|as|series|species|lens|bus)$/i.test(words)
  );
}

/** Function words, which carry no topic. */
export const STOP_WORDS: ReadonlySet<string> = new Set(
  (
    'a an and are as at be been but by can could did do does for from had has have he her hers him his how i if in into ' +
    'is it its just may me more most must my no not of on one only or other our out over she should so some such than ' +
    'that the their them then there these they this those to too two under up us use very was we were what when where ' +
    'which while who whom whose why will with would you your about after all also any because before being both each ' +
    'few here per same'
  ).split(' '),
);
