import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { paidChat } from '../../app/core/paid-call.ts';
import { splitLines, trainingFiles } from '../../app/dataset/training-files.ts';
import { type PlannedRows, storedRows } from '../../app/generation/start.ts';
import type { ChatService } from '../../app/runtime/ports.ts';
import { quoteTraining, quoteWarnings } from '../../app/training/quote.ts';
import { type JobSettings, jobSettingsOf } from '../../app/training/start.ts';
import type { ChatAnswer, ChatMessage } from '../../domain/chat/types.ts';
import type { Row } from '../../domain/dataset/types.ts';
import { cellLabel, latticeSize } from '../../domain/lattice/lattice.ts';
import { chatCost } from '../../domain/pricing/cost.ts';
import { TRAINING_DEFAULTS } from '../../domain/project/project.ts';
import { dialectFacts } from '../../domain/provider/job-dialects.ts';
import { kindFacts } from '../../domain/provider/kinds.ts';
import { PRACTICE_BASE, PRACTICE_LABEL, PRACTICE_TEACHER } from '../../domain/provider/models.ts';
import type { ProviderTerms } from '../../domain/provider/provider.ts';
import { studentMessages } from '../../domain/template/prompt.ts';
import type { Cell, Template } from '../../domain/template/types.ts';
import { duration, formatUsd, plural } from '../../domain/text/format.ts';
import { suggestSuffix } from '../../domain/training/job-settings.ts';
import { baseTerms } from '../base-terms.ts';
import { type CommandServices, openCommandServices, stopEngine } from '../command-services.ts';
import { type Connection, resolveConnection } from '../connect.ts';
import { type CommandContext, CommandFailure, EXIT, type ExitCode, type RunOptions, UsageError } from '../context.ts';
import { type LoadedTemplate, loadTemplate, planOf } from '../generation.ts';
import { measureHeldOut } from '../held-out.ts';
import { reportLines } from '../output/dataset-report.ts';
import { clip, sideBySide, wrap } from '../output/text-layout.ts';
import { describeLearned, type UnseenAnswers } from '../output/what-was-learned.ts';
import { trackJob } from '../tracking.ts';
import { choicesOf, curveLines, hyperparametersOf, printTrained, refuseSettings, runTraining } from '../training.ts';
import { generateRows, rowsFile } from './generate.ts';
import { quoteLines, quoteRecord } from './train.ts';

/**
 * Runs work in a data folder of its own, with an engine of its own, and leaves neither behind: a demonstration must
 * not touch anyone's projects. Nothing of the environment's keys is handed on.
 */
async function inDemoFolder<T>(
  context: CommandContext,
  work: (context: CommandContext, folder: string) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'luthier-demo-'));
  const home = join(folder, 'home');
  const { OPENAI_API_KEY: _, ...rest } = context.env;
  try {
    return await work({ ...context, env: { ...rest, LUTHIER_HOME: home } }, folder);
  } finally {
    await stopEngine(home);
    await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
  }
}

/** A prompt sent to both models at the end: what it is, and the messages. */
export interface ComparisonQuestion {
  readonly what: string;
  readonly messages: readonly ChatMessage[];
  /** The values asked for, where no row has them. */
  readonly unseen: Cell | null;
}

/** Values the example's slots do not have, so that the prompt was in no row. */
const UNSEEN_VALUES: Cell = { race: 'mermaid', class: 'monk', weapon: 'sling', pet: 'crab' };
const SAMPLING = { temperature: 0.6, maxTokens: 300, seed: 7 } as const;

/** A cell the model has learned from; one no row has, where the template's slots allow; and the prompt given. */
function comparisonQuestions(
  template: Template,
  trained: Cell | null,
  prompt: string | undefined,
): ComparisonQuestion[] {
  const unseen = unseenCell(template);
  const given = prompt === undefined ? null : studentMessages({ ...template, studentPrompt: '{prompt}' }, { prompt });
  const questions: (ComparisonQuestion | null)[] = [
    trained && { what: 'A combination it was trained on', messages: studentMessages(template, trained), unseen: null },
    unseen && { what: 'Values no row has', messages: studentMessages(template, unseen), unseen },
    given && { what: 'Your prompt', messages: given, unseen: null },
  ];
  return questions.filter((question) => question !== null);
}

function unseenCell({ slots }: Template): Cell | null {
  const entries: [string, string][] = [];
  for (const { name, values } of slots) {
    const stranger = UNSEEN_VALUES[name];
    if (stranger === undefined || values.includes(stranger)) return null;
    entries.push([name, stranger]);
  }
  return Object.fromEntries(entries);
}

