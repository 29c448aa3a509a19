import { join } from 'node:path';

type Env = Readonly<Record<string, string | undefined>>;

/** Where `luthier runner install` puts the runner's Python below Luthier's home: a virtual environment of its own. */
export const runnerFolder = (home: string): string => join(home, 'runner');

/** The Python of the virtual environment in `folder`. */
export const pythonIn = (folder: string, platform: NodeJS.Platform): string =>
  platform === 'win32' ? join(folder, 'Scripts', 'python.exe') : join(folder, 'bin', 'python');

/** The Python real weights run in: `LUTHIER_PYTHON` where it names one, else the installed one, which may not be there. */
export function runnerPython(env: Env, home: string, platform: NodeJS.Platform) {
  const named = env.LUTHIER_PYTHON?.trim();
  return named ? { python: named, named: true } : { python: pythonIn(runnerFolder(home), platform), named: false };
}
