import type { ChatMessage } from '../../domain/chat/types.ts';
import type { Outcome } from '../../domain/common/outcome.ts';
import { chatLine, exportLines } from '../../domain/dataset/example-lines.ts';
import { EXPORT_FORMATS, type ExportFormat } from '../../domain/dataset/export-formats.ts';
import { type HeldOutProof, heldBack, heldOutText, heldOutWarnings, holdsAny } from '../../domain/dataset/hold-out.ts';
import { type HubFolder, hubFolder, jsonlOf, sideOf } from '../../domain/dataset/hub-folder.ts';
import { pairSideOf, pairsFolder } from '../../domain/dataset/hub-pairs.ts';
import { mergePairs, type PromptPairs, ratedPairs, votedPairs } from '../../domain/dataset/preferences.ts';
import type { DatasetReport } from '../../domain/dataset/report.ts';
import { exampleOf, flagsOf, type TrainableRows } from '../../domain/dataset/row.ts';
import { contentFlags } from '../../domain/dataset/rubbish/flags.ts';
import type { Row } from '../../domain/dataset/types.ts';
import type { EvaluatedItem } from '../../domain/evaluation/types.ts';
import type { Project } from '../../domain/project/types.ts';
import { plural } from '../../domain/text/format.ts';
import { createKeyMask, type KeyMask } from '../../domain/text/key-mask.ts';
import { ROWS_SAFE, type WorkbenchContext } from '../core/context.ts';
import type { Generation } from '../generation/actions.ts';
import { OperationError } from '../runtime/errors.ts';
import type { ExportPath } from '../runtime/ports.ts';
import { type CheckedLine, checkLines, type SplitLines, splitLines, splitPairs } from './training-files.ts';

/** Every preference pair of a project, by prompt. */
export type ReadPairs = (project: Project) => readonly PromptPairs[];

export interface DatasetActions {
  /** The training messages of a row, as they would be exported. */
  messages(row: Row): readonly ChatMessage[];
  /** The row as the chat line it is exported as, without a line end. */
  line(row: Row): string;
  /** Generates the answer again; the old one comes back with undo. */
  regenerate(ids: readonly string[]): void;
  check(model: string): Promise<Outcome<DatasetReport>>;
  /** The row behind a line of the last check; null when there is none, or the row is gone. */
  checkedRow(line: number): Row | null;
  /** The rows by their sides as a dataset folder of the Hugging Face Hub, `path` its folder. */
  exportFolder(to: ExportPath, what: TrainableRows | 'pairs'): Promise<Outcome<string>>;
  /** A format that does not ask for rows writes all there is, whichever are named. */
  export(to: ExportPath, format: ExportFormat, rows: TrainableRows): Promise<Outcome<string>>;
}

/** Every preference of a project, by prompt: of its rows' ratings, and of the blind votes in its evaluations. */
export function preferencePairs(
  context: WorkbenchContext,
  { id, template, training: { heldOut = [] } }: Project,
  itemsOf: (evaluationId: string) => readonly EvaluatedItem[],
): readonly PromptPairs[] {
  const { rows } = context.operations;
  const { evaluations, votes } = context.deps;
  const splitOf = (rowId: string) => {
    const row = rows.get(id, rowId);
    return row === null ? null : heldBack(row, heldOut).split;
  };
  function* sided(): Generator<Row> {
    for (const row of rows.scan(id, {})) yield heldBack(row, heldOut);
  }
  const voted = evaluations.list(id).flatMap((evaluation) => {
    const judged = votes.list(evaluation.id);
    return judged.length === 0 ? [] : votedPairs(itemsOf(evaluation.id), judged, splitOf);
  });
  return mergePairs([...ratedPairs(sided(), template), ...voted]);
}

/** The files of a folder of rows or of pairs; a side that is held out is there where it has any. */
function folderOf(
  name: string,
  { training, validation }: SplitLines,
  what: TrainableRows | 'pairs',
  keys: KeyMask,
): HubFolder {
  const train = [...keys.lines(training)];
  const held = [...keys.lines(validation)];
  if (what === 'pairs') {
    const sides = [pairSideOf('train', train), pairSideOf('validation', held)];
    return pairsFolder(name, null, held.length === 0 ? sides.slice(0, 1) : sides);
  }
  const sides = [sideOf('train', train), sideOf('validation', held)];
  return hubFolder(name, null, held.length === 0 ? sides.slice(0, 1) : sides);
}

