/** Characters that are masked and hashed in one go: a few milliseconds of work. */
const MOST = 256 * 1024;

/**
 * A text in pieces, so that the event loop can turn in between: a training file may come as one text of 100 MB. Pieces
 * end where lines do, as a secret stands within one line: cut elsewhere, it would be masked in neither piece. A line that
 * is longer stays whole.
 */
export function* pieces(text: string): Generator<string, void, undefined> {
  let from = 0;
  while (text.length - from > MOST) {
    const within = text.lastIndexOf('\n', from + MOST - 1);
    const end = within >= from ? within : text.indexOf('\n', from + MOST);
    if (end === -1) break;
    yield text.slice(from, end + 1);
    from = end + 1;
  }
  yield text.slice(from);
}