/** Asks both models each question and shows the answers side by side; returns those to values no row has. */
async function compareModels(
  { output, signal }: CommandContext,
  chat: ChatService,
  models: { readonly base: string; readonly tuned: string },
  questions: readonly ComparisonQuestion[],
): Promise<UnseenAnswers | null> {
  let answers: UnseenAnswers | null = null;
  for (const { what, messages, unseen } of questions) {
    const user = messages.at(-1)?.content ?? '';
    const ask = async (model: string): Promise<ChatAnswer> => {
      const answer = await chat.complete({ model, messages, ...SAMPLING }, { signal });
      output.record('answer', { question: user, ...answer, model });
      return answer;
    };
    const [base, tuned] = await Promise.all([ask(models.base), ask(models.tuned)]);
    output.line();
    output.line(`  ${what}: ${user}`);
    output.line();
    const left = { title: `base: ${models.base}`, text: base.text };
    const right = { title: `tuned: ${models.tuned}`, text: tuned.text };
    for (const line of sideBySide(left, right, Math.min(output.width, 140))) output.line(line);
    if (unseen !== null) answers = { values: unseen, base: base.text, tuned: tuned.text };
  }
  return answers;
}

const ROWS_SHOWN = 3;

/** Of the rows of a demonstration: of its 16, six, the fewest of which a difference can be told from chance. */
const DEMO_SHARE = 0.375;

/** `run TEMPLATE`: the whole loop. `--demo` runs it in a folder that is gone afterwards. */
export async function run(context: CommandContext, path: string, options: RunOptions): Promise<ExitCode> {
  if (options.demo !== true)
    return runAll(context, path, options, options.out ?? `${path.replace(/\.\w+$/, '')}.jsonl`);
  if (options.provider !== undefined || options.baseUrl !== undefined) {
    throw new UsageError('--demo runs on the embedded engine; leave --provider and --base-url out');
  }
  return inDemoFolder(context, (inside, folder) =>
    runAll(inside, path, options, options.out ?? resolve(folder, 'rows.jsonl')),
  );
}

async function runAll(context: CommandContext, path: string, options: RunOptions, named: string): Promise<ExitCode> {
  const { output, signal } = context;
  const started = Date.now();
  const out = await rowsFile(context, path, named, options.force);
  const loaded = await loadTemplate(path, output);
  const connection = resolveConnection(context, options);
  const models = modelsOf(connection, options);
  const settings = settingsOf(models.base, loaded, options);
  const terms = await baseTerms(context, connection, models.base);
  refuseSettings(settings, terms);
  printTemplate(context, loaded, connection);
  await using services = openCommandServices(connection);
  services.deps.ledger.name(loaded.projectId, resolve(path));

  output.heading(`1  Generate: ${models.teacher} writes the examples`);
  const planned = {
    ...loaded,
    plan: planOf(loaded.template, models.teacher, options),
    seed: options.seed ?? null,
  };
  const made = await generateRows(context, services, planned, out, options.capRun);
  if (made.snapshot.status !== 'succeeded' || made.path === null) return EXIT.failure;
  showRows(context, services, planned);

  output.heading(`2  Check for ${models.base}`);
  await checkFile(context, services, made.path, models.base);

  output.heading(`3  Train ${models.base}`);
  const { record, rows, split, trainedCell, completions } = await trainOn(
    context,
    connection,
    services,
    planned,
    { settings, terms },
    options,
  );

  const tuned = record.job.fineTunedModel ?? '';
  const costs = [made.snapshot.detail.costUsd, record.job.costUsd ?? record.quoteUsd];
  const costUsd = costs.includes(null) ? null : costs.reduce<number>((sum, cost) => sum + (cost ?? 0), 0);
  const { chat: undeployed } = dialectFacts(connection.profile.jobDialect).lacks;
  if (undeployed !== undefined) {
    output.record('done', { elapsedMs: Date.now() - started, costUsd, model: tuned, out: made.path, undeployed });
    output.heading(`Done in ${duration(Date.now() - started)}, ${formatUsd(costUsd)}`);
    return made.whole ? EXIT.done : EXIT.failure;
  }

  output.heading('4  Chat: the same question to both');
  const provider = await connection.providers.connect(connection.profile.id, { signal });
  const unseen = await compareModels(
    context,
    paidChat(services.deps.ledger, {
      projectId: planned.projectId,
      kind: 'chat',
      operationId: '',
      provider,
      costOf: (usage, model) => chatCost(usage, model, connection.prices()),
    }),
    { base: models.base, tuned },
    comparisonQuestions(loaded.template, trainedCell, options.prompt),
  );

  // What a demonstration asks is free; elsewhere `luthier eval` is a command of its own, with a quote and a cap.
  if (options.demo === true) {
    output.heading('5  Measure: what the held-out rows ask, to both');
    await measureHeldOut(context, services, { planned, rows, split, models: { base: models.base, tuned } });
  }
  const learned = unseen === null ? null : describeLearned(completions, unseen);
  output.record('done', { elapsedMs: Date.now() - started, costUsd, model: tuned, out: made.path, learned });
  if (learned !== null) for (const line of ['', ...wrap(learned, Math.min(output.width, 100))]) output.line(line);
  output.heading(`Done in ${duration(Date.now() - started)}, ${formatUsd(costUsd)}`);
  printNextSteps(context, options, tuned);
  return made.whole ? EXIT.done : EXIT.failure;
}

