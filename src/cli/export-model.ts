import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import * as z from 'zod';
import { luthierHome } from '../domain/project/settings.ts';
import { askOffline, OfflineRefusal } from '../services/engine/offline.ts';
import { type GgufWay, ggufWay, LLAMA_CPP } from '../services/weights/gguf.ts';
import { type CommandContext, CommandFailure } from './context.ts';
import type { ExportTarget } from './export-targets.ts';
import { evaluationSections } from './model-evaluations.ts';

const exportedSchema = z.object({
  model: z.string(),
  path: z.string(),
  written: z.boolean(),
  files: z.array(z.object({ name: z.string(), size: z.number() })),
  command: z.array(z.string()).nullable(),
  findings: z.array(
    z.object({
      severity: z.enum(['error', 'warning', 'note']),
      code: z.string(),
      message: z.string(),
      fix: z.string(),
    }),
  ),
  base: z.object({ id: z.string(), path: z.string() }),
});

export interface ExportedModel extends z.output<typeof exportedSchema> {
  /** Null where llama.cpp has no way from what was written. */
  readonly gguf: (GgufWay & { readonly where: string }) | null;
}

export interface ExportWish {
  readonly model: string;
  readonly target: ExportTarget;
  readonly out: string;
  readonly force: boolean;
  /** Folders of bases. */
  readonly bases: readonly string[];
}

/** Has the engine write a model of its home. Throws CommandFailure. */
export async function exportFromEngine({ env, signal }: CommandContext, wish: ExportWish): Promise<ExportedModel> {
  const { model, target, force } = wish;
  const out = resolve(wish.out);
  const luthier = luthierHome(env, homedir());
  const home = join(luthier, 'engine');
  const evaluations = evaluationSections(luthier, model);
  const bases = wish.bases.map((base) => resolve(base));
  const request = { kind: 'export', home, bases, model, target, out, force, evaluations };
  const exported = await askOffline(request, exportedSchema, { env, signal }).catch((error: unknown) => {
    throw error instanceof OfflineRefusal ? new CommandFailure(error.message, '', error.next) : error;
  });
  return { ...exported, gguf: ggufOf(exported, target, env) };
}

function ggufOf(
  { path, written, base, files }: z.output<typeof exportedSchema>,
  target: ExportTarget,
  env: CommandContext['env'],
): ExportedModel['gguf'] {
  if (!written || target === 'ollama') return null;
  const kind = target === 'merged' || !files.some(({ name }) => name === 'adapter_config.json') ? 'merged' : 'adapter';
  const way = ggufWay(kind, { folder: path, base: base.path, out: `${path}.gguf` }, env);
  return { ...way, where: LLAMA_CPP };
}

/** A folder name for a model: `ft:org/base:luthier:suffix:tag` has characters that not every file system takes. */
export const folderName = (model: string): string => model.replace(/[^\w.-]+/g, '-').replace(/^-+|-+$/g, '');
