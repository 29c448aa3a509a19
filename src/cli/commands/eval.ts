import { existsSync } from 'node:fs';
import { realpath } from 'node:fs/promises';
import { basename, extname, resolve } from 'node:path';
import { EXPORT_CHOICES, EXPORT_FORMATS, type ExportFormat } from '../../app/evaluation/exports.ts';
import { freshRows } from '../../app/evaluation/fresh-rows.ts';
import { itemsOfFile } from '../../app/evaluation/items.ts';
import { fileProjectId, planProblem, prepareEvaluation } from '../../app/evaluation/prepare.ts';
import { Questions } from '../../app/evaluation/questions.ts';
import { readEvaluation } from '../../app/evaluation/results.ts';
import { isToTrack, startEvaluate } from '../../app/evaluation/start.ts';
import { OperationError } from '../../app/runtime/errors.ts';
import type { EvaluateProgress, OperationSnapshot } from '../../app/runtime/operation.ts';
import { type EvaluationToTrack, gatherEvaluation, jobsOfModels } from '../../app/tracking/gather.ts';
import { modelsGradingThemselves, nameGrader } from '../../domain/evaluation/graders/graders.ts';
import { type GraderProposal, proposeGraders } from '../../domain/evaluation/graders/propose.ts';
import { EVALUATION_DEFAULTS } from '../../domain/evaluation/items.ts';
import type { EvaluationSummary } from '../../domain/evaluation/metrics.ts';
import { summarise } from '../../domain/evaluation/summary.ts';
import type { EvaluatedItem, Evaluation, EvaluationItem, EvaluationPlan } from '../../domain/evaluation/types.ts';
import { count } from '../../domain/text/format.ts';
import { createKeyRedaction } from '../../domain/text/key-mask.ts';
import { runId } from '../../domain/wandb/names.ts';
import { type CommandServices, makeRoomForCalls, openCommandServices, projectIdOf } from '../command-services.ts';
import { type Connection, resolveConnection } from '../connect.ts';
import { type CommandContext, CommandFailure, type EvalOptions, EXIT, type ExitCode, UsageError } from '../context.ts';
import { batchProgress, follow, printBatchResult } from '../follow.ts';
import { sendingOf } from '../generation.ts';
import { filesOfGrader, readGrader } from '../graders.ts';
import { summaryLines } from '../output/evaluation-summary.ts';
import type { Output } from '../output/output.ts';
import { settleOutputs } from '../outputs.ts';
import { trackAlong } from '../tracking.ts';

const WORK = 'eval';
const FAILED_SHOWN = 10;

