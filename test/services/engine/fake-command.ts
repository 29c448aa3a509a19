import { fileURLToPath } from 'node:url';
import type { EngineCommand } from '../../../src/services/engine/launcher.ts';

const SCRIPT = fileURLToPath(new URL('fake-engine.process.ts', import.meta.url));

export function fakeCommand(starts: string, mode: 'ok' | 'fail' | 'silent' = 'ok', version = '1'): EngineCommand {
  return { argv: [process.execPath, SCRIPT, starts, mode], version };
}
