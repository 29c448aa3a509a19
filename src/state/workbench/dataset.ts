import { exampleOf, isTrainable } from '../../domain/dataset/example.ts';
import { exportLines } from '../../domain/dataset/export.ts';
import { preferenceLine } from '../../domain/dataset/preferences.ts';
import type { Row } from '../../domain/dataset/types.ts';
import { checkLines } from '../../operations/dataset/check.ts';
import { type Core, ROWS_SAFE } from './core.ts';
import type { Generation } from './generate.ts';
import type { ReadPairs } from './train.ts';
import type { DatasetActions } from './types.ts';

export function createDatasetActions(core: Core, generation: Generation, pairs: ReadPairs): DatasetActions {
  const { rows } = core.operations;
  const { documents } = core.deps;
  let checked: readonly string[] = [];

  return {
    messages: (row) => exampleOf(row, core.project().template).messages,
    regenerate: (ids) => generation.regenerate(ids),
    check: (model) =>
      core.attempt(ROWS_SAFE, () => {
        const { id, template, training } = core.project();
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
        return checkLines(core.operations, model, lines());
      }),
    checkedRow(line) {
      const id = checked[line - 1];
      return id === undefined ? null : rows.get(core.project().id, id);
    },
    async export(path, format, which) {
      if (format === 'dpo') {
        return core.attempt(ROWS_SAFE, async () => {
          const lines = pairs(core.project()).flatMap((prompt) => prompt.pairs.map(preferenceLine));
          return `${lines.length} pairs written to ${await documents.writeText(path, lines)}.`;
        });
      }
      const { id, template } = core.project();
      let count = 0;
      function* counted(source: Iterable<Row>): Generator<Row> {
        for (const row of source) {
          if (isTrainable(row, which)) count += 1;
          yield row;
        }
      }
      return core.attempt(ROWS_SAFE, async () => {
        const lines = exportLines(counted(rows.scan(id, {})), template, format, which);
        const where = await documents.writeText(path, lines);
        return `${count} rows written to ${where}.`;
      });
    },
  };
}
