import * as z from 'zod';
import { withoutSecrets } from '../../domain/common/environment.ts';
import { parseJson } from '../../domain/common/json.ts';
import { type Env, onPath, RunnerFault, runProgram } from './programs.ts';

/** The Python an environment is made of, and what makes it. */
export interface BasePython {
  readonly python: string;
  /** Such as 3.12. */
  readonly version: string;
  /** Null where Python makes it by its own venv module. */
  readonly uv: string | null;
}

/** What a person has as `python3` comes first; then versions that others are likely to have built packages for. */
const NAMES = ['python3', 'python3.12', 'python3.13', 'python3.11', 'python3.14', 'python'] as const;
const LOOK =
  'import importlib.util as u, json, sys; ' +
  "print(json.dumps({'version': list(sys.version_info[:2]), 'venv': bool(u.find_spec('venv') and u.find_spec('ensurepip'))}))";
const lookSchema = z.object({ version: z.tuple([z.number(), z.number()]), venv: z.boolean() });

/**
 * Finds a Python that is new enough: LUTHIER_RUNNER_BASE_PYTHON alone where it is set, else one on PATH. One that can make an
 * environment by itself goes before one that needs uv. Throws RunnerFault where there is none.
 */
export async function findBasePython(env: Env, oldest: string, signal: AbortSignal): Promise<BasePython> {
  const named = env.LUTHIER_RUNNER_BASE_PYTHON?.trim();
  const uv = onPath('uv', env);
  const [, least = 0] = oldest.split('.').map(Number);
  const old: string[] = [];
  const fitting: { readonly python: string; readonly version: string; readonly venv: boolean }[] = [];
  for (const python of named ? [named] : NAMES.flatMap((name) => onPath(name, env) ?? [])) {
    const seen = await look(python, env, signal);
    if (!seen.success) {
      if (named)
        throw new RunnerFault(`LUTHIER_RUNNER_BASE_PYTHON names ${named}, which is no Python.`, ADVICE(oldest));
      continue;
    }
    const { version, venv } = seen.data;
    const [major, minor] = version;
    const found = { python, version: version.join('.'), venv };
    if (major !== 3 || minor < least) old.push(`${python} is ${found.version}`);
    else if (venv) return { python, version: found.version, uv: null };
    else fitting.push(found);
  }
  const [first] = fitting;
  if (first !== undefined) return byUv(first, uv);
  const tooOld = old.length === 0 ? '' : `: ${old.join(', ')}`;
  throw new RunnerFault(`There is no Python ${oldest} or newer${tooOld}.`, ADVICE(oldest));
}

const ADVICE = (oldest: string): string =>
  `Install Python ${oldest} or newer, or name one in LUTHIER_RUNNER_BASE_PYTHON, such as /usr/bin/python3.`;

async function look(python: string, env: Env, signal: AbortSignal) {
  const { said } = await runProgram(python, ['-c', LOOK], { env: withoutSecrets(env), signal });
  signal.throwIfAborted();
  return lookSchema.safeParse(parseJson(said.at(-1) ?? ''));
}

function byUv({ python, version }: Pick<BasePython, 'python' | 'version'>, uv: string | null): BasePython {
  if (uv !== null) return { python, version, uv };
  throw new RunnerFault(
    `${python} (Python ${version}) lacks its venv module, and there is no uv.`,
    `On Debian and Ubuntu: apt install python${version}-venv. Or install uv.`,
  );
}
