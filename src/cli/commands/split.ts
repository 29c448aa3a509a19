import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { type ExampleFile, type FileExample, readExampleFile } from '../../app/dataset/example-file.ts';
import { leaksAmong } from '../../app/dataset/splits.ts';
import { isRecord, parseExactJson } from '../../domain/common/json.ts';
import {
  assignHoldingOut,
  drawPairs,
  type HeldOutProof,
  HeldOutTally,
  type HeldPair,
  type HoldOutRow,
  heldOutText,
  heldOutWarnings,
  holdsAny,
  pairText,
} from '../../domain/dataset/hold-out.ts';
import type { LegacyConvention } from '../../domain/dataset/legacy-pairs.ts';
import { exampleId } from '../../domain/dataset/row.ts';
import type { SplitSide } from '../../domain/dataset/split.ts';
import { ImportError, type SplitPlan, textOf, toValue } from '../../domain/importing/records.ts';
import { withoutByteOrderMark } from '../../domain/text/decoding.ts';
import { count, plural } from '../../domain/text/format.ts';
import { type CommandContext, CommandFailure, EXIT, type ExitCode, type SplitOptions, UsageError } from '../context.ts';
import { type LineCells, lineCells } from '../hold-out.ts';
import { openFileSystem } from '../named-files.ts';
import { settleOutputs } from '../outputs.ts';

const WORK = 'split';
const DEFAULT_SEED = 1;
const ROWS_NEEDED = 'Name a file of chat JSONL, one example a line.';

interface Line extends HoldOutRow {
  /** As it is written: without the names it is divided by. */
  readonly text: string;
  readonly question: string;
}

/**
 * `split F.jsonl`: its lines on two sides. Lines that the two files hold already stay where they are, so that a file
 * that has grown is split again without moving an old one.
 */
export async function split(context: CommandContext, file: string, options: SplitOptions): Promise<ExitCode> {
  const { output } = context;
  if (!existsSync(resolve(file))) throw new UsageError(`there is no file at ${file}`);
  const documents = openFileSystem(context);
  const outputs = [options.outTrain, options.outValidation];
  const taken = await documents.inspectOutputs({ work: WORK, inputs: [file], outputs });
  const frozen = await sidesThere(documents, options);
  const read = await readExampleFile(documents.readJsonValues(file), file).catch(asCommandFailure);
  const cells = await lineCells(context, options);
  const lines = linesOf(read, frozen, cells);
  if (lines.length === 0) throw new CommandFailure(`${file} has no lines.`, 'Nothing was written.', ROWS_NEEDED);
  // Sides whose every line is in the file lose nothing, whoever wrote them: each line goes on one side again.
  const there = new Set(lines.map(({ text }) => text));
  const isKept = [...frozen.keys()].every((line) => line === '' || there.has(line));
  const replace =
    (isKept && taken.length > 0) ||
    (await settleOutputs(context, documents, { work: WORK, inputs: [file], outputs }, options.force));
  const plan: SplitPlan = { train: options.train, seed: options.seed ?? DEFAULT_SEED, by: options.by ?? 'random' };
  refuseIdle(plan, lines);
  if (read.convention !== null) output.note(asTheyStand(read.convention));
  const pairs = pairsOf(lines, cells, options, plan);
  const sides = assignHoldingOut(lines, plan, pairs);
  const placed = lines.map((line) => ({ ...line, split: sides.get(line.id) ?? line.split }));
  const of = (side: SplitSide) => placed.filter((line) => line.split === side);
  const write = (path: string, side: SplitSide) =>
    documents.writeText(
      path,
      of(side).map(({ text }) => `${text}\n`),
      { work: WORK, replace },
    );
  const outTrain = await write(options.outTrain, 'train');
  const outValidation = await write(options.outValidation, 'validation');
  const heldOut = pairs.length === 0 ? null : await proofOf(documents, { outTrain, outValidation }, lines, pairs);
  const [train, validation] = [of('train').length, of('validation').length];
  const kept = lines.length - sides.size;
  const leaks = await leaksAmong(placed.map(({ id, split, question: text, group }) => ({ id, split, text, group })));
  for (const leak of leaks) output.record('leak', { ...leak });
  const { convention } = read;
  const counts = { train, validation, frozen: kept, leaks: leaks.length, heldOut, pairs };
  output.record('split', { ...counts, outTrain, outValidation, plan, convention });
  if (kept > 0) output.note(`${plural(kept, 'line')} stay on the side of the files that were there.`);
  if (leaks.length > 0) {
    output.note(`! ${plural(leaks.length, 'validation line')} of which the training lines give something away:`);
    for (const [kind, found] of Map.groupBy(leaks, (leak) => leak.kind))
      output.note(`    ${kind}: ${count(found.length)}`);
  }
  noteEmptySide(output, train, validation);
  output.line(`${plural(train, 'line')} in ${outTrain}`);
  output.line(`${plural(validation, 'line')} in ${outValidation}`);
  return heldOut === null ? EXIT.done : printHeldOut(output, heldOut, pairs, cells);
}

/** The lines that the two files hold already, by their text. */
async function sidesThere(
  documents: ReturnType<typeof openFileSystem>,
  { outTrain, outValidation }: SplitOptions,
): Promise<ReadonlyMap<string, SplitSide>> {
  const frozen = new Map<string, SplitSide>();
  for (const [path, side] of [
    [outTrain, 'train'],
    [outValidation, 'validation'],
  ] as const) {
    if (!existsSync(resolve(path))) continue;
    for await (const line of documents.readLines(path)) frozen.set(line.trim(), side);
  }
  return frozen;
}

