import { homedir } from 'node:os';
import type { OpenSource } from '../app/runtime/ports.ts';
import type { ImportSource } from '../domain/importing/records.ts';
import { luthierHome } from '../domain/project/settings.ts';
import { createClock } from '../services/clock.ts';
import { createFileSystem, type LocalFileSystem } from '../services/filesystem/documents.ts';
import { absolutePath } from '../services/filesystem/paths.ts';
import { type Rereadable, rereadable } from '../services/filesystem/pipes.ts';
import { createSources } from '../services/huggingface/sources.ts';
import { type FileOptions, openFile } from '../services/readers/readers.ts';
import { refusingRecovery } from '../services/store/recovery.ts';
import type { CommandContext } from './context.ts';
import { sayUnnoted } from './outputs.ts';
import { openTracking } from './tracking.ts';

/** Files that are named on the command line, for commands that keep nothing else. */
export const openFileSystem = (context: Pick<CommandContext, 'env' | 'output'>): LocalFileSystem =>
  createFileSystem({ home: luthierHome(context.env, homedir()), onUnnoted: sayUnnoted(context) });

/** A file of the command line that is read more than once: a pipe is copied first. */
export const openInput = ({ signal }: Pick<CommandContext, 'signal'>, typed: string): Promise<Rereadable> =>
  rereadable(absolutePath(typed), signal);

/** Opens what `import` is to read. Throws ImportError. */
export async function openSource(
  { env, signal, connection }: CommandContext,
  source: ImportSource,
  options: FileOptions,
): Promise<OpenSource> {
  if (source.kind === 'file') return openFile(source.path, options, signal);
  const home = luthierHome(env, homedir());
  const sources = createSources({
    home,
    env,
    sleep: createClock().sleep,
    connection,
    artifactFile: async (path, options) =>
      (await openTracking({ env, connection }, { home, recovery: refusingRecovery })).artifactFile(path, options),
  });
  return sources.open(source, { signal });
}