/** Throws OperationError where there are none: an empty folder is of no use to a trainer. */
function somePairs(split: SplitLines): SplitLines {
  if (split.training.length + split.validation.length > 0) return split;
  throw new OperationError('failed', {
    what: 'There is no preference pair to export.',
    saved: ROWS_SAFE,
    next: 'Accept an answer and reject another of the same prompt, or vote blind in Evaluate.',
  });
}

export function createDatasetActions(
  context: WorkbenchContext,
  generation: Generation,
  pairs: ReadPairs,
): DatasetActions {
  const { rows } = context.operations;
  const { documents, keysInUse } = context.deps;
  let checked: readonly string[] = [];

  /** What of the held-out pairs stands in the training file, read back from it; empty where none are held out. */
  async function heldOutIn(project: Project, proof: HeldOutProof | null, file: string): Promise<string> {
    if (proof === null) return '';
    const held = project.training.heldOut ?? [];
    const lines = new Set<string>();
    const keys = createKeyMask(keysInUse());
    for (const row of rows.scan(project.id, {}))
      if (holdsAny(row.cell, held)) lines.add(keys.mask(chatLine(exampleOf(row, project.template))).trim());
    let leaked = 0;
    for await (const { text } of documents.readJsonValues(file)) if (lines.has(text.trim())) leaked += 1;
    const found = { ...proof, leaked };
    return ['', heldOutText(found), ...heldOutWarnings(found)].join(' ');
  }

  return {
    messages: (row) => exampleOf(row, context.project().template).messages,
    line: (row) => chatLine(exampleOf(row, context.project().template)).trimEnd(),
    regenerate: (ids) => generation.regenerate(ids),
    check: (model) =>
      context.attempt(ROWS_SAFE, () => {
        const { id, template, training } = context.project();
        const ids: string[] = [];
        checked = ids;
        function* lines(): Generator<CheckedLine> {
          for (const row of rows.scan(id, {})) {
            for (const text of exportLines([row], template, chatLine, training.rows)) {
              ids.push(row.id);
              yield { text, flags: contentFlags(flagsOf(row)) };
            }
          }
        }
        return checkLines(context.operations, model, lines());
      }),
    checkedRow(line) {
      const id = checked[line - 1];
      return id === undefined ? null : rows.get(context.project().id, id);
    },
    exportFolder({ path, replace }, what) {
      const project = context.project();
      const { id, name, template, training } = project;
      return context.attempt(ROWS_SAFE, async () => {
        const keys = createKeyMask(keysInUse());
        const split =
          what === 'pairs'
            ? somePairs(splitPairs(pairs(project), training))
            : splitLines(rows.scan(id, {}), template, { ...training, rows: what });
        const { dataset, texts, tables } = folderOf(name, split, what, keys);
        const { sides } = dataset;
        const choice = { work: 'dataset-folder', replace } as const;
        for (const [file, columns] of tables)
          await documents.writeText(`${path}/${file}`, await context.deps.parquetOf(columns), choice);
        for (const [file, text] of texts) await documents.writeText(`${path}/${file}`, text, choice);
        const counts = sides.map((side) => `${side.rows} ${side.name}`).join(' and ');
        const proof = await heldOutIn(project, split.heldOut ?? null, `${path}/${jsonlOf({ name: 'train' })}`);
        const parquet = dataset.plain ? '' : ' Rows that are more than texts are JSONL alone.';
        const noun = what === 'pairs' ? 'pairs' : 'rows';
        return `${counts} ${noun} written to ${path}; its README.md says what trainers are told.${parquet}${proof}${keys.told()}`;
      });
    },
    export({ path, replace }, format, which) {
      const project = context.project();
      const { noun, lines, leftOut } = EXPORT_FORMATS[format];
      let written = 0;
      function* counted(source: Iterable<string>): Generator<string> {
        for (const line of source) {
          written += 1;
          yield line;
        }
      }
      return context.attempt(ROWS_SAFE, async () => {
        const source = {
          rows: () => rows.scan(project.id, {}),
          pairs: () => pairs(project),
          template: project.template,
          which,
        };
        const keys = createKeyMask(keysInUse());
        const where = await documents.writeText(path, keys.lines(counted(lines(source))), { work: 'dataset', replace });
        const held = project.training.heldOut ?? [];
        const both =
          held.length === 0
            ? []
            : `Both sides are in it, ${plural(held.length, 'held-out pair')} too: the dataset folder keeps them apart.`;
        return [`${written} ${noun} written to ${where}.${keys.told()}`, leftOut(source) ?? [], both].flat().join(' ');
      });
    },
  };
}
