import { createReadStream } from 'node:fs';
import { LineSplitter } from '../../domain/text/lines.ts';

/** The lines of a file, some at a time, without their ends; a byte order mark stays, for a check tells of it. */
export async function* lineBatches(path: string, signal: AbortSignal): AsyncGenerator<readonly string[]> {
  const splitter = new LineSplitter();
  for await (const chunk of createReadStream(path, { signal, encoding: 'utf8', highWaterMark: 256 * 1024 })) {
    yield splitter.push(String(chunk));
  }
  yield splitter.end();
}
