import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createEngineLauncher } from '../services/engine/launcher.ts';
import type { CommandContext } from './context.ts';

/**
 * Runs work in a data folder of its own, with an engine of its own, and leaves neither behind: a demonstration must
 * not touch anyone's projects. Nothing of the environment's keys is handed on.
 */
export async function inDemoFolder<T>(
  context: CommandContext,
  work: (context: CommandContext, folder: string) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'luthier-demo-'));
  const home = join(folder, 'home');
  const { OPENAI_API_KEY: _, ...rest } = context.env;
  try {
    return await work({ ...context, env: { ...rest, LUTHIER_HOME: home } }, folder);
  } finally {
    await createEngineLauncher({ home }).stop();
    await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
  }
}
