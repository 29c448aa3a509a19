import { contentDigest, type LoggedArtifact } from '../../../domain/wandb/run-log.ts';
import {
  COMMIT_ARTIFACT,
  CREATE_ARTIFACT,
  CREATE_MANIFEST,
  type CreatedArtifact,
  checkStaged,
  sendEntries,
  USE_ARTIFACT,
} from './artifact-files.ts';
import { faultOf, safeFault, saidSafely } from './faults.ts';
import { sendOperation } from './graphql.ts';
import { headersOf, textBody } from './http.ts';
import { placeOf, type Session } from './session.ts';
import type { SyncState } from './state.ts';
import type { Subject } from './target.ts';

const keyOf = ({ name, digest }: LoggedArtifact): string => `${name}:${digest}`;

/** Whether something of the artifact is yet to be sent. */
export function isPending({ artifacts }: SyncState, artifact: LoggedArtifact): boolean {
  const known = Object.hasOwn(artifacts, keyOf(artifact)) ? artifacts[keyOf(artifact)] : undefined;
  if (known === undefined || (artifact.useAfterCommit && !known.used)) return true;
  return artifact.aliases.some((alias) => !known.aliases.includes(alias));
}

/**
 * Makes a version of the artifact, unless W&B has this very content, and marks what the run takes in as used by it. Begun
 * again, it names the same thing (`clientId`), so that no second version comes of it. Throws TrackingError.
 */
export async function sendArtifact(session: Session, artifact: LoggedArtifact): Promise<void> {
  const { ledger, meter } = session;
  const subject = { doing: `uploading the artifact ${artifact.name}`, place: `${placeOf(session)}/${artifact.name}` };
  meter.begin(artifact.name);
  ledger.reopen();
  const created = await sendOperation(session.http, CREATE_ARTIFACT, { input: inputOf(session, artifact) }, subject);
  if (created.state === 'COMMITTED') meter.done(bytesOf(artifact));
  else await fill(session, artifact, created, subject);
  const note = (used: boolean): void => {
    const entry = { id: created.id, aliases: [...artifact.aliases], used };
    ledger.note({ artifacts: { ...ledger.state.artifacts, [keyOf(artifact)]: entry } });
  };
  note(false);
  if (!artifact.useAfterCommit) return;
  const { run } = session;
  const input = { artifactID: created.id, entityName: run.entity, projectName: run.project, runName: run.id };
  await sendOperation(session.http, USE_ARTIFACT, { input }, subject);
  note(true);
}

export const bytesOf = (artifact: LoggedArtifact): number =>
  artifact.entries.reduce((sum, { bytes }) => sum + bytes, 0);

function inputOf({ run }: Session, artifact: LoggedArtifact): Readonly<Record<string, unknown>> {
  return {
    entityName: run.entity,
    projectName: run.project,
    artifactTypeName: artifact.type,
    artifactCollectionName: artifact.name,
    // A run does not make what it takes in: with a name, lineage would show it on both sides.
    runName: artifact.useAfterCommit ? null : run.id,
    digest: artifact.digest,
    digestAlgorithm: 'MANIFEST_MD5',
    description: artifact.description === '' ? null : artifact.description,
    aliases: artifact.aliases.map((alias) => ({ artifactCollectionName: artifact.name, alias })),
    // W&B's client leaves out what is empty.
    metadata: artifact.metadata === '' || artifact.metadata === '{}' ? null : artifact.metadata,
    enableDigestDeduplication: true,
    clientID: artifact.clientId,
    sequenceClientID: artifact.sequenceClientId,
  };
}

/** Gives a version that W&B only has the name of its content, in the order its own client does. */
async function fill(
  session: Session,
  artifact: LoggedArtifact,
  created: CreatedArtifact,
  subject: Subject,
): Promise<void> {
  const { http, run } = session;
  // DELETED comes from old servers, for content whose version was deleted.
  if (created.state !== 'PENDING' && created.state !== 'DELETED') {
    throw faultOf(502, `an artifact that is ${saidSafely(created.state, http.target.key)}.`, subject, http.target);
  }
  await checkStaged(artifact);
  const manifestOf = (digest: string, includeUpload: boolean): Readonly<Record<string, unknown>> => ({
    artifactID: created.id,
    baseArtifactID: created.latestId,
    name: 'wandb_manifest.json',
    digest,
    entityName: run.entity,
    projectName: run.project,
    runName: run.id,
    manifestType: 'FULL',
    includeUpload,
  });
  const draft = await sendOperation(http, CREATE_MANIFEST, manifestOf('', false), subject);
  const births = await sendEntries(session, artifact, { artifact: created.id, manifest: draft.id });
  const text = manifestText(artifact, births);
  const digest = contentDigest();
  digest.update(text);
  const { place } = await sendOperation(http, CREATE_MANIFEST, manifestOf(digest.digest(), true), subject);
  if (place.url === null) throw faultOf(502, 'no address for the manifest.', subject, http.target);
  await http.put(place.url, headersOf(place.headers), textBody(text), subject);
  await sendOperation(http, COMMIT_ARTIFACT, { artifactID: created.id }, subject);
}

/** `wandb_manifest.json`; what it says of files on this machine, W&B's own client lets out and we do not. */
function manifestText(artifact: LoggedArtifact, births: ReadonlyMap<string, string>): string {
  const sorted = artifact.entries.toSorted((a, b) => Buffer.compare(Buffer.from(a.path), Buffer.from(b.path)));
  const contents = sorted.map(({ path, digest, bytes }) => {
    const birthArtifactID = births.get(path);
    return [path, { digest, ...(birthArtifactID === undefined ? {} : { birthArtifactID }), size: bytes }] as const;
  });
  return JSON.stringify({
    version: 1,
    storagePolicy: 'wandb-storage-policy-v1',
    storagePolicyConfig: { storageLayout: 'V2' },
    contents: Object.fromEntries(contents),
  });
}

/** Refused before anything is sent: W&B takes files past 2 GiB only in parts, which is not built. */
export function refuseHuge(artifacts: readonly LoggedArtifact[]): void {
  for (const { name, entries } of artifacts) {
    const huge = entries.find(({ bytes }) => bytes > 2 * 2 ** 30);
    if (huge === undefined) continue;
    throw safeFault(
      'rejected',
      `${huge.path} of the artifact ${name} is larger than 2 GiB.`,
      'Upload this run with wandb sync.',
    );
  }
}
