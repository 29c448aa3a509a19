import { homedir } from 'node:os';
import { luthierHome } from '../domain/project/settings.ts';
import { OfflineRefusal } from '../services/engine/offline.ts';
import { type ExportedModel, type ExportWish, exportTunedModel } from '../services/weights/export-model.ts';
import { type CommandContext, CommandFailure } from './context.ts';
import { evaluationSections } from './model-evaluations.ts';

export type { ExportedModel };

/** Has the engine write a model of its home, with what evaluations found of it. Throws CommandFailure. */
export async function exportFromEngine(
  { env, signal }: CommandContext,
  wish: Omit<ExportWish, 'evaluations'>,
): Promise<ExportedModel> {
  const evaluations = evaluationSections(luthierHome(env, homedir()), wish.model);
  return await exportTunedModel({ ...wish, evaluations }, env, signal).catch((error: unknown) => {
    throw error instanceof OfflineRefusal ? new CommandFailure(error.message, '', error.next) : error;
  });
}
