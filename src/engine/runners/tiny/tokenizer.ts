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
