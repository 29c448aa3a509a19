import { exportLines } from '../../domain/dataset/export.ts';
import { type PromptPairs, preferenceLine } from '../../domain/dataset/preferences.ts';
import { divideRows } from '../../domain/dataset/split.ts';
import type { Row, RowSplit } from '../../domain/dataset/types.ts';
import type { TrainingPlan } from '../../domain/project/types.ts';
import type { Template } from '../../domain/template/types.ts';

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
}

const PIECE_BYTES = 256 * 1024;

/** The rows a plan trains on as JSONL lines, on the two sides of its split. */
export function splitLines(
  rows: Iterable<Row>,
  template: Template,
  plan: Pick<TrainingPlan, 'rows' | 'validationShare' | 'splitSeed'>,
): SplitLines {
  const lines: { readonly id: string; readonly split: RowSplit; readonly line: string }[] = [];
  for (const row of rows) {
    for (const line of exportLines([row], template, 'chat', plan.rows))
      lines.push({ id: row.id, split: row.split, line });
  }
  const { train, validation } = divideRows(lines, plan.validationShare, plan.splitSeed);
  return { training: train.map(({ line }) => line), validation: validation.map(({ line }) => line) };
}

/** Pairs as JSONL lines on the two sides of a plan's split; the pairs of one prompt are on one side. */
export function splitPairs(
  prompts: readonly PromptPairs[],
  plan: Pick<TrainingPlan, 'validationShare' | 'splitSeed'>,
): SplitLines {
  const { train, validation } = divideRows(prompts, plan.validationShare, plan.splitSeed);
  const linesOf = (side: readonly PromptPairs[]) => side.flatMap(({ pairs }) => pairs.map(preferenceLine));
  return { training: linesOf(train), validation: linesOf(validation) };
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

/** Both sides of a split as files; an empty validation side is none. */
export function trainingFiles(lines: SplitLines, name: string): TrainingFiles {
  const stem =
    name
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-+|-+$/g, '') || 'dataset';
  return {
    training: fileOf(`${stem}-train.jsonl`, lines.training),
    validation: lines.validation.length === 0 ? null : fileOf(`${stem}-validation.jsonl`, lines.validation),
  };
}