/** `eval FILE --model A --model B`: sends what is missing, then grades everything; 1 when a call failed. */
export async function evaluate(context: CommandContext, file: string, options: EvalOptions): Promise<ExitCode> {
  if (!existsSync(resolve(file))) throw new UsageError(`there is no file at ${file}`);
  const writings = writingsOf(options);
  const connection = resolveConnection(context, options);
  await using services = openCommandServices(connection);
  const { deps, documents } = services;
  const outputs = writings.map(({ path }) => path);
  const inputs = [file, ...(options.grader ?? []).flatMap(filesOfGrader)];
  const replace = await settleOutputs(context, documents, { work: WORK, inputs, outputs }, options.force);
  const { items, notes } = await itemsOfFile(documents.readJsonValues(file), file).catch(asCommandFailure);
  for (const text of notes) {
    context.output.record('note', { text });
    context.output.note(text);
  }
  const { evaluation, why } = evaluationOf(file, items, connection, options);
  for (const { model } of modelsGradingThemselves(evaluation.plan.models, evaluation.plan.graders)) {
    context.output.note(`! ${model} judges its own answers. Judges favour their own: take another model as the judge.`);
  }
  // Answers are shared by all files, what is spent on one is its own.
  const account = projectIdOf(await realpath(file));
  deps.ledger.name(account, resolve(file));
  const { capRun } = options;
  const spending = { account, ...(capRun === undefined ? {} : { capRunUsd: capRun }) };
  makeRoomForCalls();
  const questions = new Questions(evaluation, items, deps.prices);
  const rows = freshRows(deps.rows);
  const { stored } = rows;
  const handle = startEvaluate(deps, { evaluation, items, questions, stored, whenCapped: 'end', ...spending });
  const snapshot = await follow(context, deps.registry, handle, batchProgress('evaluate', 'answers'));
  const reader = readEvaluation({ rows, prices: deps.prices }, evaluation, items, questions);
  const evaluated = reader.items();
  const summary = summarise(evaluated, evaluation.plan);
  const now = deps.clock.now();
  const jobs = options.model.flatMap((model) => services.records.ofModel(model) ?? []);
  const profiles = [connection.profile];
  const exported = { evaluation, items: evaluated, votes: [], jobs, profiles, writtenAt: now };
  const written: string[] = [];
  for (const { path, format } of writings) {
    const { mask, told } = createKeyRedaction(connection.keysInUse());
    const text = EXPORT_FORMATS[format].text({ ...exported, mask });
    written.push(await documents.writeText(path, text, { work: WORK, replace }));
    if (told() !== '') context.output.note(`! ${path}:${told()}`);
  }
  const failed = printFailed(context.output, evaluated);
  if (isToTrack(snapshot.status, evaluated))
    await trackEvaluation(context, connection, services, { evaluation, items, reader, summary });
  printEvaluation(context.output, { snapshot, summary, written, why });
  return snapshot.status === 'succeeded' && failed === 0 ? EXIT.done : EXIT.failure;
}

/** As a run for W&B, with the jobs that made its models where the provider knows them. */
async function trackEvaluation(
  context: CommandContext,
  connection: Connection,
  services: CommandServices,
  answered: Pick<EvaluationToTrack, 'evaluation' | 'items' | 'reader' | 'summary'>,
): Promise<void> {
  const { evaluation } = answered;
  await trackAlong(context, connection, services, runId(evaluation.id), async ({ signal, report }) => {
    report('reads the jobs of its models');
    const { providers, profile } = connection;
    const jobs = await (await providers.connect(profile.id, { signal })).jobs.list({ signal }).catch(() => []);
    const made = jobsOfModels(
      jobs,
      evaluation.plan.models.map(({ model }) => model),
    );
    const wanted = { ...answered, projectName: evaluation.name, jobs: made };
    return gatherEvaluation(services.deps, { ...wanted, begins: 'with-first-answer' }, { signal });
  });
}

function evaluationOf(
  file: string,
  items: readonly EvaluationItem[],
  { profile }: Connection,
  options: EvalOptions,
): { readonly evaluation: Evaluation; readonly why: string | null } {
  const { graders, why } = chosenGraders(items, profile.id, options);
  const { temperature, maxTokens } = EVALUATION_DEFAULTS;
  const { seed, concurrency = 'auto', cap = null } = options;
  const plan: EvaluationPlan = {
    source: { kind: 'file', path: resolve(file) },
    models: options.model.map((model) => ({ providerId: profile.id, model })),
    graders,
    sampling: {
      temperature: options.temperature ?? temperature,
      maxTokens: options.maxTokens ?? maxTokens.command,
      ...(seed === undefined ? {} : { seed }),
    },
    concurrency,
    ...sendingOf(options),
    capUsd: cap,
  };
  const problem = planProblem(plan, items);
  if (problem !== null) throw new UsageError(`${problem.what} ${problem.next}`);
  const projectId = fileProjectId(options.baseUrl);
  const evaluation = prepareEvaluation(plan, { projectId, name: basename(file), createdAt: Date.now(), items });
  return { evaluation, why };
}

interface ChosenGraders extends Pick<GraderProposal, 'graders'> {
  /** Why these were proposed; null where they were named. */
  readonly why: string | null;
}

const NO_JUDGE = '--rubric is what a judge goes by: name one with --grader judge:MODEL';

