import { Buffer } from 'node:buffer';

/** What terminals take in one OSC 52 sequence: xterm's limit, the least of the common ones, less its frame. */
const LIMIT = 74_994;

const ESC = '\u001b';
const BEL = '\u0007';

/**
 * The sequence that puts `text` on the clipboard of the terminal, over SSH as well. tmux hands on only what is
 * wrapped for it. Throws when the text is longer than terminals take; they would drop it without a word.
 */
export function clipboardSequence(text: string, insideTmux: boolean): string {
  const encoded = Buffer.from(text, 'utf8').toString('base64');
  if (encoded.length > LIMIT) throw new Error('This is too long for the terminal to copy (about 56 kB). Export it.');
  const sequence = `${ESC}]52;c;${encoded}${BEL}`;
  return insideTmux ? `${ESC}Ptmux;${sequence.replaceAll(ESC, ESC + ESC)}${ESC}\\` : sequence;
}
