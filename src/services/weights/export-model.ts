import { homedir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';
import { luthierHome } from '../../domain/project/settings.ts';
import type { ExportTarget } from '../../domain/weights/export-targets.ts';
import { askOffline } from '../engine/offline.ts';
import { absolutePath } from '../filesystem/paths.ts';
import { type GgufWay, ggufWay, LLAMA_CPP } from './gguf.ts';
import type { Env } from './programs.ts';

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
  /** A tuned model, a checkpoint, or the job that made one. */
  readonly model: string;
  readonly target: ExportTarget;
  readonly out: string;
  /** Whether an earlier export there may go. */
  readonly force: boolean;
  /** Folders of bases. */
  readonly bases: readonly string[];
  /** What evaluations found, as Markdown for the card; empty where there were none. */
  readonly evaluations: string;
}

/** Has the engine write a model of its home as other programs take it. Throws OfflineRefusal, and the signal's reason. */
export async function exportTunedModel(wish: ExportWish, env: Env, signal: AbortSignal): Promise<ExportedModel> {
  const { model, target, force, evaluations } = wish;
  const home = join(luthierHome(env, homedir()), 'engine');
  const out = absolutePath(wish.out);
  const bases = wish.bases.map(absolutePath);
  const request = { kind: 'export', home, bases, model, target, out, force, evaluations };
  const exported = await askOffline(request, exportedSchema, { env, signal });
  return { ...exported, gguf: ggufOf(exported, target, env) };
}

function ggufOf(
  { path, written, base, files }: z.output<typeof exportedSchema>,
  target: ExportTarget,
  env: Env,
): ExportedModel['gguf'] {
  if (!written || target === 'ollama') return null;
  const kind = target === 'merged' || !files.some(({ name }) => name === 'adapter_config.json') ? 'merged' : 'adapter';
  const way = ggufWay(kind, { folder: path, base: base.path, out: `${path}.gguf` }, env);
  return { ...way, where: LLAMA_CPP };
}
