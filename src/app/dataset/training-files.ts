import { type CooperativeTask, runToEnd } from '../../domain/common/cooperative.ts';
import { canonicalJson, isRecord } from '../../domain/common/json.ts';
import { DatasetCheck } from '../../domain/dataset/check.ts';
import { chatLine, exportLines } from '../../domain/dataset/example-lines.ts';
import { type HeldOutProof, HeldOutTally, heldBack } from '../../domain/dataset/hold-out.ts';
import { countLine } from '../../domain/dataset/line/look.ts';
import { parseTrainingLine } from '../../domain/dataset/line/preference.ts';
import { type PromptPairs, preferenceLine } from '../../domain/dataset/preferences.ts';
import type { DatasetReport } from '../../domain/dataset/report.ts';
import { exampleId, exampleOf, hasFlag, isTrainable } from '../../domain/dataset/row.ts';
import type { ContentFlag } from '../../domain/dataset/rubbish/flags.ts';
import { divideRows, sideOf } from '../../domain/dataset/split.ts';
import type { Row, RowSplit } from '../../domain/dataset/types.ts';
import type { PriceTable } from '../../domain/pricing/prices.ts';
import type { TrainingPlan } from '../../domain/project/types.ts';
import type { Cell, Template } from '../../domain/template/types.ts';
import { linesOf } from '../../domain/text/lines.ts';
import type { DataVersion } from '../../domain/training/types.ts';
import { slugOf } from '../../domain/wandb/names.ts';
import type { CallOptions, TokenCounter } from '../runtime/ports.ts';

/** A file to be uploaded: its bytes are fixed before the first is sent. */
export interface TrainingFile {
  readonly filename: string;
  readonly examples: number;
  readonly bytes: number;
  body(): AsyncIterable<Uint8Array>;
}

export interface TrainingFiles {
  readonly training: TrainingFile;
  readonly validation: TrainingFile | null;
}

export interface SplitLines {
  readonly training: readonly string[];
  readonly validation: readonly string[];
  /** How many of the lines are of rows with a flag; absent where no row stands behind a line. */
  readonly flagged?: number;
  /** What of the pairs that are held out stands on which side; null or absent where none are. */
  readonly heldOut?: HeldOutProof | null;
}

const PIECE_BYTES = 256 * 1024;

type Split = Pick<TrainingPlan, 'validationShare' | 'splitSeed'>;
type LinePlan = Split & Pick<TrainingPlan, 'rows' | 'heldOut'>;

/** The rows a plan trains on as JSONL lines, on the two sides of its split. */
export const splitLines = (rows: Iterable<Row>, template: Template, plan: LinePlan): SplitLines =>
  runToEnd(splitLineParts(rows, template, plan));

/** The same, a row a part. */
export function* splitLineParts(rows: Iterable<Row>, template: Template, plan: LinePlan): CooperativeTask<SplitLines> {
  const pairs = plan.heldOut ?? [];
  const lines: { readonly id: string; readonly split: RowSplit; readonly cell: Cell; readonly line: string }[] = [];
  let flagged = 0;
  for (const row of rows) {
    for (const line of exportLines([row], template, chatLine, plan.rows)) {
      lines.push(heldBack({ id: row.id, split: row.split, cell: row.cell, line }, pairs));
      if (hasFlag(row, 'any')) flagged += 1;
    }
    yield;
  }
  const { train, validation } = yield* divideParts(lines, plan);
  const tally = new HeldOutTally(pairs);
  for (const { cell } of train) tally.add(cell, 'train');
  for (const { cell } of validation) tally.add(cell, 'validation');
  return {
    training: train.map(({ line }) => line),
    validation: validation.map(({ line }) => line),
    flagged,
    heldOut: pairs.length === 0 ? null : tally.proof(),
  };
}

/** Pairs as JSONL lines on the two sides of a plan's split; the pairs of one prompt are on one side. */
export const splitPairs = (prompts: readonly PromptPairs[], plan: Split): SplitLines =>
  runToEnd(splitPairParts(prompts, plan));

/** The same, a prompt a part. */
export function* splitPairParts(prompts: readonly PromptPairs[], plan: Split): CooperativeTask<SplitLines> {
  const { train, validation } = yield* divideParts(prompts, plan);
  return { training: yield* pairLines(train), validation: yield* pairLines(validation) };
}

function* pairLines(side: readonly PromptPairs[]): CooperativeTask<readonly string[]> {
  const lines: string[] = [];
  for (const { pairs } of side) {
    for (const pair of pairs) lines.push(preferenceLine(pair));
    yield;
  }
  return lines;
}

interface Placed {
  readonly id: string;
  readonly split: RowSplit;
}

interface Divided<T> {
  readonly train: readonly T[];
  readonly validation: readonly T[];
}

/** Sides that are as large as this are as chance made them: `divideRows` mends only what is smaller. */
const MENDED_BELOW = 100;

/** As `divideRows` does it, a row a part: the hash of each row takes its time where there are many. */
function* divideParts<T extends Placed>(
  rows: readonly T[],
  { validationShare, splitSeed }: Split,
): CooperativeTask<Divided<T>> {
  if (validationShare > 0 && rows.length > MENDED_BELOW && rows.every(({ split }) => split === null)) {
    const train: T[] = [];
    const validation: T[] = [];
    for (const row of rows) {
      (sideOf(row.id, validationShare, splitSeed) === 'train' ? train : validation).push(row);
      yield;
    }
    if (validation.length > 0 && train.length >= MENDED_BELOW) return { train, validation };
  }
  return divideRows(rows, validationShare, splitSeed);
}

