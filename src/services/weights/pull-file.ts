import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { byteSize } from '../../domain/text/format.ts';
import type { RepoFile } from '../../domain/weights/hub-files.ts';
import { rangeHeaders, sizeOf, writePart } from '../filesystem/part-file.ts';
import { type HubClient, HubFault } from '../huggingface/http.ts';

/** Attempts in a row that bring nothing new before it is given up. */
const BARREN = 5;
const PAUSE_MS = 500;

export interface FileJob {
  readonly id: string;
  readonly url: URL;
  readonly file: RepoFile;
  readonly size: number;
  /** Where it goes; beside it lies what has come of it. */
  readonly path: string;
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
  readonly signal: AbortSignal;
  /** Bytes of it that are there. */
  readonly onBytes: (have: number) => void;
}

/**
 * Fetches a file of a repository, from where an earlier attempt ended. It has its name only once its size and the hash
 * the Hub gives of it are right. Throws HubFault, what the disk refuses, and the signal's reason.
 */
export async function pullFile(client: HubClient, job: FileJob): Promise<void> {
  const { file, path, signal, onBytes } = job;
  const part = `${path}.part`;
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  for (let wrong = 0; ; wrong += 1) {
    await fetchWhole(client, job, part);
    if (await isRight(part, file, signal)) break;
    await rm(part, { force: true });
    onBytes(0);
    if (wrong === 1)
      throw new HubFault(
        'broken',
        `What came as ${file.path} is not what the Hub says it is: its hash is another.`,
        'Pull it again; where a mirror or a proxy stands between, it may have kept a damaged copy.',
      );
  }
  await flush(part);
  await rename(part, path);
}

async function fetchWhole(client: HubClient, job: FileJob, part: string): Promise<void> {
  const { file, size, sleep, signal } = job;
  for (let barren = 0; ; ) {
    const before = (await sizeOf(part)) ?? 0;
    if (before === size) return;
    await fetchRest(client, job, part, before);
    const after = (await sizeOf(part)) ?? 0;
    if (after === size) return;
    barren = after > before ? 0 : barren + 1;
    if (barren === BARREN) {
      const kept = `${byteSize(after)} of ${byteSize(size)} are kept`;
      throw new HubFault('broken', `${file.path} breaks off each time; ${kept}.`, 'Pull it again to go on from there.');
    }
    await sleep(PAUSE_MS * 2 ** barren, signal);
  }
}

async function fetchRest(client: HubClient, job: FileJob, part: string, have: number): Promise<void> {
  const { url, id, size, signal, onBytes } = job;
  const answer = await client.get(url, id, { headers: rangeHeaders(have), also: [416], signal });
  if (answer.status === 416 || have > size) {
    answer.leave();
    await rm(part, { force: true });
    return;
  }
  // A server that does not know ranges sends the whole file, which is written from its first byte.
  const from = answer.status === 206 ? have : 0;
  onBytes(from);
  const pieces = counted(answer.pieces, from, size, onBytes);
  await writePart({ ...answer, pieces }, part, have, signal);
}

/** Passes on what comes, and ends where the file ends: a server that goes on fills no disk. */
async function* counted(
  pieces: AsyncIterable<Uint8Array>,
  from: number,
  size: number,
  onBytes: (have: number) => void,
): AsyncGenerator<Uint8Array, void, undefined> {
  let have = from;
  for await (const piece of pieces) {
    const fitting = piece.subarray(0, size - have);
    yield fitting;
    have += fitting.byteLength;
    onBytes(have);
    if (fitting.byteLength < piece.byteLength) return;
  }
}

/** Whether a file has the hash its repository gives: SHA-256 for large files, git's own for the others. */
export async function isRight(path: string, { size, sha256, gitId }: RepoFile, signal: AbortSignal): Promise<boolean> {
  if (sha256 === null && gitId === null) return true;
  const hash = createHash(sha256 === null ? 'sha1' : 'sha256');
  if (sha256 === null) hash.update(`blob ${size}\0`);
  for await (const piece of createReadStream(path, { signal, highWaterMark: 1 << 20 })) hash.update(piece);
  return hash.digest('hex') === (sha256 ?? gitId);
}

async function flush(path: string): Promise<void> {
  const file = await open(path, 'r+');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}
