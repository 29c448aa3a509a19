import { createHash } from 'node:crypto';

export interface ServedRun {
  readonly entity: string;
  readonly project: string;
  readonly id: string;
  displayName: string | null;
  jobType: string | null;
  host: string | null;
  tags: readonly string[];
  /** By key, `{ value }`. */
  config: Readonly<Record<string, unknown>>;
  readonly lines: Record<'wandb-history.jsonl' | 'wandb-events.jsonl' | 'output.log', string[]>;
  summary: string | null;
  readonly files: Map<string, Buffer>;
  readonly uploaded: Set<string>;
  exitCode: number | null;
  heartbeats: number;
}

export interface ServedArtifact {
  readonly id: string;
  readonly entity: string;
  readonly project: string;
  readonly name: string;
  readonly type: string;
  readonly digest: string;
  readonly description: string | null;
  readonly metadata: string | null;
  readonly clientId: string;
  readonly sequenceClientId: string;
  /** Of the run that made it. */
  readonly runName: string | null;
  state: 'PENDING' | 'COMMITTED';
  version: number | null;
  /** Asked for; given once it is committed. */
  readonly wanted: Set<string>;
  readonly aliases: Set<string>;
  /** Its digest by path, and whether the content is there. */
  readonly files: Map<string, { readonly md5: string; there: boolean }>;
  manifestDigest: string | null;
  manifest: string | null;
}

export interface Edge {
  readonly run: string;
  readonly artifact: string;
}

export interface Asked {
  /** `UpsertBucket`, `file_stream`, `put` or `get`. */
  readonly route: string;
  readonly url: string;
  readonly authorized: boolean;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

export interface WandbState {
  readonly runs: Map<string, ServedRun>;
  readonly artifacts: ServedArtifact[];
  /** Artifacts that runs were told to use. */
  readonly inputs: Edge[];
  /** By MD5 in base64. */
  readonly blobs: Map<string, Buffer>;
  readonly asked: Asked[];
  readonly faults: string[];
}

export const emptyState = (): WandbState => ({
  runs: new Map(),
  artifacts: [],
  inputs: [],
  blobs: new Map(),
  asked: [],
  faults: [],
});

export const runKey = (entity: string, project: string, id: string): string => `${entity}/${project}/${id}`;

export const md5Of = (bytes: Uint8Array | string): string => createHash('md5').update(bytes).digest('base64');

/** What someone would see of W&B, without the ids it gave and what was asked: equal after equal uploads. */
export function visibleState({ runs, artifacts, inputs }: WandbState): unknown {
  const nameOf = (id: string): string => {
    const artifact = artifacts.find((each) => each.id === id);
    return `${artifact?.name}:v${artifact?.version}`;
  };
  return {
    runs: [...runs.entries()].map(([key, { heartbeats: _, ...run }]) => [
      key,
      { ...run, files: [...run.files].map(([path, bytes]) => [path, md5Of(bytes)]), uploaded: [...run.uploaded] },
    ]),
    artifacts: artifacts
      .filter(({ state }) => state === 'COMMITTED')
      .map(({ id, manifest, aliases, files, wanted: _, ...artifact }) => ({
        ...artifact,
        aliases: [...aliases].toSorted(),
        files: [...files],
        manifest: manifest?.replaceAll(id, 'ID'),
      })),
    inputs: inputs.map(({ run, artifact }) => `${run} < ${nameOf(artifact)}`),
  };
}
