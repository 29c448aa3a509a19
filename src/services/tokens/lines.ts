import { createReadStream } from 'node:fs';
import { StringDecoder } from 'node:string_decoder';

/**
 * The lines of a file, some at a time, without their ends. Only `\n` and `\r\n` end a line: Node's readline also cuts
 * at U+2028, which JSON may hold unescaped. What follows the last end counts only when there is something.
 */
export async function* lineBatches(path: string, signal: AbortSignal): AsyncGenerator<readonly string[]> {
  const decoder = new StringDecoder('utf8');
  let rest: string[] = [];
  for await (const chunk of createReadStream(path, { signal, highWaterMark: 256 * 1024 })) {
    const [first = '', ...others] = decoder.write(chunk).split('\n');
    rest.push(first);
    if (others.length === 0) continue;
    const last = others.pop() ?? '';
    yield [rest.join(''), ...others].map(withoutReturn);
    rest = [last];
  }
  rest.push(decoder.end());
  const tail = rest.join('');
  if (tail !== '') yield [withoutReturn(tail)];
}

function withoutReturn(line: string): string {
  return line.endsWith('\r') ? line.slice(0, -1) : line;
}
