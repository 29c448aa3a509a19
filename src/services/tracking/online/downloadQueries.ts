import * as z from 'zod';
import type { Operation } from './graphql.ts';

export interface FoundArtifact {
  readonly id: string;
  readonly state: string;
  /** The N of `vN`. */
  readonly version: number | null;
}

/** Null within the project for an artifact that is not there; `project` says whether that is. */
export const FIND_ARTIFACT: Operation<{ readonly project: boolean; readonly artifact: FoundArtifact | null }> = {
  name: 'ArtifactMembershipByName',
  document: `query ArtifactMembershipByName($entity: String!, $project: String!, $name: String!) {
  project(name: $project, entityName: $entity) {
    artifactCollectionMembership(name: $name) { versionIndex artifact { id state } }
  }
}`,
  data: z
    .object({
      project: z
        .object({
          artifactCollectionMembership: z
            .object({
              versionIndex: z.number().nullish(),
              artifact: z.object({ id: z.string(), state: z.string() }).nullish(),
            })
            .nullish(),
        })
        .nullish(),
    })
    .transform(({ project }) => {
      const membership = project?.artifactCollectionMembership;
      const artifact = membership?.artifact;
      return {
        project: project !== null && project !== undefined,
        artifact: artifact ? { ...artifact, version: membership?.versionIndex ?? null } : null,
      };
    }),
};

/** Where its manifest can be read. */
export const ARTIFACT_MANIFEST: Operation<string | null> = {
  name: 'ArtifactManifest',
  document: `query ArtifactManifest($artifact_id: ID!) {
  artifact(id: $artifact_id) { currentManifest { file { directUrl } } }
}`,
  data: z
    .object({
      artifact: z
        .object({ currentManifest: z.object({ file: z.object({ directUrl: z.string() }) }).nullish() })
        .nullish(),
    })
    .transform(({ artifact }) => artifact?.currentManifest?.file.directUrl ?? null),
};

export interface FilePage {
  readonly files: readonly { readonly name: string; readonly directUrl: string }[];
  /** Null after the last page. */
  readonly next: string | null;
}

export const ARTIFACT_FILES: Operation<FilePage> = {
  name: 'ArtifactFileURLs',
  document: `query ArtifactFileURLs($id: ID!, $cursor: String, $perPage: Int) {
  artifact(id: $id) {
    files(after: $cursor, first: $perPage) { pageInfo { hasNextPage endCursor } edges { node { name directUrl } } }
  }
}`,
  data: z
    .object({
      artifact: z.object({
        files: z.object({
          pageInfo: z.object({ hasNextPage: z.boolean(), endCursor: z.string().nullish() }),
          edges: z.array(z.object({ node: z.object({ name: z.string(), directUrl: z.string() }) })),
        }),
      }),
    })
    .transform(({ artifact: { files } }) => ({
      files: files.edges.map(({ node }) => node),
      next: files.pageInfo.hasNextPage ? (files.pageInfo.endCursor ?? null) : null,
    })),
};

/** `wandb_manifest.json`, as far as a download needs it. */
export const manifestSchema = z.object({
  contents: z.record(
    z.string(),
    z.object({ digest: z.string(), size: z.number().nullish(), ref: z.string().nullish() }),
  ),
});

export type Manifest = z.infer<typeof manifestSchema>;
