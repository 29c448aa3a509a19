import { createReadStream } from 'node:fs';

/**
 * Lines of a UTF-8 file of any size, without their ends (`\n` or `\r\n`) and without a byte order mark. Only as much
 * as one line is in memory. A last line without an end is a line; the end of the last line begins none.
 */
export async function* readLines(path: string): AsyncGenerator<string, void, undefined> {
  // Parts of a line that runs over several chunks, joined once: adding to a string would copy a huge line each time.
  let parts: string[] = [];
  let first = true;
  for await (const chunk of createReadStream(path, { encoding: 'utf8', highWaterMark: 256 * 1024 })) {
    let text = String(chunk);
    if (first && text.startsWith('\uFEFF')) text = text.slice(1);
    first = false;
    let start = 0;
    for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n', start)) {
      parts.push(text.slice(start, end));
      yield withoutReturn(parts.join(''));
      parts = [];
      start = end + 1;
    }
    if (start < text.length) parts.push(text.slice(start));
  }
  if (parts.length > 0) yield withoutReturn(parts.join(''));
}

function withoutReturn(line: string): string {
  return line.endsWith('\r') ? line.slice(0, -1) : line;
}
