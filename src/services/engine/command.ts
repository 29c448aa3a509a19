import { readFileSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';

export interface EngineCommand {
  /** The program and its arguments, up to and including the word that makes it an engine. */
  readonly argv: readonly [string, ...string[]];
  /** Changes when the program does, so that an engine left over from before an update is not used. */
  readonly version: string;
}

const manifestSchema = z.object({ version: z.string() });

/** This same Luthier as an engine: the bundle lies in `dist/`, the source three folders down, both under the root. */
export function ownEngineCommand(self: string = import.meta.url): EngineCommand {
  const root = new URL(self.endsWith('.ts') ? '../../../' : '../', self);
  const at = (path: string) => fileURLToPath(new URL(path, root));
  const { version } = manifestSchema.parse(JSON.parse(readFileSync(at('package.json'), 'utf8')));
  const built = statSync(at('dist/engine.js'), { throwIfNoEntry: false })?.mtimeMs ?? 0;
  return { argv: [process.execPath, at('bin/luthier.js'), 'engine'], version: `${version}+${Math.round(built)}` };
}
