import { artifactDigest } from '../../../../src/domain/wandb/run-log.ts';
import { fault, type Operations, type Served } from './wandb-operations.ts';
import { manifestSchema } from './wandb-shapes.ts';
import { md5Of, runKey, type ServedArtifact } from './wandb-state.ts';

type Names =
  | 'CreateArtifact'
  | 'CreateArtifactManifest'
  | 'CreateArtifactFiles'
  | 'CommitArtifact'
  | 'UseArtifact'
  | 'ArtifactMembershipByName'
  | 'ArtifactManifest'
  | 'ArtifactFileURLs';

const HEADERS = ['Content-Type:application/octet-stream'];

/** Operations on artifacts: the order they must come in, digests, versions and aliases as W&B keeps them. */
export const artifactOperations: Pick<Operations, Names> = {
  CreateArtifact(server, { input }) {
    const { artifacts, runs } = server.state;
    const { entityName: entity, projectName: project, artifactCollectionName: name, runName } = input;
    if (runName !== null && !runs.has(runKey(entity, project, runName))) throw fault(404, `run ${runName} not found`);
    const versions = artifacts.filter(
      (each) => each.entity === entity && each.project === project && each.name === name,
    );
    const other = versions.find(({ type }) => type !== input.artifactTypeName);
    if (other !== undefined) throw fault(409, `artifact ${name} is of type ${other.type}`);
    const same = versions.find((each) => each.state === 'COMMITTED' && each.digest === input.digest);
    const begun = versions.find((each) => each.clientId === input.clientID);
    if (begun !== undefined && begun.digest !== input.digest) throw fault(400, 'a clientID of another content');
    const wanted = new Set((input.aliases ?? []).map(({ alias }) => alias));
    const artifact = same ??
      begun ?? {
        id: `artifact-${artifacts.length + 1}`,
        entity,
        project,
        name,
        type: input.artifactTypeName,
        digest: input.digest,
        description: input.description,
        metadata: input.metadata,
        clientId: input.clientID,
        sequenceClientId: input.sequenceClientID,
        runName,
        state: 'PENDING' as const,
        version: null,
        wanted,
        aliases: new Set<string>(),
        files: new Map(),
        manifestDigest: null,
        manifest: null,
      };
    if (!artifacts.includes(artifact)) artifacts.push(artifact);
    if (artifact.state === 'COMMITTED') giveAliases(server, artifact, wanted);
    const latest = versions.filter(({ state }) => state === 'COMMITTED').at(-1);
    const artifactSequence = { latestArtifact: latest ? { id: latest.id } : null };
    return { createArtifact: { artifact: { id: artifact.id, state: artifact.state, artifactSequence } } };
  },
  CreateArtifactManifest(server, { artifactID, digest, includeUpload, runName, entityName, projectName }) {
    const artifact = pending(server, artifactID);
    if (!server.state.runs.has(runKey(entityName, projectName, runName))) throw fault(404, `run ${runName} not found`);
    if (includeUpload !== (digest !== '')) throw fault(400, 'a manifest to upload has a digest, and no other');
    if (includeUpload) artifact.manifestDigest = digest;
    const upload = { uploadUrl: server.signed('manifest', [artifactID]), uploadHeaders: [`Content-MD5:${digest}`] };
    const file = includeUpload ? { id: 'file', ...upload } : { id: 'file', uploadUrl: null, uploadHeaders: null };
    return { createArtifactManifest: { artifactManifest: { id: `manifest-${artifactID}`, file } } };
  },
  CreateArtifactFiles(server, { artifactFiles }) {
    const edges = artifactFiles.map(({ artifactID, artifactManifestID, name, md5 }) => {
      const artifact = pending(server, artifactID);
      if (artifactManifestID !== `manifest-${artifactID}`) throw fault(400, 'the manifest of another artifact');
      const there = server.state.blobs.has(md5);
      artifact.files.set(name, { md5, there });
      const url = server.signed('artifact', [artifactID, ...name.split('/')]);
      return {
        node: {
          storagePath: null,
          uploadUrl: there ? null : url,
          uploadHeaders: there ? null : [...HEADERS, `Content-MD5:${md5}`],
          uploadMultipartUrls: null,
          artifact: { id: artifactID },
        },
      };
    });
    return { createArtifactFiles: { files: { edges } } };
  },
  CommitArtifact(server, { artifactID }) {
    const { artifacts } = server.state;
    const artifact = artifacts.find(({ id }) => id === artifactID);
    if (artifact === undefined) throw fault(404, `artifact ${artifactID} not found`);
    if (artifact.state === 'PENDING') {
      checkManifest(artifact);
      const committed = artifacts.filter((each) => sameCollection(each, artifact) && each.state === 'COMMITTED');
      artifact.state = 'COMMITTED';
      artifact.version = committed.length;
      giveAliases(server, artifact, new Set(['latest', ...artifact.wanted]));
    }
    return { commitArtifact: { artifact: { id: artifact.id, digest: artifact.digest } } };
  },
  UseArtifact(server, { input }) {
    const artifact = server.state.artifacts.find(({ id }) => id === input.artifactID);
    if (artifact?.state !== 'COMMITTED') throw fault(404, `artifact ${input.artifactID} not found`);
    const run = runKey(input.entityName, input.projectName, input.runName);
    if (!server.state.runs.has(run)) throw fault(404, `run ${input.runName} not found`);
    const known = server.state.inputs.some((edge) => edge.run === run && edge.artifact === artifact.id);
    if (!known) server.state.inputs.push({ run, artifact: artifact.id });
    return { useArtifact: { artifact: { id: artifact.id } } };
  },
  ArtifactMembershipByName(server, { entity, project, name }) {
    const within = server.state.artifacts.filter((each) => each.entity === entity && each.project === project);
    if (within.length === 0) return { project: null };
    const [collection, alias] = name.split(':');
    const artifact = within.find(
      (each) => each.name === collection && (each.aliases.has(alias ?? '') || `v${each.version}` === alias),
    );
    return {
      project: { artifactCollectionMembership: artifact ? { versionIndex: artifact.version, artifact } : null },
    };
  },
  ArtifactManifest: (server, { artifact_id: id }) => ({
    artifact: { currentManifest: { file: { directUrl: server.signed('manifest', [id]) } } },
  }),
  ArtifactFileURLs(server, { id, cursor, perPage }) {
    const artifact = server.state.artifacts.find((each) => each.id === id);
    if (artifact === undefined) return { artifact: null };
    const start = Number(cursor ?? 0);
    const size = Math.min(perPage, server.perPage);
    const names = [...artifact.files.keys()];
    const hasNextPage = start + size < names.length;
    const edges = names
      .slice(start, start + size)
      .map((name) => ({ node: { name, directUrl: server.signed('artifact', [id, ...name.split('/')]) } }));
    return { artifact: { files: { pageInfo: { hasNextPage, endCursor: String(start + size) }, edges } } };
  },
};

