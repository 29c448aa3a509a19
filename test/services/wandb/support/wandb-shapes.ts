import * as z from 'zod';

/** The variables of each operation, exactly; in the permissive form also what W&B's own client adds. */
export function shapesOf(permissive: boolean) {
  const object = <T extends z.ZodRawShape>(shape: T) => (permissive ? z.looseObject(shape) : z.strictObject(shape));
  const text = z.string().min(1);
  const orNull = z.string().min(1).nullable();
  const optional = permissive ? orNull.optional() : orNull;
  return {
    UpsertBucket: object({
      name: text.max(128).regex(/^[^:;,#?/']+$/),
      project: text,
      entity: orNull,
      displayName: optional,
      config: permissive ? z.string().nullable() : z.string(),
      host: optional,
      jobType: optional,
      tags: permissive ? z.array(z.string()).nullable() : z.array(z.string().min(1).max(64)),
    }),
    Viewer: object({}),
    RunResumeStatus: object({ project: text, entity: orNull, name: text }),
    CreateRunFiles: object({ entity: text, project: text, run: text, files: z.array(text).min(1) }),
    CreateArtifact: object({
      input: object({
        entityName: text,
        projectName: text,
        artifactTypeName: text,
        artifactCollectionName: text.max(128).regex(/^[\w.-]+$/),
        runName: orNull,
        digest: z.string().regex(/^[0-9a-f]{32}$/),
        digestAlgorithm: z.literal('MANIFEST_MD5'),
        description: orNull,
        aliases: permissive
          ? z.array(z.object({ artifactCollectionName: text, alias: text })).nullable()
          : z.array(z.strictObject({ artifactCollectionName: text, alias: text.regex(/^[^:/]+$/) })),
        metadata: orNull,
        enableDigestDeduplication: z.literal(true),
        clientID: z.string().length(128),
        sequenceClientID: z.string().length(128),
      }),
    }),
    CreateArtifactManifest: object({
      artifactID: text,
      baseArtifactID: orNull,
      name: z.literal('wandb_manifest.json'),
      digest: z.string(),
      entityName: text,
      projectName: text,
      runName: text,
      manifestType: z.literal('FULL'),
      includeUpload: z.boolean(),
    }),
    CreateArtifactFiles: object({
      artifactFiles: z.array(object({ artifactID: text, artifactManifestID: text, name: text, md5: text })).min(1),
      storageLayout: z.literal('V2'),
    }),
    CommitArtifact: object({ artifactID: text }),
    UseArtifact: object({ input: object({ artifactID: text, entityName: text, projectName: text, runName: text }) }),
    ArtifactMembershipByName: object({ entity: text, project: text, name: text }),
    ArtifactManifest: object({ artifact_id: text }),
    ArtifactFileURLs: object({ id: text, cursor: orNull, perPage: z.number().int().positive() }),
  };
}

type Shapes = ReturnType<typeof shapesOf>;
export type OperationName = keyof Shapes;
export type Variables<N extends OperationName> = z.infer<Shapes[N]>;

export const streamSchema = z.strictObject({
  files: z.exactOptional(
    z.record(
      z.string(),
      z.strictObject({ offset: z.number().int().nonnegative(), content: z.array(z.string()).min(1) }),
    ),
  ),
  uploaded: z.exactOptional(z.array(z.string()).min(1)),
  complete: z.exactOptional(z.literal(true)),
  exitcode: z.exactOptional(z.number().int()),
});

export const manifestSchema = z.strictObject({
  version: z.literal(1),
  storagePolicy: z.literal('wandb-storage-policy-v1'),
  storagePolicyConfig: z.strictObject({ storageLayout: z.literal('V2') }),
  contents: z.record(z.string(), z.looseObject({ digest: z.string(), size: z.number(), birthArtifactID: z.string() })),
});
