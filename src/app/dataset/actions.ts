import type { ChatMessage } from '../../domain/chat/types.ts';
import type { Outcome } from '../../domain/common/outcome.ts';
import type { DatasetReport } from '../../domain/dataset/check.ts';
import { exportLines } from '../../domain/dataset/example-lines.ts';
import {
  mergePairs,
  type PromptPairs,
  preferenceLine,
  ratedPairs,
  votedPairs,
} from '../../domain/dataset/preferences.ts';
import { exampleOf, isTrainable } from '../../domain/dataset/row.ts';
import type { Row } from '../../domain/dataset/types.ts';
import type { EvaluatedItem } from '../../domain/evaluation/types.ts';
import type { Project } from '../../domain/project/types.ts';
import { ROWS_SAFE, type WorkbenchContext } from '../core/context.ts';
import type { Generation } from '../generation/actions.ts';
import { checkLines } from './training-files.ts';

/** Every preference pair of a project, by prompt. */
export type ReadPairs = (project: Project) => readonly PromptPairs[];

export interface DatasetActions {
  /** The training messages of a row, as they would be exported. */
  messages(row: Row): readonly ChatMessage[];
  /** Buys the answer again; the old one comes back with undo. */
  regenerate(ids: readonly string[]): void;
  check(model: string): Promise<Outcome<DatasetReport>>;
  /** The row behind a line of the last check; null when there is none, or the row is gone. */
  checkedRow(line: number): Row | null;
  /** `dpo` writes every preference pair there is, whichever rows are asked for. */
  export(
    path: string,
    format: 'chat' | 'prompt-completion' | 'dpo',
    rows: 'accepted' | 'not-rejected',
  ): Promise<Outcome<string>>;
}

/** Every preference of a project, by prompt: of its rows' ratings, and of the blind votes in its evaluations. */
export function preferencePairs(
  context: WorkbenchContext,
  { id, template }: Project,
  itemsOf: (evaluationId: string) => readonly EvaluatedItem[],
): readonly PromptPairs[] {
  const { rows } = context.operations;
  const { evaluations, votes } = context.deps;
  const splitOf = (rowId: string) => rows.get(id, rowId)?.split ?? null;
  const voted = evaluations.list(id).flatMap((evaluation) => {
    const judged = votes.list(evaluation.id);
    return judged.length === 0 ? [] : votedPairs(itemsOf(evaluation.id), judged, splitOf);
  });
  return mergePairs([...ratedPairs(rows.scan(id, {}), template), ...voted]);
}

export function createDatasetActions(
  context: WorkbenchContext,
  generation: Generation,
  pairs: ReadPairs,
): DatasetActions {
  const { rows } = context.operations;
  const { documents } = context.deps;
  let checked: readonly string[] = [];

  return {
    messages: (row) => exampleOf(row, context.project().template).messages,
    regenerate: (ids) => generation.regenerate(ids),
    check: (model) =>
      context.attempt(ROWS_SAFE, () => {
        const { id, template, training } = context.project();
        const ids: string[] = [];
        checked = ids;
        function* lines(): Generator<string> {
          for (const row of rows.scan(id, {})) {
            for (const line of exportLines([row], template, 'chat', training.rows)) {
              ids.push(row.id);
              yield line;
            }
          }
        }
        return checkLines(context.operations, model, lines());
      }),
    checkedRow(line) {
      const id = checked[line - 1];
      return id === undefined ? null : rows.get(context.project().id, id);
    },
    async export(path, format, which) {
      if (format === 'dpo') {
        return context.attempt(ROWS_SAFE, async () => {
          const lines = pairs(context.project()).flatMap((prompt) => prompt.pairs.map(preferenceLine));
          return `${lines.length} pairs written to ${await documents.writeText(path, lines)}.`;
        });
      }
      const { id, template } = context.project();
      let count = 0;
      function* counted(source: Iterable<Row>): Generator<Row> {
        for (const row of source) {
          if (isTrainable(row, which)) count += 1;
          yield row;
        }
      }
      return context.attempt(ROWS_SAFE, async () => {
        const lines = exportLines(counted(rows.scan(id, {})), template, format, which);
        const where = await documents.writeText(path, lines);
        return `${count} rows written to ${where}.`;
      });
    },
  };
}
