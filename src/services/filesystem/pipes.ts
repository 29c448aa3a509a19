import { mkdtemp, open, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { readBytes } from './bytes.ts';

/** A path that may be read as often as is wanted; what was made for it is gone when it is disposed of. */
export interface Rereadable extends AsyncDisposable {
  readonly path: string;
}

/** The file itself; of a pipe, which gives its bytes once, a private copy. Throws FileError, and the signal's reason. */
export async function rereadable(path: string, signal?: AbortSignal): Promise<Rereadable> {
  const isPipe = await stat(path).then(
    (found) => found.isFIFO(),
    () => false,
  );
  if (!isPipe) return { path, [Symbol.asyncDispose]: async () => {} };
  const folder = await mkdtemp(join(tmpdir(), 'luthier-pipe-'));
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true });
  try {
    const copy = join(folder, `pipe${extname(path)}`);
    const file = await open(copy, 'wx', 0o600);
    try {
      for await (const piece of readBytes(path, { signal, isReused: true })) await file.writeFile(piece);
    } finally {
      await file.close();
    }
    return { path: copy, [Symbol.asyncDispose]: remove };
  } catch (error) {
    await remove();
    throw error;
  }
}