/** Lines, each with its line end, as a file. */
export function fileOf(filename: string, lines: readonly string[]): TrainingFile {
  const bytes = lines.reduce((total, line) => total + Buffer.byteLength(line), 0);
  async function* body(): AsyncGenerator<Uint8Array> {
    let piece = '';
    for (const line of lines) {
      piece += line;
      if (piece.length < PIECE_BYTES) continue;
      yield Buffer.from(piece);
      piece = '';
    }
    if (piece !== '') yield Buffer.from(piece);
  }
  return { filename, examples: lines.length, bytes, body };
}

/** Chat lines of the rows that came whole; `onRow` is called with each row, and whether it was written. */
export function* writtenLines(
  rows: Iterable<Row>,
  template: Template,
  onRow: (row: Row, written: boolean) => void,
): Generator<string, void, undefined> {
  for (const row of rows) {
    const written = isTrainable(row, 'not-rejected');
    onRow(row, written);
    if (written) yield chatLine(exampleOf(row, template));
  }
}

/**
 * A file's lines on two sides, as files named after it. A line goes by its own text, and a preference line by its
 * prompt, so that what is equal is on the same side in every split, and no prompt is on both.
 */
export function splitFile(filename: string, text: string, plan: Split): TrainingFiles {
  const lines = linesOf(text).filter((line) => line.trim() !== '');
  const placed = Array.from(Map.groupBy(lines, placeOf), ([place, equal]) => ({
    id: exampleId([{ role: 'user', content: place }]),
    split: null,
    lines: equal.map((line) => `${line}\n`),
  }));
  const { train, validation } = runToEnd(divideParts(placed, plan));
  const side = (rows: typeof train, name: string): TrainingFile =>
    fileOf(
      filename.replace(/(\.\w+)?$/, `-${name}$1`),
      rows.flatMap((row) => row.lines),
    );
  return {
    training: side(train, 'train'),
    validation: validation.length === 0 ? null : side(validation, 'validation'),
  };
}

/** What of a line decides its side. */
function placeOf(line: string): string {
  if (!line.includes('"preferred_output"')) return line;
  try {
    const value: unknown = JSON.parse(line);
    return isRecord(value) && isRecord(value.input) ? canonicalJson(value.input.messages) : line;
  } catch {
    return line;
  }
}

/** Both sides of a split as files; an empty validation side is none. */
export function trainingFiles(lines: SplitLines, name: string): TrainingFiles {
  const stem = slugOf(name, { fallback: 'dataset' });
  return {
    training: fileOf(`${stem}-train.jsonl`, lines.training),
    validation: lines.validation.length === 0 ? null : fileOf(`${stem}-validation.jsonl`, lines.validation),
  };
}

/** Enough to distinguish the data of a project's runs, and short enough for a column. */
const DIGITS = 8;

/** What files hold, by their bytes' hashes alone: the same lines under another name are the same version. */
export const dataVersion = (training: string, validation: string | null): DataVersion => ({
  training: training.slice(0, DIGITS),
  validation: validation?.slice(0, DIGITS) ?? null,
});

/** Lines looked at in one go: their texts are counted in one message to the worker. */
const LINES_AT_ONCE = 128;

export interface CheckDeps {
  readonly tokens: TokenCounter;
  readonly prices: () => PriceTable;
}

/** A line of a row, with the row's flags, which say more than its text: its slots are known. */
export interface CheckedLine {
  readonly text: string;
  readonly flags: readonly ContentFlag[] | null;
}

/**
 * Checks a chat training file, its lines given with or without their line ends. Tokens are counted off the main loop,
 * some lines at a time, so a file of any size never holds up a key.
 */
export async function checkLines(
  deps: CheckDeps,
  model: string,
  lines: AsyncIterable<string> | Iterable<string | CheckedLine>,
  options: CallOptions = {},
): Promise<DatasetReport> {
  const counts = new Map<string, number>();
  const prices = deps.prices();
  const check = new DatasetCheck({ model, prices, count: (text) => counts.get(text) ?? 0 });

  async function take(batch: readonly CheckedLine[]): Promise<void> {
    const texts = new Set<string>();
    const collect = (text: string): number => {
      texts.add(text);
      return 0;
    };
    for (const { text } of batch) {
      const { line } = parseTrainingLine(text, 1);
      if (line !== null) countLine(line, collect);
    }
    const names = [...texts];
    const counted = await deps.tokens.count(model, names, options);
    counts.clear();
    names.forEach((text, index) => {
      counts.set(text, counted[index] ?? 0);
    });
    for (const { text, flags } of batch) check.push(text, undefined, flags);
  }

  let batch: CheckedLine[] = [];
  for await (const given of lines) {
    const { text, flags } = typeof given === 'string' ? { text: given, flags: null } : given;
    batch.push({ text: text.replace(/\r?\n$/, ''), flags });
    if (batch.length < LINES_AT_ONCE) continue;
    await take(batch);
    options.signal?.throwIfAborted();
    batch = [];
  }
  if (batch.length > 0) await take(batch);
  return check.finish();
}
