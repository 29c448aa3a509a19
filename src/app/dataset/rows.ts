import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Outcome } from '../../domain/common/outcome.ts';
import { lineId } from '../../domain/dataset/row.ts';
import { SeenLines } from '../../domain/dataset/seen-lines.ts';
import type { Rating, Row, RowFilter, RowQuery } from '../../domain/dataset/types.ts';
import { shownLine, withAnswer } from '../../domain/dataset/whole-lines.ts';
import type { EvaluationItem } from '../../domain/evaluation/types.ts';
import { plural } from '../../domain/text/format.ts';
import { ROWS_SAFE, type WorkbenchContext } from '../core/context.ts';
import type { UndoStack } from '../core/undo.ts';
import type { PlacedRow } from '../runtime/ports.ts';
import { plainRow } from './import.ts';
import { pagesOf } from './search.ts';

export interface RowEdit {
  readonly completion?: string;
}

export interface RowActions {
  window(query: RowQuery): readonly Row[];
  count(filter: RowFilter): number;
  /** Every id of the filter, in creation order, to mark or rate them all. */
  ids(filter: RowFilter): readonly string[];
  /** Every row of the filter in creation order, read from disk a few at a time as they are asked for. */
  all(filter: RowFilter): Iterable<Row>;
  /** Every row in creation order, each with a number by which `at` has it again. */
  placed(): Iterable<PlacedRow>;
  at(place: number): Row | null;
  get(id: string): Row | null;
  rate(ids: readonly string[], rating: Rating): void;
  edit(id: string, change: RowEdit): void;
  /**
   * Puts prompt and target among the rows that are trained on: its own row, accepted and on the training side,
   * or a new one when it has none. Says what it did; undo takes it back.
   */
  learn(item: Pick<EvaluationItem, 'rowId' | 'prompt' | 'target' | 'slices' | 'whole'>): string;
  remove(ids: readonly string[]): void;
  /**
   * Rates every row of the filter but these, some hundred at a time, so that keys are handled in between; one undo takes
   * all of it back. Gives how many changed.
   */
  rateAll(filter: RowFilter, except: ReadonlySet<string>, rating: Rating): Promise<Outcome<number>>;
  /** Removes every row of the filter but these, in the same way. */
  removeAll(filter: RowFilter, except: ReadonlySet<string>): Promise<Outcome<number>>;
  /** Takes back the last rate, edit, remove or regenerate; says what it took back, null when there is nothing. */
  undo(): string | null;
}

/** Rows at a time: few enough that a key pressed meanwhile is read within a frame or two. */
const STEP = 200;
const SOME_DONE = 'What was changed before is on disk; undo takes it back.';

async function inSteps<T>(items: Iterable<T> | AsyncIterable<T>, take: (step: readonly T[]) => void): Promise<void> {
  let step: T[] = [];
  for await (const item of items) {
    step.push(item);
    if (step.length < STEP) continue;
    take(step);
    step = [];
    await nextTurn();
  }
  if (step.length > 0) take(step);
}

export interface BulkActions {
  rateAll(filter: RowFilter, except: ReadonlySet<string>, rating: Rating): Promise<Outcome<number>>;
  removeAll(filter: RowFilter, except: ReadonlySet<string>): Promise<Outcome<number>>;
}

/** What is done to a whole filter at once: in steps, and taken back by one undo. */
function createBulkActions(context: WorkbenchContext, undo: UndoStack): BulkActions {
  const { rows } = context.operations;
  const { clock } = context.deps;

  async function* chosen(projectId: string, filter: RowFilter, except: ReadonlySet<string>): AsyncGenerator<Row> {
    for await (const page of pagesOf(context, projectId, filter)) yield* page.rows.filter((row) => !except.has(row.id));
  }

  async function takeBack<T>(items: Iterable<T>, take: (step: readonly T[]) => void): Promise<void> {
    const outcome = await context.attempt(ROWS_SAFE, () => inSteps(items, take));
    if (!outcome.ok) context.problem(outcome.problem);
  }

  return {
    rateAll(filter, except, rating) {
      const projectId = context.project().id;
      const before = new Map<string, Rating>();
      const rateStep = (step: readonly Row[]): void => {
        const changed = step.filter((row) => row.rating !== rating);
        rows.put(changed.map((row) => ({ ...row, rating, updatedAt: clock.now() })));
        for (const row of changed) before.set(row.id, row.rating);
      };
      const revert = (step: readonly (readonly [string, Rating])[]): void => {
        const old = step.map(([id, rated]) => ({ row: rows.get(projectId, id), rated }));
        rows.put(old.flatMap(({ row, rated }) => (row === null ? [] : [{ ...row, rating: rated }])));
      };
      return context.attempt(SOME_DONE, async () => {
        try {
          await inSteps(chosen(projectId, filter, except), rateStep);
        } finally {
          context.reads.invalidateAtOnce('rows');
          if (before.size > 0) undo.push(`${rating} on ${before.size} rows`, () => void takeBack(before, revert));
        }
        return before.size;
      });
    },
    removeAll(filter, except) {
      const projectId = context.project().id;
      const before: Row[] = [];
      const removeStep = (step: readonly Row[]): void => {
        rows.remove(
          projectId,
          step.map((row) => row.id),
        );
        before.push(...step);
      };
      return context.attempt(SOME_DONE, async () => {
        try {
          await inSteps(chosen(projectId, filter, except), removeStep);
        } finally {
          const revert = (): void => void takeBack(before, (step) => rows.put(step));
          context.reads.invalidateAtOnce('rows');
          if (before.length > 0) undo.push(`the removal of ${before.length} rows`, revert);
        }
        return before.length;
      });
    },
  };
}

