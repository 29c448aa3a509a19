import * as z from 'zod';
import { sanitizeLine } from '../../../domain/text/sanitize.ts';
import type { TrackingError } from '../../../domain/tracking/types.ts';
import { safeFault } from './faults.ts';
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

export interface ChosenFile {
  readonly path: string;
  /** Base64 of its MD5. */
  readonly digest: string;
}

const DATA = /\.(jsonl|ndjson|csv|tsv|parquet|json)$/i;
const TABLE = /\.table\.json$/i;
/** A training file by its id at OpenAI, as the official integration names it: it has no ending. */
const FILE_ID = /^file-[A-Za-z0-9]+$/;
const MOST_NAMED = 20;
/** Characters of a path, or of an address, that are shown. */
const MOST_SHOWN = 200;

/**
 * The file of an artifact that is meant: the named one, or the only one that holds data. A table of W&B's counts where
 * there is nothing else, for it is mostly another view of the file beside it. Throws TrackingError.
 */
export function chooseFile({ contents }: Manifest, name: string, wanted: string | null): ChosenFile {
  const paths = Object.keys(contents).toSorted();
  const data = paths.filter((path) => isData(path) || paths.length === 1);
  const plain = data.filter((path) => !TABLE.test(path));
  const fitting = wanted !== null ? paths.filter((path) => path === wanted) : plain.length > 0 ? plain : data;
  const [path, ...others] = fitting;
  if (path === undefined || others.length > 0) throw unclear(name, wanted, others.length > 0 ? fitting : paths);
  const entry = contents[path];
  if (entry === undefined) throw unclear(name, wanted, paths);
  if (entry.ref) {
    throw safeFault(
      'not-found',
      `${shown(path)} of the artifact ${name} is a reference: W&B does not hold it.`,
      `Get it where it lies, ${shown(withoutQuery(entry.ref))}, and import that file.`,
    );
  }
  return { path, digest: entry.digest };
}

const isData = (path: string): boolean => DATA.test(path) || FILE_ID.test(path);

function unclear(name: string, wanted: string | null, paths: readonly string[]): TrackingError {
  const listed = paths.slice(0, MOST_NAMED).map(shown).join(', ') + (paths.length > MOST_NAMED ? ', …' : '');
  if (paths.length === 0) {
    return safeFault('not-found', `The artifact ${name} is empty.`, 'Choose another one, or another version.');
  }
  const problem =
    wanted !== null
      ? `The artifact ${name} has no file “${wanted}”.`
      : paths.some(isData)
        ? `The artifact ${name} has several files.`
        : `The artifact ${name} has no file of rows.`;
  return safeFault('not-found', problem, `Write #FILE after its name; there is: ${listed}.`);
}

/** Whoever made the artifact named it. */
function shown(name: string): string {
  const line = sanitizeLine(name);
  return line.length > MOST_SHOWN ? `${line.slice(0, MOST_SHOWN)}…` : line;
}

/** A reference may be signed: what signs it is a secret. */
const withoutQuery = (ref: string): string => ref.replace(/[?#].*$/s, '');
