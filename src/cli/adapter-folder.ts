import { existsSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';
import * as z from 'zod';
import type { DeploymentParts } from '../domain/deployment/types.ts';
import { luthierHome } from '../domain/project/settings.ts';
import { readObject } from '../domain/weights/base-folder.ts';
import { askOffline, OfflineRefusal } from '../services/engine/offline.ts';
import { disk } from '../services/weights/disk.ts';
import { type CommandContext, CommandFailure } from './context.ts';

const locatedSchema = z.object({
  model: z.string(),
  path: z.string(),
  base: z.string(),
  weights: z.enum(['adapter', 'full']),
});

/** A folder that a person names, absolute; null for a name that is none. One on another machine has a path from its root. */
export function namedFolder(target: string): string | null {
  const path = resolve(target);
  const here = statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
  return here || isAbsolute(target) ? path : null;
}

/**
 * What a server that loads adapters from folders is told of a model: `folder`, and `rank`, `base`, `model` and `here` where they are known. Null for
 * what is neither a folder nor a tuned model of this machine's engine. Throws CommandFailure for a model that is no adapter.
 */
export async function adapterParts({ env, signal }: CommandContext, target: string): Promise<DeploymentParts | null> {
  const named = namedFolder(target);
  if (named !== null) return partsOf(named, {});
  const home = join(luthierHome(env, homedir()), 'engine');
  if (!existsSync(home)) return null;
  const request = { kind: 'locate', home, bases: [], model: target };
  const located = await askOffline(request, locatedSchema, { env, signal }).catch((error: unknown) => {
    if (error instanceof OfflineRefusal) return null;
    throw error;
  });
  if (located === null) return null;
  if (located.weights === 'full')
    throw new CommandFailure(
      `${located.model} is a whole model and no adapter: vLLM is started with it.`,
      'Nothing was made.',
      `vllm serve ${located.path}`,
    );
  return partsOf(located.path, { base: located.base, model: located.model });
}

function partsOf(folder: string, known: DeploymentParts): DeploymentParts {
  const config = readObject(disk, join(folder, 'adapter_config.json'));
  if (existsSync(folder) && config === null)
    throw new CommandFailure(
      `${folder} has no adapter_config.json: it is no adapter.`,
      'Nothing was made.',
      '`luthier models export MODEL --to vllm` writes one.',
    );
  return {
    folder,
    here: config === null ? 'no' : 'yes',
    ...(typeof config?.r === 'number' ? { rank: String(config.r) } : {}),
    ...known,
  };
}