/** The line an item is of: its question and target, or the whole line where that is more. */
function lineOf({ prompt, target, whole }: Pick<EvaluationItem, 'prompt' | 'target' | 'whole'>) {
  if (whole === undefined) return { prompt, completion: target };
  const shown = shownLine(whole);
  return { prompt: shown.slice(0, -1), completion: shown.at(-1)?.content ?? target, whole };
}

/** An imported row's cell holds label and group; what of it was the old answer is the label, and goes with the answer. */
function relabelled({ source, cell, completion }: Row, answer: string): Row['cell'] {
  if (source !== 'imported' || completion.trim() === '') return cell;
  return Object.fromEntries(
    Object.entries(cell).map(([name, value]) => [name, value.trim() === completion.trim() ? answer.trim() : value]),
  );
}

/** A row with another answer; in a line that is kept whole the answer is changed where it stands. */
function edited(row: Row, { completion = row.completion, ...rest }: RowEdit): Row {
  const whole = row.whole === undefined ? {} : { whole: withAnswer(row.whole, completion) };
  return { ...row, ...rest, completion, cell: relabelled(row, completion), ...whole, edited: true };
}

export function createRowActions(context: WorkbenchContext, undo: UndoStack): RowActions {
  const { rows } = context.operations;
  const { clock } = context.deps;
  const projectId = (): string => context.project().id;
  /** A person sees at once what a key did, not when the rows are counted again. */
  const changed = (): void => context.reads.invalidateAtOnce('rows');
  const found = (ids: readonly string[]): readonly Row[] =>
    ids.map((id) => rows.get(projectId(), id)).filter((row) => row !== null);

  /** Changes rows, with their old form on the undo stack. */
  function change(label: string, before: readonly Row[], after: (row: Row) => Row): void {
    if (before.length === 0) return;
    context.guard(ROWS_SAFE, () => {
      rows.put(before.map((row) => ({ ...after(row), updatedAt: clock.now() })));
      undo.push(label, () => rows.put(before));
      changed();
    });
  }

  return {
    ...createBulkActions(context, undo),
    window: (query) => rows.query(projectId(), query),
    count: (filter) => rows.counts(projectId(), filter).total,
    ids: (filter) => Array.from(rows.scan(projectId(), filter), (row) => row.id),
    all: (filter) => rows.scan(projectId(), filter),
    placed: () => context.deps.placedRows.placed(projectId()),
    at: (place) => context.deps.placedRows.at(projectId(), [place])[0] ?? null,
    get: (id) => rows.get(projectId(), id),
    rate(ids, rating) {
      const rated = found(ids).filter((row) => row.rating !== rating);
      change(`${rating} on ${plural(rated.length, 'row')}`, rated, (row) => ({ ...row, rating }));
    },
    edit(id, edit) {
      change('the edit of a row', found([id]), (row) => edited(row, edit));
    },
    learn({ rowId, slices, ...item }) {
      const row = rowId === null ? null : rows.get(projectId(), rowId);
      if (row !== null) {
        change('a row for training', [row], (before) => ({ ...before, rating: 'accepted', split: 'train' }));
        return 'Its row is accepted and on the training side.';
      }
      const { prompt, completion, ...rest } = lineOf(item);
      const id = lineId({ prompt, completion, ...rest }, new SeenLines());
      if (rows.get(projectId(), id) !== null) return 'It is a row already.';
      context.guard(ROWS_SAFE, () => {
        const made = plainRow(projectId(), id, 'imported', prompt, completion, clock.now());
        rows.put([{ ...made, ...rest, cell: { ...slices }, rating: 'accepted', split: 'train' }]);
        undo.push('an added row', () => rows.remove(projectId(), [id]));
        changed();
      });
      return 'Added as an accepted row of the training side.';
    },
    remove(ids) {
      const before = found(ids);
      if (before.length === 0) return;
      context.guard(ROWS_SAFE, () => {
        rows.remove(
          projectId(),
          before.map((row) => row.id),
        );
        undo.push(`the removal of ${plural(before.length, 'row')}`, () => rows.put(before));
        changed();
      });
    },
    undo() {
      let label: string | null = null;
      context.guard(ROWS_SAFE, () => {
        label = undo.pop();
        changed();
      });
      return label;
    },
  };
}
