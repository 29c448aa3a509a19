import { createReadStream } from 'node:fs';
import { LineSplitter, withoutByteOrderMark } from '../../domain/text/lines.ts';

/**
 * Lines of a UTF-8 file of any size, without their ends (`\n` or `\r\n`) and without a byte order mark. Only as much
 * as one line is in memory. A last line without an end is a line; the end of the last line begins none.
 */
export async function* readLines(path: string): AsyncGenerator<string, void, undefined> {
  const splitter = new LineSplitter();
  let first = true;
  for await (const chunk of createReadStream(path, { encoding: 'utf8', highWaterMark: 256 * 1024 })) {
    const text = String(chunk);
    yield* splitter.push(first ? withoutByteOrderMark(text) : text);
    first = false;
  }
  yield* splitter.end();
}
