import * as z from 'zod';
import type { RemoteFile } from '../../domain/provider/provider.ts';

/** Seconds since the epoch; some servers write ISO dates. 0 when it is neither. */
export const seconds = z
  .union([z.number(), z.string().transform((text) => Math.floor(Date.parse(text) / 1000))])
  .nullish()
  .catch(null)
  .transform((value) => (value === null || value === undefined || Number.isNaN(value) ? null : value));

const file = z.object({
  id: z.string().min(1),
  filename: z.string().catch(''),
  bytes: z.number().catch(0),
  purpose: z.string().catch(''),
  created_at: seconds,
  status: z.string().nullish().catch(null),
  status_details: z.string().nullish().catch(null),
});

export interface ParsedFile {
  readonly file: RemoteFile;
  /** Why the server could not use it; null when it said nothing. */
  readonly details: string | null;
}

/** Throws ZodError for what has no id. */
export function parseFile(raw: unknown): ParsedFile {
  const { id, filename, bytes, purpose, created_at, status, status_details } = file.parse(raw);
  return {
    file: { id, filename, bytes, purpose, createdAt: created_at ?? 0, status: status ?? null },
    details: status_details || null,
  };
}

export function parseFileOrNull(raw: unknown): RemoteFile | null {
  const parsed = file.safeParse(raw);
  return parsed.success ? parseFile(raw).file : null;
}
