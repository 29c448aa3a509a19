/** Characters of a piece: few pieces, and each is hashed and written in a moment. */
const PIECE = 64 * 1024;

/** A text in pieces that end where a line does, so that nothing looked for within a line is cut in two. */
export function* piecesOf(text: string): Generator<string, void, undefined> {
  let from = 0;
  while (from < text.length) {
    const end = text.indexOf('\n', from + PIECE - 1);
    const to = end < 0 ? text.length : end + 1;
    yield text.slice(from, to);
    from = to;
  }
}

/** The lines of a text that hold something, without their ends. */
export function* linesOf(text: string): Generator<string, void, undefined> {
  let from = 0;
  while (from < text.length) {
    const end = text.indexOf('\n', from);
    const to = end < 0 ? text.length : end;
    const line = text.slice(from, to);
    if (line.trim() !== '') yield line;
    from = to + 1;
  }
}
