import { readdir, rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';

/** Where a run's tables and artifacts lie; nothing else in its folder is ours to remove. */
const STAGED = ['artifacts', join('files', 'media', 'table')];

/** Removes staged files that no log names any more, and the folders that leaves empty. */
export async function sweep(folder: string, keep: ReadonlySet<string>): Promise<void> {
  for (const place of STAGED) await sweepFolder(join(folder, place), keep);
}

async function sweepFolder(folder: string, keep: ReadonlySet<string>): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true }).catch(() => [])) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) await sweepFolder(path, keep);
    else if (!keep.has(path)) await rm(path, { force: true });
  }
  // Fails for a folder that still holds something, which is then the right thing.
  await rmdir(folder).catch(() => undefined);
}
