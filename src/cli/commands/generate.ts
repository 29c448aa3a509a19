import { resolve } from 'node:path';
import { writtenLines } from '../../app/dataset/training-files.ts';
import { countPlan, type PlanCounts } from '../../app/generation/counts.ts';
import { countLines } from '../../app/generation/quote.ts';
import { type PlannedRows, startGenerate, storedRows } from '../../app/generation/start.ts';
import type { GenerateProgress, OperationSnapshot } from '../../app/runtime/operation.ts';
import { EXISTING_CHOICES, USUAL_EXISTING } from '../../domain/dataset/existing-rows.ts';
import type { Row } from '../../domain/dataset/types.ts';
import { cellLabel } from '../../domain/lattice/lattice.ts';
import type { GenerationPlan } from '../../domain/project/types.ts';
import { kindFacts } from '../../domain/provider/kinds.ts';
import { PRACTICE_TEACHER } from '../../domain/provider/models.ts';
import { count, plural } from '../../domain/text/format.ts';
import { createKeyMask } from '../../domain/text/key-mask.ts';
import { type CommandServices, makeRoomForCalls, openCommandServices } from '../command-services.ts';
import { resolveConnection } from '../connect.ts';
import {
  type CommandContext,
  CommandFailure,
  EXIT,
  type ExitCode,
  type GenerateOptions,
  UsageError,
} from '../context.ts';
import { batchProgress, follow, printBatchResult } from '../follow.ts';
import { loadTemplate, planOf } from '../generation.ts';
import { dryRun } from '../generation-plan.ts';
import { openFileSystem } from '../named-files.ts';
import type { Output } from '../output/output.ts';
import { settleOutputs } from '../outputs.ts';

const WORK = 'generate';
/**
 * In the 2 MB that commands begin with, what calls leave is collected a hundred times, and much of it outlives that; this takes 4% less of the
 * processor for 5 MB more, and twice as much would take another 15 MB for nothing (bench/generation.ts).
 */
const NURSERY_BYTES = 8 * 2 ** 20;

/** Where rows go; `replace`: whatever is there. */
export interface RowsFile {
  readonly path: string;
  readonly replace: boolean;
}

/** The file for the rows of a template, settled before anything is asked for. */
export async function rowsFile(
  context: CommandContext,
  template: string,
  path: string,
  force: boolean | undefined,
): Promise<RowsFile> {
  const plan = { work: WORK, inputs: [template], outputs: [path] };
  return { path, replace: await settleOutputs(context, openFileSystem(context), plan, force) };
}

/** `generate`: generates what is missing, then writes every row with a complete answer, on a cancel too. */
export async function generate(context: CommandContext, options: GenerateOptions): Promise<ExitCode> {
  const out = await rowsFile(context, options.template, options.out, options.force);
  const { template, projectId } = await loadTemplate(options.template, context.output);
  const connection = resolveConnection(context, options);
  const model = options.model ?? (kindFacts(connection.profile.kind).practice ? PRACTICE_TEACHER : null);
  if (model === null) throw new UsageError(`--model is needed: which model of ${connection.profile.name} writes?`);
  await using services = openCommandServices(connection);
  services.deps.ledger.name(projectId, resolve(options.template));
  const planned = { projectId, template, plan: planOf(template, model, options), seed: options.seed ?? null };
  if (options.dryRun === true) return await dryRun(context, services, planned);
  const made = await generateRows(context, services, planned, out, options.capRun);
  return made.whole ? EXIT.done : EXIT.failure;
}

export interface Generated {
  readonly rows: number;
  /** Absolute; null when there was nothing to write. */
  readonly path: string | null;
  /** Every cell of the plan has its line. */
  readonly whole: boolean;
  readonly snapshot: OperationSnapshot<GenerateProgress>;
}

/** Runs the plan to its end, writes the file, and prints both. */
export async function generateRows(
  context: CommandContext,
  services: CommandServices,
  planned: PlannedRows,
  out: RowsFile,
  capRunUsd?: number,
): Promise<Generated> {
  const { deps, documents, profile, keysInUse } = services;
  const { projectId, template, plan, seed } = planned;
  const counts = await countPlan(deps.rows, planned, async () => false, { signal: context.signal });
  printCounts(context.output, counts, plan);
  makeRoomForCalls(NURSERY_BYTES);
  const request = { projectId, template, plan, seed, providerId: profile.id, whenCapped: 'end' as const };
  const handle = startGenerate(deps, { ...request, ...(capRunUsd === undefined ? {} : { capRunUsd }) });
  const snapshot = await follow(context, deps.registry, handle, batchProgress('generate', 'rows'));
  let written = 0;
  const left: Row[] = [];
  const lines = writtenLines(storedRows(deps.rows, planned), template, (row, whole) => {
    if (whole) written += 1;
    else left.push(row);
  });
  const keys = createKeyMask(keysInUse());
  const path = await writeUnlessEmpty(documents, out, keys.lines(lines)).catch((error: unknown) => {
    // What became of the paid calls is said all the same: the disk may be full for the file too.
    printBatchResult(context.output, snapshot);
    throw error;
  });
  if (keys.told() !== '') context.output.note(`! ${out.path}:${keys.told()}`);
  printLeftOut(context.output, left);
  const made = {
    rows: written,
    path,
    whole: snapshot.status === 'succeeded' && left.length === 0 && written >= snapshot.detail.total,
    snapshot,
  };
  printGenerated(context.output, made);
  return made;
}

/** What is new and what is there, before anything is asked. */
function printCounts(output: Output, counts: PlanCounts, plan: GenerationPlan): void {
  const { alreadyThere, byOthers, earlier } = counts;
  output.record('combinations', { ...counts, existing: plan.existing ?? USUAL_EXISTING });
  if (alreadyThere + byOthers + earlier === 0) return;
  for (const line of countLines(counts, plan)) output.line(line);
  if (byOthers + earlier > 0) output.line(`--existing ${EXISTING_CHOICES.join('|')} decides.`);
}

/** A file with lines in it is not replaced by an empty one. */
async function writeUnlessEmpty(
  documents: CommandServices['documents'],
  { path, replace }: RowsFile,
  lines: Generator<string, void, undefined>,
): Promise<string | null> {
  const first = lines.next();
  if (first.done === true) return null;
  function* all(line: string): Generator<string, void, undefined> {
    yield line;
    yield* lines;
  }
  return documents.writeText(path, all(first.value), { work: WORK, replace });
}

const LEFT_OUT_SHOWN = 10;

function printLeftOut(output: Output, rows: readonly Row[]): void {
  for (const row of rows) output.record('left-out', { cell: row.cell, status: row.status, error: row.error });
  if (output.json || rows.length === 0) return;
  output.note(`! ${plural(rows.length, 'row')} without a whole answer, left out of the file:`);
  for (const row of rows.slice(0, LEFT_OUT_SHOWN)) {
    output.note(`    ${cellLabel(row.cell)}: ${row.error ?? row.status}`);
  }
  if (rows.length > LEFT_OUT_SHOWN) output.note(`    … and ${count(rows.length - LEFT_OUT_SHOWN)} more`);
}

function printGenerated(output: Output, { rows, path, snapshot }: Generated): void {
  const { status, detail, problem } = snapshot;
  const { total, reused, costUsd } = detail;
  output.record('generated', { status, rows, total, reused, costUsd, out: path, problem });
  printBatchResult(output, snapshot);
  if (path !== null) output.line(`${plural(rows, 'row')} in ${path}`);
  if (path === null && status === 'succeeded')
    throw new CommandFailure('No answer came whole, so no file was written.');
}
