import type { Rating, Row, RowFilter } from '../../domain/dataset/types.ts';
import type { Outcome } from '../../domain/text/problem.ts';
import { type Core, ROWS_SAFE } from './core.ts';
import type { UndoStack } from './undo.ts';

/** Rows at a time: few enough that a key pressed meanwhile is heard within a frame or two. */
const STEP = 200;
const SOME_DONE = 'What was changed before is on disk; undo takes it back.';

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

async function inSteps<T>(items: Iterable<T>, take: (step: readonly T[]) => void): Promise<void> {
  let step: T[] = [];
  for (const item of items) {
    step.push(item);
    if (step.length < STEP) continue;
    take(step);
    step = [];
    await turn();
  }
  if (step.length > 0) take(step);
}

export interface BulkActions {
  rateAll(filter: RowFilter, except: ReadonlySet<string>, rating: Rating): Promise<Outcome<number>>;
  removeAll(filter: RowFilter, except: ReadonlySet<string>): Promise<Outcome<number>>;
}

/** What is done to a whole filter at once: in steps, and taken back by one undo. */
export function createBulkActions(core: Core, undo: UndoStack): BulkActions {
  const { rows } = core.operations;
  const { clock } = core.deps;

  function* chosen(projectId: string, filter: RowFilter, except: ReadonlySet<string>): Generator<Row> {
    for (const row of rows.scan(projectId, filter)) if (!except.has(row.id)) yield row;
  }

  async function takeBack<T>(items: Iterable<T>, take: (step: readonly T[]) => void): Promise<void> {
    const outcome = await core.attempt(ROWS_SAFE, () => inSteps(items, take));
    if (!outcome.ok) core.problem(outcome.problem);
  }

  return {
    rateAll(filter, except, rating) {
      const projectId = core.project().id;
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
      return core.attempt(SOME_DONE, async () => {
        try {
          await inSteps(chosen(projectId, filter, except), rateStep);
        } finally {
          if (before.size > 0) undo.push(`${rating} on ${before.size} rows`, () => void takeBack(before, revert));
        }
        return before.size;
      });
    },
    removeAll(filter, except) {
      const projectId = core.project().id;
      const before: Row[] = [];
      const removeStep = (step: readonly Row[]): void => {
        rows.remove(
          projectId,
          step.map((row) => row.id),
        );
        before.push(...step);
      };
      return core.attempt(SOME_DONE, async () => {
        try {
          await inSteps(chosen(projectId, filter, except), removeStep);
        } finally {
          const revert = (): void => void takeBack(before, (step) => rows.put(step));
          if (before.length > 0) undo.push(`the removal of ${before.length} rows`, revert);
        }
        return before.length;
      });
    },
  };
}
