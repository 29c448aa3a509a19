import { mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { luthierHome } from '../../domain/project/settings.ts';
import { FileError, unwritten } from '../../domain/text/file-faults.ts';
import { hubCache } from '../../domain/weights/model-places.ts';
import { ModelUnavailable } from '../runners/types.ts';
import { findBases, namedBases } from '../runners/weights/bases.ts';
import { findPython, type RunnerPython } from '../runners/weights/python.ts';
import { openStore } from '../storage/store.ts';
import { exportModel } from './export-model.ts';
import { importRun } from './import-run.ts';
import { OfflineFault, type OfflineRequest, offlineRequest } from './requests.ts';
import { locateModel } from './tuned-model.ts';
import { writeScript } from './write-script.ts';

type Env = Readonly<Record<string, string | undefined>>;

/**
 * `luthier engine offline`: does one thing to an engine's home, which running engines may share, and says what came of it in
 * a last line `done` or `failed`. Commands start it; it serves nobody, so that no path of theirs goes over HTTP.
 */
export async function offline(
  asked: string,
  packages: string,
  env: Env,
  say: (line: object) => void,
  signal: AbortSignal,
): Promise<0 | 1> {
  try {
    const request = offlineRequest.parse(JSON.parse(asked));
    say({ ...(await perform(request, packages, env, signal)), kind: 'done' });
    return 0;
  } catch (error) {
    say({ kind: 'failed', ...inWords(error) });
    return 1;
  }
}

/** What a person can do something about; anything else is thrown on. */
function inWords(error: unknown): { readonly message: string; readonly next: string } {
  if (error instanceof OfflineFault) return { message: error.message, next: error.next };
  if (error instanceof ModelUnavailable) return { message: error.message, next: '' };
  const path = error instanceof Error && 'path' in error ? String(error.path) : '';
  const named = unwritten(path, error);
  if (path !== '' && named instanceof FileError) return { message: named.message, next: named.next };
  throw error;
}

async function perform(request: OfflineRequest, packages: string, env: Env, signal: AbortSignal): Promise<object> {
  const home = luthierHome(env, homedir());
  const store = openStore(request.home);
  const logs = join(request.home, 'logs');
  mkdirSync(logs, { recursive: true, mode: 0o700 });
  const setup = {
    store,
    bases: findBases(namedBases(request.bases), { home, cache: hubCache(env, homedir()) }, { everything: true }),
    packages,
    python: () => pythonOf(env, home, packages),
    log: join(logs, 'offline.log'),
  };
  try {
    if (request.kind === 'locate') return locateModel(store, request.model);
    if (request.kind === 'export') return await exportModel(setup, request, signal);
    return request.kind === 'script' ? await writeScript(setup, request) : await importRun(setup, request, signal);
  } finally {
    store.close();
  }
}

function pythonOf(env: Env, home: string, packages: string): RunnerPython {
  const found = findPython(env, home, packages);
  if (found !== null) return found;
  const fix = 'Run luthier runner install, or set LUTHIER_PYTHON to a Python that has its packages.';
  throw new OfflineFault('The runner of real weights is not installed.', fix);
}
