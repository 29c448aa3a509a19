import { createHash } from 'node:crypto';
import type { Json } from '../common/json.ts';

/**
 * W&B's digests, as wandb/sdk/artifacts and core/pkg/artifacts compute them. Equal content has equal digests, which is
 * how W&B knows that an artifact is no new version.
 */

/** Of a file's bytes: base64 of their MD5. Fed piece by piece. */
interface ContentDigest {
  update(piece: string | Uint8Array): void;
  /** Once, at the end. */
  digest(): string;
}

export function contentDigest(): ContentDigest {
  const hash = createHash('md5');
  return {
    update: (piece) => {
      hash.update(piece);
    },
    digest: () => hash.digest('base64'),
  };
}

/** Of an artifact: hexadecimal MD5 of a heading and a line for each entry, by path in the order of its bytes. */
export function artifactDigest(entries: readonly { readonly path: string; readonly digest: string }[]): string {
  const hash = createHash('md5').update('wandb-artifact-manifest-v1\n');
  const sorted = entries.toSorted((a, b) => Buffer.compare(Buffer.from(a.path), Buffer.from(b.path)));
  for (const { path, digest } of sorted) hash.update(`${path}:${digest}\n`);
  return hash.digest('hex');
}

/**
 * The 128 characters by which a client names an artifact before the server has. W&B draws them; ours follow from what
 * they name, so that an upload that is begun again names the same thing.
 */
export function clientId(...names: readonly string[]): string {
  return createHash('sha512').update(JSON.stringify(names)).digest('hex');
}

/** A run as its log has it: what was written, read back for an upload. */
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
  /** Whether the run uses it as an input once it is there. */
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
