import { exampleOf, isTrainable } from '../../domain/dataset/example.ts';
import { exportLines } from '../../domain/dataset/export.ts';
import type { Row } from '../../domain/dataset/types.ts';
import { failed, ok } from '../../domain/text/problem.ts';
import { checkLines } from '../../operations/dataset/check.ts';
import { type ImportResult, startImport } from '../../operations/dataset/import.ts';
import { type Core, problemOfEnd, ROWS_SAFE } from './core.ts';
import type { Generation } from './generate.ts';
import type { DatasetActions } from './types.ts';

export function createDatasetActions(core: Core, generation: Generation): DatasetActions {
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
    async import(path) {
      const lines = () => documents.readLines(path);
      const handle = startImport(core.operations, { projectId: core.project().id, path, lines });
      const end = await handle.finished;
      const result = handle.result();
      if (end.status !== 'succeeded') return failed(problemOfEnd(end, `${result.added} rows were added before.`));
      if (result.added + result.there > 0 || result.refused === 0) return ok(inWords(result));
      const next = firstFix(result) ?? 'Use chat JSONL, or prompt/completion JSONL.';
      return failed({ what: inWords(result), saved: ROWS_SAFE, next });
    },
  };
}

const firstError = ({ findings }: ImportResult) => findings.find(({ severity }) => severity === 'error');
const firstFix = (result: ImportResult): string | null => firstError(result)?.fix ?? null;

function inWords(result: ImportResult): string {
  const parts = [`${result.added} rows added`];
  if (result.there > 0) parts.push(`${result.there} were there`);
  if (result.refused > 0) parts.push(`${result.refused} lines refused`);
  const first = firstError(result);
  const cause = first === undefined ? '' : ` Line ${first.line}: ${first.message} ${first.fix}`;
  return `${parts.join(', ')}.${cause}`;
}
