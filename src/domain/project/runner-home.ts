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

/** Names of variables that hold what only its owner may know. */
const SECRET = /KEY|TOKEN(?!IZERS)|SECRET|PASSW|CREDENTIAL/i;

/** What a program is started with that needs nobody's keys; `kept` names those it does need. */
export function withoutSecrets(env: Env, kept: RegExp | null = null): Record<string, string> {
  const left: Record<string, string> = {};
  for (const [name, value] of Object.entries(env)) {
    if (value !== undefined && (!SECRET.test(name) || kept?.test(name))) left[name] = value;
  }
  return left;
}
