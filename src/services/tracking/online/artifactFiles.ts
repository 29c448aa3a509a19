import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { TrackingError } from '../../../domain/tracking/types.ts';
import { contentDigest, type LoggedArtifact, type LoggedEntry } from '../../../domain/wandb/run-log.ts';
import { CREATE_FILES, type FilePlace } from './artifactQueries.ts';
import { faultOf, safeFault } from './faults.ts';
import { ask } from './graphql.ts';
import { headersOf } from './headers.ts';
import { fileBody } from './putBody.ts';
import type { Session } from './session.ts';

/** W&B's client begins with batches of this size too. */
const BATCH = 25;
/** Addresses run out; a refusal is worth asking for new ones once. */
const ROUNDS = 2;

/** Throws TrackingError where a file of the artifact is not there as it was when the run was written. */
export async function checkStaged(artifact: LoggedArtifact): Promise<void> {
  for (const entry of artifact.entries) {
    const problem = await problemOf(entry);
    if (problem === null) continue;
    throw safeFault(
      'broken-log',
      `${entry.path} of the artifact ${artifact.name} ${problem} (${entry.localPath}). The artifact is not uploaded.`,
      'Write the run again, then upload it.',
    );
  }
}

async function problemOf({ localPath, bytes, digest }: LoggedEntry): Promise<string | null> {
  const found = await stat(localPath).catch(() => null);
  if (found === null) return 'is missing';
  if (found.size !== bytes) return `has ${found.size} bytes and not ${bytes}`;
  const content = contentDigest();
  for await (const piece of createReadStream(localPath)) content.update(piece);
  return content.digest() === digest ? null : 'has changed';
}

/**
 * Sends the files W&B does not have. Gives the artifact each content came with first, by path. Throws TrackingError.
 */
export async function sendEntries(
  session: Session,
  artifact: LoggedArtifact,
  ids: { readonly artifact: string; readonly manifest: string },
): Promise<ReadonlyMap<string, string>> {
  const births = new Map<string, string>();
  for (let start = 0; start < artifact.entries.length; start += BATCH) {
    const batch = artifact.entries.slice(start, start + BATCH);
    const done = new Set<string>();
    for (let round = 1; done.size < batch.length; round += 1) {
      try {
        for (const [path, birth] of await sendBatch(session, artifact, ids, batch, done)) births.set(path, birth);
      } catch (error) {
        if (round === ROUNDS || !(error instanceof TrackingError) || error.kind !== 'rejected') throw error;
      }
    }
  }
  return births;
}

async function sendBatch(
  session: Session,
  artifact: LoggedArtifact,
  ids: { readonly artifact: string; readonly manifest: string },
  batch: readonly LoggedEntry[],
  done: Set<string>,
): Promise<readonly (readonly [string, string])[]> {
  const subject = { doing: `uploading the artifact ${artifact.name}`, place: artifact.name };
  const artifactFiles = batch.map(({ path, digest }) => ({
    artifactID: ids.artifact,
    artifactManifestID: ids.manifest,
    name: path,
    md5: digest,
  }));
  const places = await ask(session.http, CREATE_FILES, { artifactFiles, storageLayout: 'V2' }, subject);
  const births: (readonly [string, string])[] = [];
  for (const [index, entry] of batch.entries()) {
    const place = places[index];
    if (place === undefined) throw faultOf(502, `no address for ${entry.path}.`, subject, session.http.target);
    if (!done.has(entry.path)) await putEntry(session, artifact, entry, place);
    done.add(entry.path);
    births.push([entry.path, place.birthArtifactId]);
  }
  return births;
}

async function putEntry(
  session: Session,
  artifact: LoggedArtifact,
  entry: LoggedEntry,
  place: FilePlace,
): Promise<void> {
  const { http, meter } = session;
  meter.begin(artifact.name);
  if (place.url !== null) {
    const subject = { doing: `uploading ${entry.path} of the artifact ${artifact.name}`, place: artifact.name };
    await http.put(place.url, headersOf(place.headers), fileBody(entry.localPath, meter.sent), subject);
  }
  meter.done(entry.bytes);
}
