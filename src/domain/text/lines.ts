/**
 * Cuts text that comes in pieces into lines, without their ends. Only `\n` and `\r\n` end a line: U+2028, U+2029 and
 * a lone `\r`, at which Node's readline cuts too, may stand unescaped inside a JSON text.
 */
export class LineSplitter {
  /** Parts of a line that runs over several pieces, joined once: adding to a text would copy a huge line each time. */
  private parts: string[] = [];

  /** The lines that `piece` ends. */
  push(piece: string): readonly string[] {
    const [first = '', ...others] = piece.split('\n');
    this.parts.push(first);
    const last = others.pop();
    if (last === undefined) return [];
    const ended = [this.parts.join(''), ...others].map(withoutReturn);
    this.parts = [last];
    return ended;
  }

  /** What follows the last line end: a line when there is something, else none. */
  end(): readonly string[] {
    const rest = this.parts.join('');
    this.parts = [];
    return rest === '' ? [] : [withoutReturn(rest)];
  }
}

const withoutReturn = (line: string): string => (line.endsWith('\r') ? line.slice(0, -1) : line);

/** A text's lines, without their ends. */
export function linesOf(text: string): readonly string[] {
  const splitter = new LineSplitter();
  return [...splitter.push(text), ...splitter.end()];
}
