import { realpath, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { splitFile, type TrainingFile, type TrainingFiles } from '../../app/dataset/training-files.ts';
import { leaksBetween, quoteOfReport, quoteWarnings } from '../../app/training/quote.ts';
import { type JobSettings, jobSettingsOf } from '../../app/training/start.ts';
import type { DatasetReport } from '../../domain/dataset/report.ts';
import { leakText, type SideLeaks } from '../../domain/dataset/rubbish/sides.ts';
import type { Quote } from '../../domain/pricing/cost.ts';
import { TRAINING_DEFAULTS } from '../../domain/project/project.ts';
import { choiceSentences } from '../../domain/provider/job-choices.ts';
import { dialectFacts } from '../../domain/provider/job-dialects.ts';
import type { ProviderTerms } from '../../domain/provider/provider.ts';
import { count, formatUsd, plural } from '../../domain/text/format.ts';
import { LineSplitter } from '../../domain/text/lines.ts';
import { integrationProblem } from '../../domain/training/job-settings.ts';
import { byHeartText } from '../../domain/training/overfitting.ts';
import type { WandbIntegration } from '../../domain/training/types.ts';
import { baseTerms } from '../base-terms.ts';
import { type CommandServices, openCommandServices, projectIdOf } from '../command-services.ts';
import { type Connection, resolveConnection } from '../connect.ts';
import { type CommandContext, CommandFailure, EXIT, type ExitCode, type TrainOptions, UsageError } from '../context.ts';
import { openFileSystem } from '../named-files.ts';
import { openTracking, trackJob } from '../tracking.ts';
import { choicesOf, curveLines, hyperparametersOf, printTrained, refuseSettings, runTraining } from '../training.ts';
import { previewRows } from '../training-preview.ts';

/** A file on disk as one to upload: streamed, never held whole. */
async function fileOnDisk(context: CommandContext, path: string): Promise<TrainingFile> {
  const found = await stat(path).catch(() => {
    throw new UsageError(`there is no file at ${path}`);
  });
  if (found.isFIFO())
    throw new UsageError(`${path} is a pipe, and a training file is read more than once; save it first`);
  const { size } = found;
  const files = openFileSystem(context);
  let examples = 0;
  for await (const line of files.readLines(path)) {
    if (line.trim() !== '') examples += 1;
  }
  return { filename: basename(path), examples, bytes: size, body: () => files.readBytes(path, size) };
}

/** `train F.jsonl`: checks, quotes, uploads and creates the job; with `--watch` stays until it ends. */
export async function train(context: CommandContext, path: string, options: TrainOptions): Promise<ExitCode> {
  const { output } = context;
  const connection = resolveConnection(context, options);
  if (options.beta !== undefined && options.method !== 'dpo') throw new UsageError('--beta goes with --method dpo');
  const settings = settingsOf(options, connection.profile);
  const terms = await baseTerms(context, connection, options.model);
  refuseSettings(settings, terms);
  const files = await filesOf(context, path, options);
  await using services = openCommandServices(connection);
  const { quote, warnings } = await quoteFiles(context, services, { path, options, files, settings, terms });
  if (options.preview === true) {
    return await previewRows(context, services, { path, settings, files: () => files, terms });
  }
  const { defaults } = dialectFacts(terms.jobDialect);
  output.record('quote', { ...quoteRecord(quote), defaults, choices: settings.choices ?? {} });
  for (const words of [...quoteLines(quote), ...defaults, ...choiceSentences(settings)]) output.line(words);
  for (const warning of warnings) output.note(`! ${warning}`);
  const real = await realpath(path);
  const trained = await runTraining(
    context,
    services,
    {
      projectId: projectIdOf(real),
      job: { ...settings, ...(await reportOf(context, connection, options)) },
      files: () => files,
      dialect: terms,
      quoteUsd: quote.costUsd,
      detach: options.watch !== true,
    },
    options,
  );
  for (const line of curveLines(trained.events, output.width)) output.line(line);
  if (options.watch === true) await trackJob(context, connection, services, trained.record, null);
  printTrained(output, trained, connection.profile);
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
  const { project, entity } = openTracking(context, connection, { tracker: 'wandb' }).settings;
  return { wandb: { project, entity } };
}

/** A seed that the split takes is no setting of a job whose provider takes none. */
const settingsOf = (options: TrainOptions, { jobDialect }: Connection['profile']): JobSettings =>
  jobSettingsOf({
    model: options.model,
    suffix: options.suffix ?? null,
    seed:
      (options.validationShare ?? 0) > 0 && dialectFacts(jobDialect).seedless !== null ? null : (options.seed ?? null),
    hyperparameters: hyperparametersOf(options),
    choices: choicesOf(options),
    method: options.method ?? 'supervised',
    beta: options.beta ?? 'auto',
  });

async function filesOf(context: CommandContext, path: string, options: TrainOptions): Promise<TrainingFiles> {
  const share = options.validationShare ?? 0;
  if (options.validation !== undefined && share > 0) {
    throw new UsageError('give --validation or --validation-share, not both');
  }
  const training = await fileOnDisk(context, path);
  if (share > 0) {
    const plan = { validationShare: share, splitSeed: options.seed ?? TRAINING_DEFAULTS.splitSeed };
    return splitFile(basename(path), await openFileSystem(context).readText(path), plan);
  }
  return {
    training,
    validation: options.validation === undefined ? null : await fileOnDisk(context, options.validation),
  };
}

interface GivenFiles {
  readonly path: string;
  readonly options: TrainOptions;
  readonly files: TrainingFiles;
  readonly settings: JobSettings;
  readonly terms: ProviderTerms;
}

/**
 * What the whole file would cost (with a share held out the bill is smaller), and what a person should know before they
 * pay. Throws where a file has errors, or nothing is held out though they named a file for it: that is not uploaded.
 */
async function quoteFiles(
  context: CommandContext,
  services: CommandServices,
  { path, options: { validation }, files, settings, terms }: GivenFiles,
): Promise<{ readonly quote: Quote; readonly warnings: readonly string[] }> {
  const report = await checkUpload(context, services, { path, settings, codesLeft: [] });
  const sides = { training: files.training.examples, validation: files.validation?.examples ?? 0 };
  const quote = quoteOfReport(services.deps, settings, report, sides, terms);
  // Ten examples are the least of a training file alone.
  const held =
    validation === undefined
      ? null
      : await checkUpload(context, services, { path: validation, settings, codesLeft: ['too-few-examples'] });
  if (validation !== undefined && held?.examples === 0) {
    throw new CommandFailure(`${validation} has no lines.`, 'Nothing was sent.', 'Leave --validation away.');
  }
  const leaks =
    files.validation === null ? null : await leaksBetween(linesOfFile(files.training), linesOfFile(files.validation));
  if (leaks !== null) {
    if (validation !== undefined) refuseSame(path, validation, leaks);
    if (leakText(leaks) !== null) context.output.record('shared-lines', { shared: leaks.lines, ...leaks });
  }
  const flagged = report.flagged + (held?.flagged ?? 0);
  const marked = [...(report.flagged > 0 ? [path] : []), ...(held?.flagged ? [validation] : [])];
  const next = flagged === 0 ? [] : [`${marked.map((file) => `luthier check ${file}`).join(' and ')} lists them.`];
  return { quote, warnings: [...quoteWarnings({ leaks, flagged }), ...next] };
}

/** Refuses a validation file that is the training file, or a copy of it. */
function refuseSame(path: string, validation: string, leaks: SideLeaks): void {
  if (leaks.lines < leaks.validation || leaks.validation < leaks.training) return;
  throw new CommandFailure(
    `${validation} holds the same lines as ${path}: nothing is held out.`,
    'Nothing was sent.',
    'Name another file, or give --validation-share.',
  );
}

interface Upload {
  readonly path: string;
  readonly settings: JobSettings;
  /** Codes of findings that are no fault of a file of this side. */
  readonly codesLeft: readonly string[];
}

/** Refuses a file that has errors or is of another kind than the method takes, before anything is sent. */
async function checkUpload(
  { output, signal }: CommandContext,
  { tokens, deps }: CommandServices,
  { path, settings, codesLeft }: Upload,
): Promise<DatasetReport> {
  const report = await tokens.checkFile(path, { model: settings.model, prices: deps.prices() }, { signal });
  const errors = report.findings.filter(({ severity, code }) => severity === 'error' && !codesLeft.includes(code));
  const [first] = errors;
  if (first !== undefined) {
    for (const finding of report.findings) output.record('finding', { ...finding });
    throw new CommandFailure(
      `${path} has ${errors.length} error(s), so it was not uploaded. The first, line ${first.line}: ${first.message}`,
      'Nothing was sent.',
      errors.length === 1 ? first.fix : `luthier check ${path} lists them all, each with its fix.`,
    );
  }
  if ((report.kind === 'preference') !== (settings.method === 'dpo')) {
    const pairs = report.kind === 'preference';
    throw new CommandFailure(
      pairs
        ? `${path} holds preference (DPO) lines, and supervised training takes chat lines.`
        : `${path} holds chat lines, and DPO takes preference lines.`,
      'Nothing was sent.',
      pairs ? 'Add --method dpo.' : 'Leave --method dpo away, or export the dataset as preference JSONL.',
    );
  }
  return report;
}

/** The lines of a file as they will be sent. */
async function* linesOfFile(file: TrainingFile): AsyncGenerator<string> {
  const splitter = new LineSplitter();
  const decoder = new TextDecoder();
  for await (const bytes of file.body()) yield* splitter.push(decoder.decode(bytes, { stream: true }));
  yield* splitter.push(decoder.decode());
  yield* splitter.end();
}

/** A quote as a record: with what so few rows come to, null where they are enough. */
export const quoteRecord = (quote: Quote): Readonly<Record<string, unknown>> => ({
  ...quote,
  byHeart: byHeartText(quote.trainExamples),
});

/** A quote in lines: what is trained on for how much, and what so few rows come to. */
export function quoteLines(quote: Quote): readonly string[] {
  const few = byHeartText(quote.trainExamples);
  return [quoteLine(quote), ...(few === null ? [] : [few])];
}

function quoteLine(quote: Quote): string {
  const held = quote.validationExamples === 0 ? '' : ` (${count(quote.validationExamples)} held out)`;
  const epochs = `${plural(quote.epochs, 'epoch')}${quote.epochsAreDefault ? ' by default' : ''}`;
  const tokens = `${count(quote.tokensPerEpoch)} tokens × ${epochs}`;
  return `${count(quote.trainExamples)} examples${held}, ${tokens}: ${formatUsd(quote.costUsd)} for ${quote.model}`;
}
