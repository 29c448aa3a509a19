import type { Json } from './types.ts';

/** A run as its log tells it: what was written, read back for an upload. */
export interface RunLog {
  readonly run: LoggedRun;
  /** Rows as they are streamed: JSON with `_step`, `_timestamp` and `_runtime`. */
  readonly history: readonly string[];
  readonly events: readonly string[];
  readonly output: readonly string[];
  readonly summary: Readonly<Record<string, Json>>;
  /** Relative to the folder `files` beside the log, with forward slashes. */
  readonly files: readonly string[];
  readonly artifacts: readonly LoggedArtifact[];
  /** Null while the run goes on. */
  readonly exitCode: number | null;
  /** Where reading stopped before the end, and why; null for a log that is whole. */
  readonly cut: { readonly at: number; readonly why: string } | null;
}

export interface LoggedRun {
  readonly id: string;
  /** Empty where the account's default is meant. */
  readonly entity: string;
  readonly project: string;
  readonly displayName: string;
  readonly jobType: string;
  readonly tags: readonly string[];
  readonly host: string;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  /** By key; under `_wandb` what W&B itself reads. */
  readonly config: Readonly<Record<string, Json>>;
}

export interface LoggedArtifact {
  readonly name: string;
  readonly type: string;
  /** Of its content: see `artifactDigest`. */
  readonly digest: string;
  readonly description: string;
  /** JSON. */
  readonly metadata: string;
  readonly aliases: readonly string[];
  /** The run is told to use it once it is there. */
  readonly useAfterCommit: boolean;
  /** 128 characters each: the version's, and the one all versions share. */
  readonly clientId: string;
  readonly sequenceClientId: string;
  readonly entries: readonly LoggedEntry[];
}

export interface LoggedEntry {
  readonly path: string;
  /** See `contentDigest`. */
  readonly digest: string;
  readonly bytes: number;
  /** Where the file lies on this machine, absolute. */
  readonly localPath: string;
}