const sameCollection = (one: ServedArtifact, other: ServedArtifact): boolean =>
  one.entity === other.entity && one.project === other.project && one.name === other.name;

function pending(server: Served, id: string): ServedArtifact {
  const artifact = server.state.artifacts.find((each) => each.id === id);
  if (artifact === undefined) throw fault(404, `artifact ${id} not found`);
  if (artifact.state !== 'PENDING') throw fault(400, `artifact ${id} is committed`);
  return artifact;
}

/** An alias is of one version at a time. */
function giveAliases(server: Served, artifact: ServedArtifact, aliases: ReadonlySet<string>): void {
  for (const each of server.state.artifacts.filter((other) => sameCollection(other, artifact))) {
    for (const alias of aliases) each.aliases.delete(alias);
  }
  for (const alias of aliases) artifact.aliases.add(alias);
}

function checkManifest({ manifest, manifestDigest, digest, files }: ServedArtifact): void {
  if (manifest === null || md5Of(manifest) !== manifestDigest) throw fault(400, 'the manifest is not there');
  const { contents } = manifestSchema.parse(JSON.parse(manifest));
  const entries = Object.entries(contents).map(([path, entry]) => ({ path, digest: entry.digest }));
  if (artifactDigest(entries) !== digest) throw fault(400, 'the manifest is of another content');
  for (const { path, digest: md5 } of entries) {
    const file = files.get(path);
    if (file?.md5 !== md5 || !file.there) throw fault(400, `${path} is not there`);
  }
}