function modelsOf({ profile }: Connection, options: RunOptions): { readonly teacher: string; readonly base: string } {
  const { practice } = kindFacts(profile.kind);
  const teacher = options.teacher ?? (practice ? PRACTICE_TEACHER : undefined);
  const base = options.model ?? (practice ? PRACTICE_BASE : undefined);
  if (teacher === undefined) throw new UsageError(`--teacher is needed: which model of ${profile.name} writes?`);
  if (base === undefined) throw new UsageError(`--model is needed: which model of ${profile.name} is tuned?`);
  return { teacher, base };
}

const settingsOf = (model: string, { template }: LoadedTemplate, options: RunOptions): JobSettings =>
  jobSettingsOf({
    model,
    suffix: options.suffix ?? suggestSuffix(template.name),
    seed: options.seed ?? null,
    hyperparameters: hyperparametersOf(options),
    choices: choicesOf(options),
  });

function printTemplate({ output }: CommandContext, { template }: LoadedTemplate, { profile }: Connection): void {
  const size = latticeSize(template.slots);
  output.record('template', { name: template.name, slots: template.slots, cells: size, provider: profile.id });
  output.heading(template.name);
  for (const slot of template.slots) output.line(`  {${slot.name}}  ${slot.values.join(', ')}`);
  output.line(`  ${plural(template.slots.length, 'slot')}, ${plural(size, 'combination')}, on ${profile.name}`);
  if (kindFacts(profile.kind).practice) {
    output.line(`  The ${PRACTICE_LABEL} answers: small models on this machine that really learn, but know little.`);
  }
}

function showRows({ output }: CommandContext, { deps }: CommandServices, planned: PlannedRows): void {
  let shown = 0;
  for (const row of storedRows(deps.rows, planned)) {
    if (shown === ROWS_SHOWN) break;
    shown += 1;
    output.line(`  ${cellLabel(row.cell)}`);
    output.line(`    ${clip(row.completion, output.width - 4)}`);
  }
}

async function checkFile(
  { output, signal }: CommandContext,
  { tokens, deps }: CommandServices,
  path: string,
  model: string,
) {
  const report = await tokens.checkFile(path, { model, prices: deps.prices() }, { signal });
  const { findings, ...figures } = report;
  for (const finding of findings) output.record('finding', { ...finding });
  output.record('report', { file: path, ...figures });
  for (const line of reportLines(report, 'The file')) output.line(`  ${line}`);
  if (report.errors > 0) {
    throw new CommandFailure('A job would refuse this file.', `The rows are in ${path}.`, 'Fix what the check names.');
  }
}

async function trainOn(
  context: CommandContext,
  connection: Connection,
  services: CommandServices,
  planned: PlannedRows,
  { settings, terms }: { readonly settings: JobSettings; readonly terms: ProviderTerms },
  options: RunOptions,
) {
  const { output, signal } = context;
  const rows: Row[] = [...storedRows(services.deps.rows, planned)];
  const usual = options.demo === true ? DEMO_SHARE : TRAINING_DEFAULTS.validationShare;
  const validationShare = options.validationShare ?? usual;
  const splitSeed = options.seed ?? TRAINING_DEFAULTS.splitSeed;
  const lines = splitLines(rows, planned.template, { rows: 'not-rejected', validationShare, splitSeed });
  const quote = await quoteTraining(services.deps, settings, lines, terms, { signal });
  output.record('quote', quoteRecord(quote));
  for (const line of quoteLines(quote)) output.line(`  ${line}`);
  for (const warning of quoteWarnings(quote)) output.note(`! ${warning}`);
  const trained = await runTraining(
    context,
    services,
    {
      projectId: planned.projectId,
      job: settings,
      files: () => trainingFiles(lines, planned.template.name),
      dialect: terms,
      quoteUsd: quote.costUsd,
    },
    options,
  );
  for (const line of curveLines(trained.events, output.width)) output.line(line);
  printTrained(output, trained, connection.profile);
  const { record, snapshot } = trained;
  // What a demonstration writes is gone with its folder.
  if (options.demo !== true) await trackJob(context, connection, services, record, planned.template.name);
  if (snapshot.status !== 'succeeded' || record === null) {
    throw new CommandFailure('There is no tuned model, so there is nothing to ask.', 'The rows are kept.');
  }
  const training = lines.training.join('\n');
  const learned = rows.filter((row) => training.includes(JSON.stringify(row.completion)));
  const split = { validationShare, splitSeed };
  return {
    record,
    rows,
    split,
    trainedCell: learned[0]?.cell ?? null,
    completions: learned.map(({ completion }) => completion),
  };
}

function printNextSteps({ output }: CommandContext, options: RunOptions, tuned: string): void {
  if (options.demo === true) {
    output.line(
      'All of it was in a temporary folder. npm start opens the app; luthier run TEMPLATE keeps what it makes.',
    );
  } else {
    output.line(`luthier chat --model ${tuned} "…" asks it more; the app has it in Chat (6).`);
  }
}
