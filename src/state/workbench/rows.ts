import { exampleId } from '../../domain/dataset/identity.ts';
import type { Row } from '../../domain/dataset/types.ts';
import { plural } from '../../domain/text/figures.ts';
import { plainRow } from '../../operations/dataset/import.ts';
import { createBulkActions } from './bulk.ts';
import { type Core, ROWS_SAFE } from './core.ts';
import type { RowActions } from './types.ts';
import type { UndoStack } from './undo.ts';

export function createRowActions(core: Core, undo: UndoStack): RowActions {
  const { rows } = core.operations;
  const { clock } = core.deps;
  const projectId = (): string => core.project().id;
  const found = (ids: readonly string[]): readonly Row[] =>
    ids.map((id) => rows.get(projectId(), id)).filter((row) => row !== null);

  /** Changes rows, with their old form on the undo stack. */
  function change(label: string, before: readonly Row[], after: (row: Row) => Row): void {
    if (before.length === 0) return;
    core.guard(ROWS_SAFE, () => {
      rows.put(before.map((row) => ({ ...after(row), updatedAt: clock.now() })));
      undo.push(label, () => rows.put(before));
    });
  }

  return {
    ...createBulkActions(core, undo),
    window: (query) => rows.query(projectId(), query),
    count: (filter) => rows.counts(projectId(), filter).total,
    ids: (filter) => Array.from(rows.scan(projectId(), filter), (row) => row.id),
    get: (id) => rows.get(projectId(), id),
    rate(ids, rating) {
      const changed = found(ids).filter((row) => row.rating !== rating);
      change(`${rating} on ${plural(changed.length, 'row')}`, changed, (row) => ({ ...row, rating }));
    },
    edit(id, edit) {
      change('the edit of a row', found([id]), (row) => ({ ...row, ...edit, edited: true }));
    },
    learn({ rowId, prompt, target, slices }) {
      const row = rowId === null ? null : rows.get(projectId(), rowId);
      if (row !== null) {
        change('a row for training', [row], (before) => ({ ...before, rating: 'accepted', split: 'train' }));
        return 'Its row is accepted and on the training side.';
      }
      const id = exampleId([...prompt, { role: 'assistant', content: target }]);
      if (rows.get(projectId(), id) !== null) return 'It is a row already.';
      core.guard(ROWS_SAFE, () => {
        const made = plainRow(projectId(), id, 'imported', prompt, target, clock.now());
        rows.put([{ ...made, cell: { ...slices }, rating: 'accepted', split: 'train' }]);
        undo.push('an added row', () => rows.remove(projectId(), [id]));
      });
      return 'Added as an accepted row of the training side.';
    },
    remove(ids) {
      const before = found(ids);
      if (before.length === 0) return;
      core.guard(ROWS_SAFE, () => {
        rows.remove(
          projectId(),
          before.map((row) => row.id),
        );
        undo.push(`the removal of ${plural(before.length, 'row')}`, () => rows.put(before));
      });
    },
    undo() {
      let label: string | null = null;
      core.guard(ROWS_SAFE, () => {
        label = undo.pop();
      });
      return label;
    },
  };
}
