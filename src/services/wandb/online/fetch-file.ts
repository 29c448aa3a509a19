import { createReadStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { TrackingError } from '../../../domain/tracking/types.ts';
import { contentDigest } from '../../../domain/wandb/run-log.ts';
import { errorCode, isDiskFault, rangeHeaders, sizeOf, writePart } from '../../filesystem/part-file.ts';
import { waitOf } from '../../retry-after.ts';
import { unreachable } from './faults.ts';
import type { Http } from './http.ts';
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
  const response = await http.get(url, rangeHeaders(have), [416], subject);
  if (response.status === 416) {
    response.leave();
    // Nothing is left to come, or the part is longer than the file: the digest shows which.
    return true;
  }
  return await writePart(response, part, have, signal).catch((error) => {
    throw isDiskFault(error) ? diskFault(part, error) : error;
  });
}

async function digestOf(path: string): Promise<string> {
  const content = contentDigest();
  for await (const piece of createReadStream(path)) content.update(piece);
  return content.digest();
}

const diskFault = (path: string, error: unknown): TrackingError =>
  new TrackingError(
    'broken-log',
    `${path} cannot be written (${errorCode(error)}).`,
    'Make room, then download it again.',
  );
