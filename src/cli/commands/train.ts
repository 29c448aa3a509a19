import { createHash } from 'node:crypto';
import { realpath } from 'node:fs/promises';
import { formatUsd } from '../../domain/pricing/format.ts';
import { type Quote, trainingQuote } from '../../domain/pricing/quote.ts';
import { TRAINING_DEFAULTS } from '../../domain/project/defaults.ts';
import { findBoundsProblems } from '../../domain/training/bounds.ts';
import { integrationProblem, type WandbIntegration } from '../../domain/training/integration.ts';
import { methodProblem } from '../../domain/training/method.ts';
import type { TrainingFiles } from '../../operations/dataset/trainingFiles.ts';
import { type Connection, resolveConnection } from '../connect.ts';
import type { CommandContext, TrainOptions } from '../context.ts';
import { CommandFailure, EXIT, type ExitCode, UsageError } from '../exit.ts';
import { count } from '../output/format.ts';
import { openTracking, trackJob } from '../tracking.ts';
import { curveLines, hyperparametersOf, runTraining, tellTrained } from '../training.ts';
import { fileOnDisk, splitFile } from '../trainingFile.ts';
import { openWorkshop, type Workshop } from '../workshop.ts';

/** `train F.jsonl`: checks, quotes, uploads and creates the job; with `--watch` stays until it ends. */
export async function train(context: CommandContext, path: string, options: TrainOptions): Promise<ExitCode> {
  const { output } = context;
  const connection = await resolveConnection(context, options);
  refuseOutOfBounds(connection, options);
  const files = await filesOf(path, options);
  await using workshop = openWorkshop(connection);
  const quote = await quoteFile(context, workshop, path, files, options);
  output.record('quote', { ...quote });
  output.line(quoteLine(quote));
  const real = await realpath(path);
  const trained = await runTraining(context, workshop, {
    projectId: `headless-${createHash('sha256').update(real).digest('hex').slice(0, 16)}`,
    providerId: connection.profile.id,
    job: {
      model: options.model,
      suffix: options.suffix ?? null,
      seed: options.seed ?? null,
      hyperparameters: hyperparametersOf(options),
      ...methodOf(options),
      ...(await reportOf(context, connection, options)),
    },
    files: () => files,
    quoteUsd: quote.costUsd,
    detach: options.watch !== true,
  });
  for (const line of curveLines(trained.events, output.width)) output.line(line);
  if (options.watch === true) await trackJob(context, connection, workshop, trained.record, null);
  tellTrained(output, trained);
  return trained.snapshot.status === 'succeeded' ? EXIT.done : EXIT.failure;
}

/** Where OpenAI is to report the job to by itself. */
async function reportOf(
  context: CommandContext,
  connection: Connection,
  { wandb }: TrainOptions,
): Promise<{ readonly wandb?: WandbIntegration }> {
  if (wandb !== true) return {};
  const refusal = integrationProblem(connection.profile);
  if (refusal !== null) throw new UsageError(refusal);
  const { project, entity } = (await openTracking(context, connection)).settings;
  return { wandb: { project, entity } };
}

const methodOf = ({ method, beta }: TrainOptions) =>
  ({ method: method ?? 'supervised', beta: beta ?? 'auto' }) as const;

function refuseOutOfBounds({ profile }: Connection, options: TrainOptions): void {
  if (options.beta !== undefined && options.method !== 'dpo') throw new UsageError('--beta goes with --method dpo');
  const refusal = methodProblem(options.method, profile);
  if (refusal !== null) throw new UsageError(refusal);
  const request = {
    hyperparameters: hyperparametersOf(options),
    ...methodOf(options),
    suffix: options.suffix ?? null,
    seed: options.seed ?? null,
  };
  const [problem] = findBoundsProblems(request, profile.kind);
  if (problem !== undefined) throw new UsageError(`${problem.message} ${problem.fix}`);
}

async function filesOf(path: string, options: TrainOptions): Promise<TrainingFiles> {
  const share = options.validationShare ?? 0;
  if (options.validation !== undefined && share > 0) {
    throw new UsageError('give --validation or --validation-share, not both');
  }
  const training = await fileOnDisk(path);
  if (share > 0) return splitFile(path, share, options.seed ?? TRAINING_DEFAULTS.splitSeed);
  return { training, validation: options.validation === undefined ? null : await fileOnDisk(options.validation) };
}

/** What the whole file would cost: with a share held out the bill is smaller. A file with errors is not uploaded. */
async function quoteFile(
  { output, signal }: CommandContext,
  { tokens, deps }: Workshop,
  path: string,
  files: TrainingFiles,
  { model, epochs, method }: TrainOptions,
): Promise<Quote> {
  const report = await tokens.checkFile(path, { model, prices: deps.prices() }, { signal });
  if (report.errors > 0) {
    const first = report.findings.find((finding) => finding.severity === 'error');
    for (const finding of report.findings) output.record('finding', { ...finding });
    const where = first === undefined ? '' : ` The first, line ${first.line}: ${first.message}`;
    throw new CommandFailure(
      `${path} has ${report.errors} error(s), so it was not uploaded.${where}`,
      'Nothing was sent.',
      `luthier check ${path} lists them all, each with its fix.`,
    );
  }
  if ((report.kind === 'preference') !== (method === 'dpo')) {
    const pairs = report.kind === 'preference';
    throw new CommandFailure(
      pairs
        ? `${path} holds preference (DPO) lines, and supervised training takes chat lines.`
        : `${path} holds chat lines, and DPO takes preference lines.`,
      'Nothing was sent.',
      pairs ? 'Add --method dpo.' : 'Leave --method dpo away, or export the dataset as preference JSONL.',
    );
  }
  const share = files.training.examples / Math.max(1, report.examples);
  return trainingQuote({
    model,
    trainExamples: files.training.examples,
    validationExamples: files.validation?.examples ?? 0,
    epochs: epochs ?? 'auto',
    tokensPerEpoch: Math.round(report.billedTokensPerEpoch * share),
    prices: deps.prices(),
  });
}

export function quoteLine(quote: Quote): string {
  const held = quote.validationExamples === 0 ? '' : ` (${count(quote.validationExamples)} held out)`;
  const epochs = `${quote.epochs} epochs${quote.epochsAreDefault ? ' by default' : ''}`;
  const tokens = `${count(quote.tokensPerEpoch)} tokens × ${epochs}`;
  return `${count(quote.trainExamples)} examples${held}, ${tokens}: ${formatUsd(quote.costUsd)} for ${quote.model}`;
}
