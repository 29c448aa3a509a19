import type { ReadExample } from '../../domain/dataset/example-lines.ts';
import { heldBack } from '../../domain/dataset/hold-out.ts';
import { conventionWords } from '../../domain/dataset/legacy-pairs.ts';
import { isTrainable, lineId, promptOf, slotsOf } from '../../domain/dataset/row.ts';
import { SeenLines } from '../../domain/dataset/seen-lines.ts';
import { divideRows } from '../../domain/dataset/split.ts';
import type { Row } from '../../domain/dataset/types.ts';
import { questionOf } from '../../domain/dataset/whole-lines.ts';
import type { EvaluationItem, EvaluationSource } from '../../domain/evaluation/types.ts';
import { ImportError } from '../../domain/importing/records.ts';
import type { TrainingPlan } from '../../domain/project/types.ts';
import type { Template } from '../../domain/template/types.ts';
import { plural } from '../../domain/text/format.ts';
import type { JsonValue } from '../../domain/text/json-values.ts';
import { readExampleFile } from '../dataset/example-file.ts';
import { OperationError } from '../runtime/errors.ts';

const NOTHING = 'Nothing was sent.';

type Side = Extract<EvaluationSource, { readonly kind: 'rows' }>['side'];

/** Rows of a project as items: those it trains on, on the same two sides as its training files. */
export function itemsOfRows(
  rows: Iterable<Row>,
  template: Template,
  plan: Pick<TrainingPlan, 'rows' | 'validationShare' | 'splitSeed' | 'heldOut'>,
  side: Side,
): readonly EvaluationItem[] {
  const held = plan.heldOut ?? [];
  const usable = Array.from(rows, (row) => heldBack(row, held)).filter((row) => isTrainable(row, plan.rows));
  const chosen = side === 'all' ? usable : divideRows(usable, plan.validationShare, plan.splitSeed)[side];
  if (chosen.length > 0) {
    return chosen.map((row, index) => ({
      id: row.id,
      rowId: row.id,
      line: index + 1,
      slices: row.cell,
      ...(Object.keys(slotsOf(row)).length === 0 ? {} : { slots: slotsOf(row) }),
      ...rowAsked(row, template),
    }));
  }
  throw new OperationError('failed', {
    what: usable.length === 0 ? 'There is no row to evaluate on.' : `No row is on the ${side} side.`,
    saved: NOTHING,
    next:
      usable.length === 0
        ? 'Generate or import rows, and accept them, in Dataset.'
        : 'Choose another side, or split the rows in Dataset.',
  });
}

function rowAsked(row: Row, template: Template) {
  const prompt = promptOf(row, template);
  if (row.whole === undefined) return { prompt, target: row.completion };
  const { learned: _, ...asked } = askedOf({ prompt, completion: row.completion, whole: row.whole });
  return asked;
}

/** A file as items, and what a person should know of how they were read, each in a sentence. */
export interface FileItems {
  readonly items: readonly EvaluationItem[];
  readonly notes: readonly string[];
}

/**
 * The examples of a chat (or prompt/completion) file as items, the last assistant message that is learned being what is
 * wanted. One that cannot be read ends it: an accuracy over the rest would be of another file than the one that was named.
 */
export async function itemsOfFile(source: AsyncIterable<JsonValue>, path: string): Promise<FileItems> {
  const { examples, convention } = await readExampleFile(source, path).catch(asOperationError);
  if (examples.length === 0) {
    throw new OperationError('failed', {
      what: 'The file has no lines.',
      saved: NOTHING,
      next: 'Name a file of chat JSONL, one example a line.',
    });
  }
  const seen = new SeenLines();
  let several = 0;
  const items = examples.map(({ line, example }): EvaluationItem => {
    const { learned, ...asked } = askedOf(example);
    if (learned > 1) several += 1;
    return { id: lineId(example, seen), rowId: null, line, ...asked, slices: {} };
  });
  const notes = [
    ...(convention === null ? [] : [conventionWords(convention)]),
    ...(several === 0 ? [] : [severalWords(several)]),
  ];
  return { items, notes };
}

const severalWords = (lines: number): string =>
  `${plural(lines, 'line')} ${lines === 1 ? 'has' : 'have'} several answers to learn: the last of them is asked for, after all that stands before it.`;

/** What an example asks, and what is wanted. */
function askedOf({ prompt, completion, whole }: ReadExample) {
  const plain = { prompt, target: completion, learned: prompt.filter(({ role }) => role === 'assistant').length + 1 };
  if (whole === undefined) return plain;
  const { raw: _, ...asked } = { raw: null, ...(questionOf(whole) ?? plain) };
  return { ...asked, whole };
}

function asOperationError(error: unknown): never {
  if (!(error instanceof ImportError)) throw error;
  throw new OperationError('failed', { what: error.message, saved: NOTHING, next: error.next });
}