function printHeldOut(
  output: CommandContext['output'],
  heldOut: HeldOutProof,
  pairs: readonly HeldPair[],
  { how }: LineCells,
): ExitCode {
  output.line(heldOutText(heldOut));
  output.line(`  ${pairs.map(pairText).join('; ')}`);
  output.note(how);
  for (const warning of heldOutWarnings(heldOut)) output.note(`! ${warning}`);
  return heldOut.leaked > 0 ? EXIT.failure : EXIT.done;
}

/** The pairs of the options. Throws CommandFailure where one of them is trained on already: a side once given stays. */
function pairsOf(
  lines: readonly Line[],
  { slots }: LineCells,
  { holdOut = [], holdOutPairs = 0 }: SplitOptions,
  { seed }: SplitPlan,
): readonly HeldPair[] {
  const drawn = drawPairs(lines, slots ?? [], { wanted: holdOutPairs, seed });
  if (drawn.length < holdOutPairs) {
    const what = `Only ${plural(drawn.length, 'pair')} can be held out with each of their values still learned.`;
    throw new CommandFailure(
      what,
      'Nothing was written.',
      'Ask for fewer, or name --template, whose slots they are of.',
    );
  }
  const pairs = [...new Map([...holdOut, ...drawn].map((pair) => [pairText(pair), pair])).values()];
  const trained = lines.filter(({ split: side, cell }) => side === 'train' && holdsAny(cell, pairs)).length;
  if (trained === 0) return pairs;
  throw new CommandFailure(
    `${plural(trained, 'line')} of these pairs ${trained === 1 ? 'is' : 'are'} in the training file already, and a side once given stays.`,
    'Nothing was written.',
    'Hold other pairs out, or write to other files.',
  );
}

/** What was really written: both files are read again, and each line counted by the values it was read with. */
async function proofOf(
  documents: ReturnType<typeof openFileSystem>,
  { outTrain, outValidation }: { readonly outTrain: string; readonly outValidation: string },
  lines: readonly Line[],
  pairs: readonly HeldPair[],
): Promise<HeldOutProof> {
  const cells = new Map(lines.map(({ text, cell }) => [text, cell]));
  const tally = new HeldOutTally(pairs);
  for (const [path, side] of [
    [outTrain, 'train'],
    [outValidation, 'validation'],
  ] as const)
    for await (const line of documents.readLines(path)) tally.add(cells.get(line.trim()) ?? {}, side);
  return tally.proof();
}

function noteEmptySide(output: CommandContext['output'], train: number, validation: number): void {
  if (train === 0) output.note('! All lines are on the validation side: there is nothing to train on.');
  if (validation === 0) output.note('! All lines are on the train side: nothing is held out.');
}

/** Refuses to divide by what the lines do not have: it would be a random split without a word. */
function refuseIdle({ by }: SplitPlan, lines: readonly Line[]): void {
  if (by === 'group' && lines.every(({ group }) => group === null)) {
    throw new CommandFailure('No line names a group.', 'Nothing was written.', 'Import with --group COLUMN first.');
  }
  if (by === 'label' && new Set(lines.map(({ label }) => label)).size === lines.length) {
    const next = 'Import with --label COLUMN first, or leave --by label away.';
    throw new CommandFailure('No two lines have the same label.', 'Nothing was written.', next);
  }
}

function asCommandFailure(error: unknown): never {
  if (error instanceof ImportError) throw new CommandFailure(error.message, 'Nothing was written.', error.next);
  throw error;
}

const asTheyStand = ({ pairs, separator }: LegacyConvention): string =>
  `${plural(pairs, 'pair')} in the old prompt/completion form (${separator} after each prompt), written as they stand: luthier import makes chat lines of them.`;

function linesOf({ examples }: ExampleFile, frozen: ReadonlyMap<string, SplitSide>, cells: LineCells): readonly Line[] {
  const seen = new Map<string, number>();
  return examples.map((found) => {
    const line = lineOf(found);
    const before = seen.get(line.text) ?? 0;
    seen.set(line.text, before + 1);
    const id = exampleId([{ role: 'user', content: line.text }], before === 0 ? '' : String(before));
    return { ...line, id, split: frozen.get(line.text) ?? null, cell: cells.cellOf(line) };
  });
}

/** A line as it stands in the file, but for the names it is divided by, and on one line. */
function lineOf({ text: typed, example: { prompt, completion } }: FileExample): Omit<Line, 'id' | 'split' | 'cell'> {
  const parsed = parseExactJson(withoutByteOrderMark(typed));
  const { label, group, ...rest } = isRecord(parsed) ? parsed : {};
  const text = typed.trim();
  return {
    text: label !== undefined || group !== undefined || text.includes('\n') ? JSON.stringify(rest) : text,
    label: nameIn(label) ?? completion.trim(),
    group: nameIn(group),
    question: prompt.flatMap(({ role, content }) => (role === 'system' ? [] : [content])).join('\n'),
  };
}

/** A label or a group, which may be written as a number; null where there is none. */
function nameIn(value: unknown): string | null {
  const name = textOf(toValue(value));
  return name === '' ? null : name;
}
