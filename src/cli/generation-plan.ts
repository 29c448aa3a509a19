import { quoteGeneration, quoteLines } from '../app/generation/quote.ts';
import type { PlannedRows } from '../app/generation/start.ts';
import { batchLimitsOf } from '../domain/batches/limits.ts';
import { batchesOf } from '../domain/batches/plan.ts';
import type { CommandServices } from './command-services.ts';
import { type CommandContext, EXIT, type ExitCode } from './context.ts';

/** Says what would be asked and what it may cost. Nothing is asked, and no engine started. */
export async function dryRun(
  { output, signal }: CommandContext,
  { deps, profile }: CommandServices,
  planned: PlannedRows,
): Promise<ExitCode> {
  const quote = await quoteGeneration(deps, planned, { signal });
  const limits = batchLimitsOf(profile, profile.baseUrl ?? '');
  const { cells, batched, ...figures } = quote;
  output.record('plan', {
    ...figures,
    combinations: String(cells),
    batches: batched === null || limits === null ? null : batchesOf(batched, limits),
  });
  for (const line of quoteLines(quote, planned.plan, limits)) output.line(line);
  output.line('Nothing was asked.');
  return EXIT.done;
}
