import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { parseJson } from '../../domain/common/json.ts';
import { writePrivateFile } from '../filesystem/private-files.ts';

/** What of a run is at MLflow, as far as MLflow acknowledged it. Holds no key. */
const stateSchema = z.object({
  version: z.literal(1),
  /** Address and experiment it was sent to. */
  baseUrl: z.string(),
  experiment: z.string(),
  /** As MLflow names them; null before it has answered. */
  place: z.object({ experimentId: z.string(), runId: z.string() }).nullable(),
  /** By metric: how many of its points are there, and what tells them from others. */
  points: z.record(z.string(), z.object({ sent: z.number(), digest: z.string() })),
  /** Metrics of a batch that was sent and not acknowledged: the server is asked which of their points it has. */
  open: z.array(z.string()),
  /** SHA-256 by path. */
  files: z.record(z.string(), z.string()),
  /** The version of the run of which everything is there; null while something is missing. */
  complete: z.string().nullable(),
});

export type SyncState = z.infer<typeof stateSchema>;

const SYNC_FILE = 'luthier-sync.json';

/** Null where nothing was sent yet, and for what cannot be read: the server is asked what it has. */
export function readSyncState(folder: string): SyncState | null {
  try {
    const read = stateSchema.safeParse(parseJson(readFileSync(join(folder, SYNC_FILE), 'utf8')));
    return read.success ? read.data : null;
  } catch {
    return null;
  }
}

/** On disk before it returns. */
export const writeSyncState = (folder: string, state: SyncState): void =>
  writePrivateFile(join(folder, SYNC_FILE), JSON.stringify(state));

export const freshState = (baseUrl: string, experiment: string): SyncState => ({
  version: 1,
  baseUrl,
  experiment,
  place: null,
  points: {},
  open: [],
  files: {},
  complete: null,
});
