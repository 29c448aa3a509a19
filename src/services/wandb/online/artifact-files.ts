import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import * as z from 'zod';
import { TrackingError } from '../../../domain/tracking/types.ts';
import { contentDigest, type LoggedArtifact, type LoggedEntry } from '../../../domain/wandb/run-log.ts';
import { faultOf, safeFault } from './faults.ts';
import { type Operation, sendOperation } from './graphql.ts';
import { fileBody, headersOf } from './http.ts';
import type { Session } from './session.ts';

export interface CreatedArtifact {
  readonly id: string;
  /** `COMMITTED`: W&B has this very content. */
  readonly state: string;
  /** The version before, if there is one. */
  readonly latestId: string | null;
}

export const CREATE_ARTIFACT: Operation<CreatedArtifact> = {
  name: 'CreateArtifact',
  document: `mutation CreateArtifact($input: CreateArtifactInput!) {
  createArtifact(input: $input) { artifact { id state artifactSequence { latestArtifact { id } } } }
}`,
  data: z
    .object({
      createArtifact: z.object({
        artifact: z.object({
          id: z.string(),
          state: z.string(),
          artifactSequence: z.object({ latestArtifact: z.object({ id: z.string() }).nullish() }).nullish(),
        }),
      }),
    })
    .transform(({ createArtifact: { artifact } }) => ({
      id: artifact.id,
      state: artifact.state,
      latestId: artifact.artifactSequence?.latestArtifact?.id ?? null,
    })),
};

/** Where to put something; no address where W&B has it. */
export interface PresignedUrl {
  readonly url: string | null;
  readonly headers: readonly string[];
}

const placeSchema = z.object({
  uploadUrl: z.string().nullish(),
  uploadHeaders: z.array(z.string()).nullish(),
});
const placed = ({ uploadUrl, uploadHeaders }: z.infer<typeof placeSchema>): PresignedUrl => ({
  url: uploadUrl ?? null,
  headers: uploadHeaders ?? [],
});

export const CREATE_MANIFEST: Operation<{ readonly id: string; readonly place: PresignedUrl }> = {
  name: 'CreateArtifactManifest',
  document: `mutation CreateArtifactManifest($artifactID: ID!, $baseArtifactID: ID, $name: String!, $digest: String!, $entityName: String!, $projectName: String!, $runName: String!, $manifestType: ArtifactManifestType!, $includeUpload: Boolean!) {
  createArtifactManifest(input: {artifactID: $artifactID, baseArtifactID: $baseArtifactID, name: $name, digest: $digest, entityName: $entityName, projectName: $projectName, runName: $runName, type: $manifestType}) {
    artifactManifest { id file { uploadUrl @include(if: $includeUpload) uploadHeaders @include(if: $includeUpload) } }
  }
}`,
  data: z
    .object({
      createArtifactManifest: z.object({ artifactManifest: z.object({ id: z.string(), file: placeSchema }) }),
    })
    .transform(({ createArtifactManifest: { artifactManifest } }) => ({
      id: artifactManifest.id,
      place: placed(artifactManifest.file),
    })),
};

interface FilePlace extends PresignedUrl {
  /** The artifact the content came with first. */
  readonly birthArtifactId: string;
}

/** In the order of the files that were named. */
const CREATE_FILES: Operation<readonly FilePlace[]> = {
  name: 'CreateArtifactFiles',
  document: `mutation CreateArtifactFiles($artifactFiles: [CreateArtifactFileSpecInput!]!, $storageLayout: ArtifactStorageLayout!) {
  createArtifactFiles(input: {artifactFiles: $artifactFiles, storageLayout: $storageLayout}) {
    files { edges { node { uploadUrl uploadHeaders artifact { id } } } }
  }
}`,
  data: z
    .object({
      createArtifactFiles: z.object({
        files: z.object({
          edges: z.array(z.object({ node: placeSchema.extend({ artifact: z.object({ id: z.string() }) }) })),
        }),
      }),
    })
    .transform(({ createArtifactFiles: { files } }) =>
      files.edges.map(({ node }) => ({ ...placed(node), birthArtifactId: node.artifact.id })),
    ),
};

export const COMMIT_ARTIFACT: Operation<unknown> = {
  name: 'CommitArtifact',
  document: `mutation CommitArtifact($artifactID: ID!) {
  commitArtifact(input: {artifactID: $artifactID}) { artifact { id digest } }
}`,
  data: z.object({ commitArtifact: z.object({ artifact: z.object({ id: z.string() }) }) }),
};

export const USE_ARTIFACT: Operation<unknown> = {
  name: 'UseArtifact',
  document: `mutation UseArtifact($input: UseArtifactInput!) {
  useArtifact(input: $input) { artifact { id } }
}`,
  data: z.object({ useArtifact: z.object({ artifact: z.object({ id: z.string() }) }) }),
};

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
  const places = await sendOperation(session.http, CREATE_FILES, { artifactFiles, storageLayout: 'V2' }, subject);
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
