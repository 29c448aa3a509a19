import { createHash } from 'node:crypto';

/**
 * W&B's digests, as wandb/sdk/artifacts and core/pkg/artifacts compute them. Equal content has equal digests, which is
 * how W&B tells that an artifact is no new version.
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
