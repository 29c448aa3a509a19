import { resolve } from 'node:path';
import type { Row } from '../../domain/dataset/types.ts';
import { cellLabel, latticeSize } from '../../domain/lattice/lattice.ts';
import { formatUsd } from '../../domain/pricing/format.ts';
import { TRAINING_DEFAULTS } from '../../domain/project/defaults.ts';
import { PRACTICE_BASE, PRACTICE_TEACHER } from '../../domain/provider/practice.ts';
import { suggestSuffix } from '../../domain/training/bounds.ts';
import { splitLines, trainingFiles } from '../../operations/dataset/trainingFiles.ts';
import { quoteTraining } from '../../operations/quote/training.ts';
import { askBoth, questionsOf } from '../asking.ts';
import { type Connection, resolveConnection } from '../connect.ts';
import type { CommandContext, RunOptions } from '../context.ts';
import { inDemoFolder } from '../demo.ts';
import { CommandFailure, EXIT, type ExitCode, UsageError } from '../exit.ts';
import { clip } from '../output/columns.ts';
import { count, duration, plural } from '../output/format.ts';
import { reportLines } from '../output/report.ts';
import { type PlannedRows, planOf, storedRows } from '../plan.ts';
import { type LoadedTemplate, loadTemplate } from '../template.ts';
import { trackJob } from '../tracking.ts';
import { curveLines, hyperparametersOf, runTraining, tellTrained } from '../training.ts';
import { openWorkshop, type Workshop } from '../workshop.ts';
import { generateRows } from './generate.ts';
import { quoteLine } from './train.ts';

const ROWS_SHOWN = 3;

/** `run TEMPLATE`: the whole loop. `--demo` runs it in a folder that is gone afterwards. */
export async function run(context: CommandContext, path: string, options: RunOptions): Promise<ExitCode> {
  if (options.demo !== true) return loop(context, path, options, options.out ?? `${path.replace(/\.\w+$/, '')}.jsonl`);
  if (options.provider !== undefined || options.baseUrl !== undefined) {
    throw new UsageError('--demo runs on the embedded engine; leave --provider and --base-url out');
  }
  return inDemoFolder(context, (inside, folder) =>
    loop(inside, path, options, options.out ?? resolve(folder, 'rows.jsonl')),
  );
}

async function loop(context: CommandContext, path: string, options: RunOptions, out: string): Promise<ExitCode> {
  const { output, signal } = context;
  const started = Date.now();
  const loaded = await loadTemplate(path, output);
  const connection = await resolveConnection(context, options);
  const models = modelsOf(connection, options);
  introduce(context, loaded, connection);
  await using workshop = openWorkshop(connection);

  output.heading(`1  Generate: ${models.teacher} writes the examples`);
  const planned = {
    ...loaded,
    plan: planOf(models.teacher, options),
    seed: options.seed ?? null,
  };
  const made = await generateRows(context, workshop, planned, out);
  if (made.snapshot.status !== 'succeeded' || made.path === null) return EXIT.failure;
  showRows(context, workshop, planned);

  output.heading(`2  Check for ${models.base}`);
  await checkFile(context, workshop, made.path, models.base);

  output.heading(`3  Train ${models.base}`);
  const { record, trainedCell } = await trainOn(context, connection, workshop, planned, models.base, options);

  output.heading('4  Chat: the same question to both');
  const provider = await connection.providers.connect(connection.profile.id, { signal });
  const tuned = record.job.fineTunedModel ?? '';
  await askBoth(
    context,
    provider,
    { base: models.base, tuned },
    questionsOf(loaded.template, trainedCell, options.prompt),
  );

  const costs = [made.snapshot.detail.costUsd, record.quoteUsd];
  const costUsd = costs.includes(null) ? null : costs.reduce<number>((sum, cost) => sum + (cost ?? 0), 0);
  output.record('done', { elapsedMs: Date.now() - started, costUsd, model: tuned, out: made.path });
  output.heading(`Done in ${duration(Date.now() - started)}, ${formatUsd(costUsd)}`);
  farewell(context, options, tuned);
  return made.whole ? EXIT.done : EXIT.failure;
}

