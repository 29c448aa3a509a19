/** A line of a file. */
export interface ResultLine {
  /** The whole of it, or its beginning where it was longer than any may be. */
  readonly text: string;
  readonly isCut: boolean;
}

const LINE_END = 0x0a;

/** Kept of a line that is too long: enough to find out whose it is. */
const HEAD_BYTES = 4096;

/**
 * The lines of a body that comes in pieces; of one of more than `mostBytes` its beginning alone, so that neither its size nor
 * that of the body is ever in memory, and the lines behind it are read as well.
 */
export async function* linesWithin(
  pieces: AsyncIterable<Uint8Array>,
  mostBytes: number,
): AsyncGenerator<ResultLine, void, undefined> {
  let held: Uint8Array[] = [];
  let bytes = 0;
  let isCut = false;
  const add = (part: Uint8Array): void => {
    bytes += part.byteLength;
    if (isCut) return;
    held.push(part);
    if (bytes <= mostBytes) return;
    held = [Buffer.concat(held).subarray(0, HEAD_BYTES).slice()];
    isCut = true;
  };
  const ended = (): ResultLine => {
    const line = { text: Buffer.concat(held).toString('utf8'), isCut };
    held = [];
    bytes = 0;
    isCut = false;
    return line;
  };
  for await (const piece of pieces) {
    let from = 0;
    for (let at = piece.indexOf(LINE_END); at !== -1; at = piece.indexOf(LINE_END, from)) {
      add(piece.subarray(from, at));
      yield ended();
      from = at + 1;
    }
    if (from < piece.byteLength) add(piece.subarray(from));
  }
  if (bytes > 0) yield ended();
}
