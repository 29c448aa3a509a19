import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** The Python that has the runner's packages, and where the runner's own package lies. */
export interface RunnerPython {
  readonly python: string;
  /** Folder that holds `luthier_runner`. */
  readonly packages: string;
}

type Env = Readonly<Record<string, string | undefined>>;

/** Where `luthier runner install` puts the runner's Python: a virtual environment of its own. */
export const installFolder = (home: string): string => join(home, 'runner');

/** `LUTHIER_PYTHON` names one; else it is the one that was installed. Null where there is neither. */
export function findPython(env: Env, home: string, packages: string): RunnerPython | null {
  const named = env.LUTHIER_PYTHON?.trim();
  if (named) return { python: named, packages };
  const installed =
    process.platform === 'win32'
      ? join(installFolder(home), 'Scripts', 'python.exe')
      : join(installFolder(home), 'bin', 'python');
  return existsSync(installed) ? { python: installed, packages } : null;
}

/** Names of variables that hold what only its owner may know: training needs none of them, and never the network. */
const SECRET = /KEY|TOKEN(?!IZERS)|SECRET|PASSW|CREDENTIAL/i;

/** What the runner is started with: no keys, no network, no bars, and idle threads that do not spin. */
export function runnerEnv(env: Env, { packages }: RunnerPython): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const [name, value] of Object.entries(env)) {
    if (value !== undefined && !SECRET.test(name)) kept[name] = value;
  }
  return {
    OMP_WAIT_POLICY: 'PASSIVE',
    ...kept,
    PYTHONPATH: packages,
    PYTHONDONTWRITEBYTECODE: '1',
    HF_HUB_OFFLINE: '1',
    TQDM_DISABLE: '1',
    TOKENIZERS_PARALLELISM: 'false',
  };
}
