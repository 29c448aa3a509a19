import { existsSync } from 'node:fs';
import { withoutSecrets } from '../../../domain/common/environment.ts';
import { runnerPython } from '../../../domain/project/runner-home.ts';

/** The Python that has the runner's packages, and where the runner's own package lies. */
export interface RunnerPython {
  readonly python: string;
  /** Folder that holds `luthier_runner`. */
  readonly packages: string;
}

type Env = Readonly<Record<string, string | undefined>>;

/** `LUTHIER_PYTHON` names one; else it is the one that was installed. Null where there is neither. */
export function findPython(env: Env, home: string, packages: string): RunnerPython | null {
  const { python, named } = runnerPython(env, home, process.platform);
  return named || existsSync(python) ? { python, packages } : null;
}

/** What the runner is started with: no keys, no network, no bars, and idle threads that do not spin. */
export function runnerEnv(env: Env, { packages }: RunnerPython): Record<string, string> {
  return {
    OMP_WAIT_POLICY: 'PASSIVE',
    // Training needs nobody's keys, and never the network.
    ...withoutSecrets(env),
    PYTHONPATH: packages,
    PYTHONDONTWRITEBYTECODE: '1',
    HF_HUB_OFFLINE: '1',
    TQDM_DISABLE: '1',
    TOKENIZERS_PARALLELISM: 'false',
  };
}
