import { z } from 'zod';
import type { RepoFile } from '../../domain/weights/hub-files.ts';
import { type HubModelName, isHubId } from '../../domain/weights/hub-names.ts';
import { type HubClient, HubFault } from './http.ts';

/** What the Hub says of a model at one commit. */
export interface ModelListing {
  /** As the Hub writes it: a model that was renamed has its new name. */
  readonly id: string;
  readonly commit: string;
  /** Such as apache-2.0; null where it names none. */
  readonly license: string | null;
  /** Whether terms must be accepted before its files are given. */
  readonly gated: boolean;
  readonly files: readonly RepoFile[];
}

const text = z.string();
const listingSchema = z.object({
  id: text.optional().catch(undefined),
  sha: text.regex(/^[0-9a-f]{40}$/),
  gated: z.union([z.boolean(), text]).catch(false).default(false),
  cardData: z
    .object({
      license: z
        .union([text, z.array(text)])
        .nullish()
        .catch(null),
      license_name: text.nullish().catch(null),
    })
    .nullish()
    .catch(null),
  tags: z.array(text).catch([]).default([]),
  siblings: z.array(
    z.object({
      rfilename: text,
      size: z.number().nonnegative().nullish(),
      blobId: text.nullish(),
      lfs: z.object({ sha256: text, size: z.number().nonnegative() }).nullish(),
    }),
  ),
});

/** Asks what a model consists of (huggingface.co/docs/hub/api: model info with the facts of its files). Throws HubFault. */
export async function lookUpModel(
  client: HubClient,
  endpoint: string,
  { id, revision }: HubModelName,
  signal?: AbortSignal,
): Promise<ModelListing> {
  const url = new URL(`${endpoint}/api/models/${id}/revision/${encodeURIComponent(revision ?? 'main')}`);
  url.searchParams.set('blobs', 'true');
  const listing = await client.json(url, listingSchema, revision === null ? id : `${id}@${revision}`, signal);
  return {
    id: listing.id !== undefined && isHubId(listing.id) ? listing.id : id,
    commit: listing.sha,
    license: licenseOf(listing),
    gated: listing.gated !== false,
    files: listing.siblings.map(({ rfilename, size, blobId, lfs }) => ({
      path: rfilename,
      size: lfs?.size ?? size ?? null,
      sha256: lfs?.sha256 ?? null,
      gitId: lfs ? null : (blobId ?? null),
    })),
  };
}

/** `other` has a name of its own, which says more. */
function licenseOf({ cardData, tags }: z.output<typeof listingSchema>): string | null {
  const named = cardData?.license;
  const license =
    (Array.isArray(named) ? named.join(', ') : named) ?? tags.find((tag) => tag.startsWith('license:'))?.slice(8);
  return (license === 'other' ? (cardData?.license_name ?? license) : license)?.slice(0, 80) ?? null;
}

/** Where a file of a model lies at a commit. */
export function modelFileUrl(endpoint: string, { id, commit }: Pick<ModelListing, 'id' | 'commit'>, path: string): URL {
  return new URL(`${endpoint}/${id}/resolve/${commit}/${path.split('/').map(encodeURIComponent).join('/')}`);
}

/** Throws HubFault for one whose size the Hub does not say: it could not be known to be whole. */
export function sizeOfFile(id: string, { path, size }: RepoFile): number {
  if (size !== null) return size;
  throw new HubFault('broken', `The Hub does not say how large ${path} of ${id} is.`, 'Try again later.');
}
