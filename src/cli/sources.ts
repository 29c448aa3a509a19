import { homedir } from 'node:os';
import type { OpenSource } from '../app/runtime/source-ports.ts';
import type { ImportSource } from '../domain/importing/records.ts';
import { luthierHome } from '../domain/project/settings.ts';
import { createClock } from '../services/clock.ts';
import { createSources } from '../services/huggingface/sources.ts';
import { type FileOptions, openFile } from '../services/readers/readers.ts';
import { refusingRecovery } from '../services/store/recovery.ts';
import type { CommandContext } from './context.ts';
import { openTracking } from './tracking.ts';

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
    artifactFile: (path, options) =>
      openTracking({ env, connection }, { home, recovery: refusingRecovery }).artifactFile(path, options),
  });
  return sources.open(source, { signal });
}
