import { createHash } from 'node:crypto';
import type { LineFile, SyncState } from './state.ts';

/** A line W&B takes, in bytes (core/internal/filestream); a longer one is left out, as its own client does. */
const LONGEST_LINE = 10 * 2 ** 20 - 100 * 2 ** 10;
/** What a request holds, in bytes. */
const LARGEST_REQUEST = 10 * 2 ** 20;

/** As the stream calls them. */
export const STREAM_NAMES: Readonly<Record<LineFile, string>> = {
  history: 'wandb-history.jsonl',
  events: 'wandb-events.jsonl',
  output: 'output.log',
};

/** Lines of one file that go in one request. */
export interface Chunk {
  readonly file: LineFile;
  readonly offset: number;
  readonly content: readonly string[];
  readonly bytes: number;
  /** How the file stands once the request is acknowledged. */
  readonly after: SyncState[LineFile];
}

export const fits = (line: string): boolean => Buffer.byteLength(line) <= LONGEST_LINE;

/**
 * What is to be sent of a file, in the order of its lines: those after the ones that are there, or all of them where
 * what was sent is no longer how the file begins. Pieces are at most `most` bytes; a longer line is one of its own.
 */
export function* pendingChunks(
  file: LineFile,
  lines: readonly string[],
  sent: SyncState[LineFile],
  most = LARGEST_REQUEST,
): Generator<Chunk, void, undefined> {
  const kept = lines.filter(fits);
  let hash = createHash('sha256');
  for (const line of kept.slice(0, sent.sent)) hash.update(`${line}\n`);
  const holds = sent.sent === 0 || (kept.length >= sent.sent && hash.copy().digest('hex') === sent.digest);
  if (!holds) hash = createHash('sha256');
  for (let offset = holds ? sent.sent : 0; offset < kept.length; ) {
    const content: string[] = [];
    let bytes = 0;
    for (const line of kept.slice(offset)) {
      // As it is in the request: a line of JSON within JSON.
      const size = Buffer.byteLength(JSON.stringify(line)) + 1;
      if (content.length > 0 && bytes + size > most) break;
      content.push(line);
      bytes += size;
      hash.update(`${line}\n`);
    }
    const after = { sent: offset + content.length, digest: hash.copy().digest('hex') };
    yield { file, offset, content, bytes, after };
    offset = after.sent;
  }
}

/** What `pendingChunks` would send, in bytes. */
export function pendingBytes(file: LineFile, lines: readonly string[], sent: SyncState[LineFile]): number {
  let bytes = 0;
  for (const chunk of pendingChunks(file, lines, sent)) bytes += chunk.bytes;
  return bytes;
}