function modelsOf({ profile }: Connection, options: RunOptions): { readonly teacher: string; readonly base: string } {
  const practice = profile.kind === 'embedded';
  const teacher = options.teacher ?? (practice ? PRACTICE_TEACHER : undefined);
  const base = options.model ?? (practice ? PRACTICE_BASE : undefined);
  if (teacher === undefined) throw new UsageError(`--teacher is needed: which model of ${profile.name} writes?`);
  if (base === undefined) throw new UsageError(`--model is needed: which model of ${profile.name} is tuned?`);
  return { teacher, base };
}

function introduce({ output }: CommandContext, { template }: LoadedTemplate, { profile }: Connection): void {
  const size = latticeSize(template.slots);
  output.record('template', { name: template.name, slots: template.slots, cells: size, provider: profile.id });
  output.heading(template.name);
  for (const slot of template.slots) output.line(`  {${slot.name}}  ${slot.values.join(', ')}`);
  output.line(`  ${plural(template.slots.length, 'slot')}, ${count(size)} cells, on ${profile.name}`);
  if (profile.kind === 'embedded') {
    output.line('  The practice engine answers: small models on this machine that really learn, but know little.');
  }
}

function showRows({ output }: CommandContext, { deps }: Workshop, planned: PlannedRows): void {
  let shown = 0;
  for (const row of storedRows(deps.rows, planned)) {
    if (shown === ROWS_SHOWN) break;
    shown += 1;
    output.line(`  ${cellLabel(row.cell)}`);
    output.line(`    ${clip(row.completion, output.width - 4)}`);
  }
}

async function checkFile({ output, signal }: CommandContext, { tokens, deps }: Workshop, path: string, model: string) {
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
  workshop: Workshop,
  planned: PlannedRows,
  model: string,
  options: RunOptions,
) {
  const { output, signal } = context;
  const rows: Row[] = [...storedRows(workshop.deps.rows, planned)];
  const validationShare = options.validationShare ?? TRAINING_DEFAULTS.validationShare;
  const splitSeed = options.seed ?? TRAINING_DEFAULTS.splitSeed;
  const lines = splitLines(rows, planned.template, { rows: 'not-rejected', validationShare, splitSeed });
  const hyperparameters = hyperparametersOf(options);
  const quote = await quoteTraining(workshop.deps, { model, hyperparameters }, lines, { signal });
  output.record('quote', { ...quote });
  output.line(`  ${quoteLine(quote)}`);
  const suffix = options.suffix ?? (suggestSuffix(planned.template.name) || null);
  const trained = await runTraining(context, workshop, {
    projectId: planned.projectId,
    providerId: workshop.profile.id,
    job: { model, suffix, seed: options.seed ?? null, hyperparameters },
    files: () => trainingFiles(lines, planned.template.name),
    quoteUsd: quote.costUsd,
  });
  for (const line of curveLines(trained.events, output.width)) output.line(line);
  tellTrained(output, trained);
  const { record, snapshot } = trained;
  // What a demonstration writes is gone with its folder.
  if (options.demo !== true) await trackJob(context, connection, workshop, record, planned.template.name);
  if (snapshot.status !== 'succeeded' || record === null) {
    throw new CommandFailure('There is no tuned model, so there is nothing to ask.', 'The rows are kept.');
  }
  const learned = rows.find((row) => lines.training.some((line) => line.includes(JSON.stringify(row.completion))));
  return { record, trainedCell: learned?.cell ?? null };
}

function farewell({ output }: CommandContext, options: RunOptions, tuned: string): void {
  if (options.demo === true) {
    output.line(
      'All of it was in a temporary folder. npm start opens the app; luthier run TEMPLATE keeps what it makes.',
    );
  } else {
    output.line(`luthier chat --model ${tuned} "…" asks it more; the app has it in Chat (6).`);
  }
}
