import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Server } from '../../../../../src/domain/weights/servers.ts';
import { namedBase } from '../../../../../src/engine/runners/weights/bases.ts';
import { createWeightsRunner } from '../../../../../src/engine/runners/weights/runner.ts';
import { startEngine, type TestEngine, tempHome } from '../../../support/engine.ts';

export type Mode = 'good' | 'held' | 'deaf' | 'killed' | 'dies' | 'nan' | 'long' | 'refuses';

/** A folder in the form of Hugging Face, of a base that the stand-in reads. */
export function standInBase(mode: Mode, name = 'toy'): string {
  const path = join(tempHome(), name);
  mkdirSync(path);
  const files = { 'config.json': '{}', 'tokenizer.json': '{}', 'model.safetensors': 'weights', mode };
  for (const [file, text] of Object.entries(files)) writeFileSync(join(path, file), text);
  return path;
}

/** A program that is called as a Python is and starts the stand-in. */
export function standInPython(): string {
  const path = join(tempHome(), 'python');
  const script = fileURLToPath(new URL('./stand-in.ts', import.meta.url));
  writeFileSync(path, `#!/bin/sh\nexec "${process.execPath}" "${script}" "$@"\n`);
  chmodSync(path, 0o755);
  return path;
}

export interface WeightsOptions {
  readonly mode: Mode;
  readonly base?: string;
  readonly home?: string;
  readonly python?: string;
  readonly serve?: () => Server;
  /** Hears what the person who runs the engine is told. */
  readonly tell?: (words: string) => void;
}

/** An engine whose one runner is the one of real weights, with the stand-in as its Python. */
export async function startWeights({
  mode,
  base = standInBase(mode),
  home = tempHome(),
  python = standInPython(),
  serve = () => 'transformers',
  tell = () => {},
}: WeightsOptions): Promise<TestEngine> {
  const runner = createWeightsRunner({
    python: () => ({ python, packages: '/nowhere' }),
    named: [namedBase(base)],
    home: '/nowhere',
    cache: '/nowhere',
    processes: 1,
    logs: join(home, 'logs'),
    serve,
    tell,
  });
  return startEngine({ home, runners: [runner] });
}
