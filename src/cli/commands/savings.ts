import { splitLines } from '../../app/dataset/training-files.ts';
import { quoteTraining } from '../../app/training/quote.ts';
import { quoteSavings, savingsQuoteLines } from '../../app/training/savings.ts';
import { PLAN_DEFAULTS, TRAINING_DEFAULTS } from '../../domain/project/project.ts';
import { kindFacts } from '../../domain/provider/kinds.ts';
import { PRACTICE_BASE, PRACTICE_TEACHER } from '../../domain/provider/models.ts';
import { openCommandServices } from '../command-services.ts';
import { resolveConnection } from '../connect.ts';
import {
  type CommandContext,
  CommandFailure,
  EXIT,
  type ExitCode,
  type SavingsOptions,
  UsageError,
} from '../context.ts';
import { loadTemplate } from '../generation.ts';

/** `savings --template T`: tokens and money of the long prompt against those of the short one. Asks no server. */
export async function savings(context: CommandContext, options: SavingsOptions): Promise<ExitCode> {
  const { output, signal } = context;
  const { template, projectId } = await loadTemplate(options.template, output);
  const connection = resolveConnection(context, options);
  const { profile } = connection;
  const { practice } = kindFacts(profile.kind);
  const teacher = options.teacher ?? (practice ? PRACTICE_TEACHER : undefined);
  const base = options.model ?? (practice ? PRACTICE_BASE : undefined);
  if (teacher === undefined || base === undefined)
    throw new UsageError(`--teacher and --model are needed: which models of ${profile.name} write, and are tuned?`);
  await using services = openCommandServices(connection);
  const { deps } = services;
  // As the app trains on them: what the job costs follows from the rows that are there.
  const lines = splitLines(deps.rows.scan(projectId, {}), template, TRAINING_DEFAULTS);
  const trained = { model: base, hyperparameters: TRAINING_DEFAULTS.hyperparameters };
  const isQuoted = options.jobCost === undefined && lines.training.length > 0;
  const job = isQuoted ? await quoteTraining(deps, trained, lines, profile, { signal }) : null;
  const request = {
    projectId,
    template,
    teacher: { providerId: profile.id, model: teacher, maxTokens: options.maxTokens ?? PLAN_DEFAULTS.maxTokens },
    base: { providerId: profile.id, model: base },
    jobUsd: options.jobCost ?? job?.costUsd ?? null,
  };
  const quote = await quoteSavings(deps, request, { signal });
  if (quote === null) throw new CommandFailure('There are no combinations.', '', 'Give every slot a value.');
  output.record('savings', { ...quote, trainingRows: isQuoted ? lines.training.length : null });
  for (const line of savingsQuoteLines(quote)) output.line(line);
  return EXIT.done;
}
