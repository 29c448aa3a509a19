import { createReadStream } from 'node:fs';
import { open, rename, rm, stat } from 'node:fs/promises';
import { TrackingError } from '../../../domain/tracking/types.ts';
import { contentDigest } from '../../../domain/wandb/run-log.ts';
import { unreachable } from './faults.ts';
import { type Http, waitOf } from './http.ts';
import type { HttpDeps, Subject } from './target.ts';

interface Wanted {
  readonly url: string;
  readonly target: string;
  /** Base64 of its MD5. */
  readonly digest: string;
  readonly subject: Subject;
  readonly deps: HttpDeps;
  readonly signal?: AbortSignal | undefined;
}

/** Whether the file is there with that content. */
export async function holds(path: string, digest: string): Promise<boolean> {
  return (await sizeOf(path)) !== null && (await digestOf(path)) === digest;
}

/**
 * Fetches a file beside its place and renames it once its digest is right. What came of a download that breaks off is
 * gone on with, now or another day: its place is named by its content, so a part is never of something else. Throws
 * TrackingError.
 */
export async function fetchFile(http: Http, wanted: Wanted): Promise<void> {
  const part = `${wanted.target}.part`;
  for (let barren = 0; ; ) {
    const before = (await sizeOf(part)) ?? 0;
    if (await fetchRest(http, wanted, part, before)) break;
    barren = ((await sizeOf(part)) ?? 0) > before ? 1 : barren + 1;
    const wait = waitOf(barren, null, wanted.deps);
    if (wait === null) throw unreachable(wanted.url, wanted.subject, false);
    await wanted.deps.sleep(wait, wanted.signal);
  }
  if ((await digestOf(part)) === wanted.digest) return rename(part, wanted.target);
  await rm(part, { force: true });
  throw new TrackingError(
    'server',
    `What came while ${wanted.subject.doing} is not what the artifact's manifest says (MD5).`,
    'Download it again; if it stays so, the artifact is damaged.',
  );
}

/** True once the part is whole. */
async function fetchRest(http: Http, { url, subject, signal }: Wanted, part: string, have: number): Promise<boolean> {
  // Bytes as they are: a range of a packed transfer would be no range of the file.
  const plain = { 'accept-encoding': 'identity' };
  const response = await http.get(url, have > 0 ? { ...plain, range: `bytes=${have}-` } : plain, [416], subject);
  if (response.status === 416) {
    await response.body?.cancel();
    // Nothing is left to come, or the part is longer than the file: the digest tells which.
    return true;
  }
  const from = response.status === 206 ? have : 0;
  const length = response.headers.get('content-length');
  const file = await open(part, from > 0 ? 'a' : 'w', 0o600);
  try {
    // Written as it comes, not through a pipeline: that would drop what it holds when the connection breaks.
    for await (const piece of response.body ?? []) await file.writeFile(piece);
  } catch (error) {
    signal?.throwIfAborted();
    if (isDiskFault(error)) throw diskFault(part, error);
    return false;
  } finally {
    await file.close();
  }
  return length === null || (await sizeOf(part)) === from + Number(length);
}

const sizeOf = async (path: string): Promise<number | null> => (await stat(path).catch(() => null))?.size ?? null;

async function digestOf(path: string): Promise<string> {
  const content = contentDigest();
  for await (const piece of createReadStream(path)) content.update(piece);
  return content.digest();
}

const codeOf = (error: unknown): string => (error instanceof Error && 'code' in error ? String(error.code) : '');

/** A full or forbidden disk is not mended by asking again. */
const isDiskFault = (error: unknown): boolean =>
  ['ENOSPC', 'EACCES', 'EROFS', 'EDQUOT', 'EIO', 'EMFILE', 'EISDIR'].includes(codeOf(error));

const diskFault = (path: string, error: unknown): TrackingError =>
  new TrackingError(
    'broken-log',
    `${path} cannot be written (${codeOf(error)}).`,
    'Make room, then download it again.',
  );
