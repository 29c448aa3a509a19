/** The characters of windows-1252 at the bytes 80 to 9F, where it is not Latin-1. */
const UPPER = '€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009dž\u0178';
const AFTER = `[${UPPER}\u00a0-\u00bf]`;
/** After a capital letter, closing quotes, dashes and dots may stand in text that was read rightly. */
const UNUSUAL = `[${UPPER.replace(/[’”–—…™›]/g, '')}\u00a0-\u00bf]`;
const MISREAD = new RegExp(`[ÂÃ]${UNUSUAL}|â[€‚„†ˆ‰]${AFTER}|ð\u0178${AFTER}{2}|(?:[ÐÑ]${AFTER}){3,}`);

/** UTF-8 that was read as windows-1252, `Ã©` for `é`: the first of it and what it stood for; null where there is none. */
export function misreadIn(text: string): { readonly found: string; readonly meant: string } | null {
  const [found] = MISREAD.exec(text) ?? [];
  if (found === undefined) return null;
  const bytes = Uint8Array.from(found, (char) => {
    const at = UPPER.indexOf(char);
    return at === -1 ? char.charCodeAt(0) : 0x80 + at;
  });
  return { found, meant: new TextDecoder().decode(bytes) };
}
