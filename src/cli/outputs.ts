import { takenError } from '../domain/common/outputs.ts';
import type { LocalFileSystem } from '../services/filesystem/documents.ts';
import type { OutputPlan } from '../services/filesystem/outputs.ts';
import type { CommandContext } from './context.ts';

/**
 * Looks at what a command is to write before it does anything: refuses an output that is read, and one that holds something
 * of someone else's unless `--force` says so or a person on a terminal does. Gives back whether that may be replaced.
 * Throws OutputError.
 */
export async function settleOutputs(
  { ask }: Pick<CommandContext, 'ask'>,
  documents: Pick<LocalFileSystem, 'inspectOutputs'>,
  plan: OutputPlan,
  force: boolean | undefined,
): Promise<boolean> {
  const taken = await documents.inspectOutputs(plan);
  const refusal = takenError(taken, 'Name another file, or add --force to replace what is there.');
  if (refusal === null || force === true) return force === true;
  if (ask !== null && (await ask(`${refusal.message} Replace?`))) return true;
  throw refusal;
}

/** Says of a file that was written, and could not be noted as ours, what the next run will want. */
export const sayUnnoted =
  ({ output }: Pick<CommandContext, 'output'>) =>
  (path: string): void =>
    output.note(`! It could not be noted that ${path} is Luthier’s own: writing it again will need --force.`);
