import * as z from 'zod';
import type { Operation } from './graphql.ts';

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
export interface UploadPlace {
  readonly url: string | null;
  readonly headers: readonly string[];
}

const placeSchema = z.object({
  uploadUrl: z.string().nullish(),
  uploadHeaders: z.array(z.string()).nullish(),
});
const placed = ({ uploadUrl, uploadHeaders }: z.infer<typeof placeSchema>): UploadPlace => ({
  url: uploadUrl ?? null,
  headers: uploadHeaders ?? [],
});

export const CREATE_MANIFEST: Operation<{ readonly id: string; readonly place: UploadPlace }> = {
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

export interface FilePlace extends UploadPlace {
  /** The artifact the content came with first. */
  readonly birthArtifactId: string;
}

/** In the order of the files that were named. */
export const CREATE_FILES: Operation<readonly FilePlace[]> = {
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
