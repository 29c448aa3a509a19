import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TestContext } from 'vitest';

// For tests with real weights: where no Python has the packages they are skipped, and say why.

/** The folder that holds the runner's package. */
export const PACKAGES = fileURLToPath(new URL('../../../../../runner', import.meta.url));

export const python = process.env.LUTHIER_PYTHON ?? '';

export const hasModule = (module: string): boolean =>
  spawnSync(python, ['-c', `import importlib.util as u; exit(u.find_spec("${module}") is None)`]).status === 0;

function missing(): string | null {
  if (!existsSync(join(PACKAGES, 'luthier_runner'))) return 'the runner’s package is not in this checkout';
  if (python === '') return 'LUTHIER_PYTHON names no Python with the runner’s packages';
  return hasModule('trl') && hasModule('peft') ? null : `${python} lacks the runner’s packages`;
}

/** Why such a test cannot run here; null where it can. */
export const noPython = missing();

export const needsPython = ({ skip }: TestContext): void => {
  if (noPython !== null) skip(noPython);
};

/** Makes a base of 0.2 million parameters, as they were drawn, in the folder `path`; its tokenizer is of these texts. */
export function makeTinyBase(path: string, texts: readonly string[]): void {
  const csv = `${path}.csv`;
  writeFileSync(csv, `text,category\n${texts.map((text) => `${text},yes indeed\n`).join('')}`);
  const args = ['-P', '-m', 'luthier_runner.tiny_base', path, '--csv', csv, '--steps', '0'];
  execFileSync(python, args, { env: { ...process.env, PYTHONPATH: PACKAGES }, stdio: 'ignore' });
}
