import * as z from 'zod';
import { withoutSecrets } from '../../domain/common/environment.ts';
import { parseJson } from '../../domain/common/json.ts';
import { type Env, RunnerFault, runProgram } from './programs.ts';

const sizeSchema = z.number().nullable();

/** What the runner's `probe` command says of the Python it runs in (docs/runner-protocol.md); sizes are bytes. */
const probeSchema = z.object({
  kind: z.literal('probe'),
  versions: z.record(z.string(), z.string().nullable()),
  missing: z.array(z.object({ package: z.string(), wanted: z.string(), found: z.string().nullable() })),
  devices: z.array(
    z.object({ device: z.string(), name: z.string().nullable(), memory: sizeSchema, precisions: z.array(z.string()) }),
  ),
  device: z.string().nullable(),
  cores: z.number().nullable(),
  memory: z.object({ total: sizeSchema }),
});
export type Probe = Omit<z.infer<typeof probeSchema>, 'kind'>;

/** Whether it can train and answer: every package is there, and torch computes on something. */
export const canRun = ({ missing, device }: Probe): boolean => missing.length === 0 && device !== null;

/** What is in the way, in words; null where nothing is. */
export function obstacle({ missing, device }: Probe): string | null {
  if (missing.length > 0) {
    const each = missing.map(({ package: name, wanted, found }) => `${name} ${wanted} (${found ?? 'none'} is there)`);
    return `Packages are missing or of another version: ${each.join(', ')}.`;
  }
  return device === null ? 'PyTorch is there and cannot be loaded.' : null;
}

/** Asks `python` what it has. `packages` is the folder that holds `luthier_runner`. Throws RunnerFault where it cannot say. */
export async function probeRunner(
  python: string,
  packages: string,
  { env, signal }: { readonly env: Env; readonly signal: AbortSignal },
): Promise<Probe> {
  const { code, said } = await runProgram(python, ['-P', '-m', 'luthier_runner', 'probe'], {
    env: { ...withoutSecrets(env), PYTHONPATH: packages, PYTHONDONTWRITEBYTECODE: '1' },
    signal,
  });
  signal.throwIfAborted();
  for (const line of said) {
    const seen = probeSchema.safeParse(parseJson(line));
    if (seen.success) return seen.data;
  }
  const how = code === null ? 'could not be run' : `ended with exit code ${code}`;
  throw new RunnerFault(
    `${python} ${how}: ${said.findLast((line) => line.trim() !== '') ?? 'it said nothing'}`,
    'Install the runner again: luthier runner install; or name another Python in LUTHIER_PYTHON.',
  );
}