/** The graders that were named, or what fits the targets. */
function chosenGraders(
  items: readonly EvaluationItem[],
  providerId: string,
  { grader, rubric = '', setAside: aside }: EvalOptions,
): ChosenGraders {
  if (grader !== undefined) {
    const surroundings = { items, providerId, rubric, aside };
    const graders = grader.map((typed) => readGrader(typed, surroundings));
    if (rubric !== '' && !graders.some(({ kind }) => kind === 'judge')) throw new UsageError(NO_JUDGE);
    return { graders, why: null };
  }
  if (rubric !== '') throw new UsageError(NO_JUDGE);
  const { graders, why } = proposeGraders(items);
  return { graders: aside === undefined ? graders : graders.map((spec) => ({ ...spec, aside })), why };
}

interface Writing {
  readonly path: string;
  readonly format: ExportFormat;
}

function writingsOf({ out, report }: EvalOptions): readonly Writing[] {
  return [...writing(out, 'predictions'), ...writing(report, 'report')];
}

function writing(path: string | undefined, holds: 'predictions' | 'report'): readonly Writing[] {
  if (path === undefined) return [];
  const formats = EXPORT_CHOICES.filter((one) => one.holds === holds);
  const format = formats.find(({ ending }) => `.${ending}` === extname(path).toLowerCase());
  if (format === undefined) {
    throw new UsageError(`${path} must end in ${formats.map(({ ending }) => `.${ending}`).join(' or ')}`);
  }
  return [{ path, format: format.value }];
}

function asCommandFailure(error: unknown): never {
  if (!(error instanceof OperationError) || error.problem === null) throw error;
  throw new CommandFailure(error.problem.what, error.problem.saved, error.problem.next);
}

/** Says which calls failed and how many there were. */
function printFailed(output: Output, items: readonly EvaluatedItem[]): number {
  let failed = 0;
  for (const { item, predictions } of items) {
    for (const prediction of predictions) {
      if (prediction?.status !== 'failed') continue;
      failed += 1;
      const { model, error } = prediction;
      output.record('failed', { line: item.line, model: model.model, error });
      if (!output.json && failed <= FAILED_SHOWN) output.note(`! line ${item.line}, ${model.model}: ${error ?? ''}`);
    }
  }
  if (!output.json && failed > FAILED_SHOWN) output.note(`  … and ${count(failed - FAILED_SHOWN)} more`);
  return failed;
}

interface EndedEvaluation {
  readonly snapshot: OperationSnapshot<EvaluateProgress>;
  readonly summary: EvaluationSummary | null;
  readonly written: readonly string[];
  /** Why its graders were proposed; null where they were named. */
  readonly why: string | null;
}

function printEvaluation(output: Output, { snapshot, summary, written, why }: EndedEvaluation): void {
  const { status, detail, problem } = snapshot;
  const best = summary?.best ?? null;
  for (const { model, graders: _, main, ...figures } of summary?.models ?? []) {
    output.record('model', { ...model, ...main, ...figures });
  }
  for (const { first, second, ...figures } of summary?.pairs ?? []) {
    output.record('pair', { first: first.model, second: second.model, ...figures });
  }
  const { total, done, reused, failed, costUsd } = detail;
  output.record('evaluated', {
    status,
    items: summary?.items ?? 0,
    grader: summary === null ? null : nameGrader(summary.grader),
    proposed: why,
    baseline: summary?.baseline ?? null,
    tooFew: summary?.tooFew ?? true,
    best: best === null || best.tied.length > 0 ? null : best.best.model.model,
    tied: best === null || best.tied.length === 0 ? [] : [best.best.model, ...best.tied].map(({ model }) => model),
    cut: summary?.models.reduce((sum, { cut }) => sum + cut, 0) ?? 0,
    total,
    done,
    reused,
    failed,
    costUsd,
    written,
    problem,
  });
  printBatchResult(output, snapshot);
  if (summary?.models.some(({ answered }) => answered > 0)) {
    output.line();
    for (const line of summaryLines(summary, { why, width: output.width })) output.line(line);
    output.line();
  }
  for (const path of written) output.line(`Written to ${path}`);
}
