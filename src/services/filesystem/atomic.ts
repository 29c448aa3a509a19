import { randomBytes } from 'node:crypto';
import { chmod, mkdir, open, realpath, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

export type Chunks = string | Iterable<string> | AsyncIterable<string>;

/** Characters gathered before they are written: few system calls, little memory. */
const BUFFER = 64 * 1024;

/**
 * Writes beside `path` and renames: whoever reads finds the old text or the whole new one, and when a chunk throws
 * the old one stays. A link is followed, and a file that is replaced keeps its mode.
 */
export async function writeAtomically(path: string, chunks: Chunks): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const target = await realpath(path).catch(() => path);
  const before = await stat(target).catch(() => null);
  const draft = join(dirname(target), `.${basename(target)}.${randomBytes(6).toString('hex')}.tmp`);
  try {
    await writeDraft(draft, typeof chunks === 'string' ? [chunks] : chunks);
    if (before !== null) await chmod(draft, before.mode & 0o777);
    await rename(draft, target);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}

async function writeDraft(path: string, chunks: Iterable<string> | AsyncIterable<string>): Promise<void> {
  const file = await open(path, 'wx');
  try {
    let gathered = '';
    for await (const chunk of chunks) {
      gathered += chunk;
      if (gathered.length < BUFFER) continue;
      // A pair of surrogates that two chunks share is one character, and is written as one.
      const end = gathered.length - (/[\uD800-\uDBFF]$/.test(gathered) ? 1 : 0);
      await file.writeFile(gathered.slice(0, end));
      gathered = gathered.slice(end);
    }
    await file.writeFile(gathered);
    await file.sync();
  } finally {
    await file.close();
  }
}
