import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import * as z from 'zod';
import { luthierHome } from '../domain/project/settings.ts';
import type { TrainingMethod } from '../domain/training/types.ts';
import { askOffline, OfflineRefusal } from '../services/engine/offline.ts';
import { type CommandContext, CommandFailure } from './context.ts';

const writtenSchema = z.object({
  path: z.string(),
  base: z.object({ id: z.string(), revision: z.string().nullable() }),
  examples: z.number(),
  hyperparameters: z.record(z.string(), z.unknown()),
  measured: z.boolean(),
});

const importedSchema = z.object({
  job: z.string(),
  model: z.string(),
  already: z.boolean(),
  edited: z.array(z.string()),
  base: z.string(),
  callable: z.boolean(),
  checkpoints: z.number(),
  steps: z.number(),
});

/** A job that is to run elsewhere: one of the engine's, or what a training file would become. */
export type ScriptSource =
  | { readonly kind: 'job'; readonly id: string }
  | {
      readonly kind: 'file';
      readonly training: string;
      readonly validation: string | null;
      readonly model: string;
      readonly method: TrainingMethod;
      readonly seed: number | null;
      readonly suffix: string | null;
      /** By the API's names. */
      readonly hyperparameters: Readonly<Record<string, unknown>>;
    };

export interface ScriptWish {
  readonly launcher: string;
  readonly processes: number;
  readonly nodes: number;
  readonly out: string;
  readonly force: boolean;
  /** Folders of bases. */
  readonly bases: readonly string[];
  readonly source: ScriptSource;
}

/** Has the engine write a folder that trains where Luthier is not. Throws CommandFailure. */
export const writeScript = (context: CommandContext, { bases, out, ...wish }: ScriptWish) =>
  ask(
    context,
    { kind: 'script', ...wish, out: resolve(out), bases: bases.map((base) => resolve(base)) },
    writtenSchema,
  );

/** Has the engine make a job of what ran elsewhere. Throws CommandFailure. */
export const importRun = (context: CommandContext, folder: string, bases: readonly string[]) =>
  ask(context, { kind: 'import', folder: resolve(folder), bases: bases.map((base) => resolve(base)) }, importedSchema);

async function ask<T>({ env, signal }: CommandContext, request: object, schema: z.ZodType<T>): Promise<T> {
  const home = join(luthierHome(env, homedir()), 'engine');
  try {
    return await askOffline({ home, ...request }, schema, { env, signal });
  } catch (error) {
    throw error instanceof OfflineRefusal ? new CommandFailure(error.message, '', error.next) : error;
  }
}
