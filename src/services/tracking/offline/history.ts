import type { Json } from '../../../domain/common/json.ts';
import type { HistoryRow } from '../../../domain/tracking/types.ts';
import { leavesOf } from './json.ts';
import type { LogRecord } from './records.ts';
import type { StagedTable } from './stage.ts';

type TableValue = Pick<StagedTable, 'key' | 'step' | 'value'>;

/**
 * History with its tables in it: in the first row of a table's step, or else in a row of its own before the first row of
 * a later step. What stands in a row follows from the rows before it, so that a row that was streamed keeps its place
 * and its content as the run goes on.
 */
export function* withTables(
  history: Iterable<HistoryRow>,
  tables: readonly TableValue[],
  startedAt: number,
): Generator<HistoryRow, void, undefined> {
  const waiting = bySteps(tables);
  let at = startedAt;
  for (const row of history) {
    for (const [step, values] of [...waiting].filter(([one]) => one < row.step)) {
      waiting.delete(step);
      yield { step, at, values };
    }
    const values = waiting.get(row.step);
    waiting.delete(row.step);
    at = row.at;
    yield values === undefined ? row : { ...row, values: { ...row.values, ...values } };
  }
  for (const [step, values] of waiting) yield { step, at, values };
}

/** Values of the tables by step, steps ascending. */
function bySteps(tables: readonly TableValue[]): Map<number, Record<string, Json>> {
  const steps = new Map<number, Record<string, Json>>();
  for (const { key, step, value } of tables.toSorted((a, b) => a.step - b.step)) {
    steps.set(step, { ...steps.get(step), [key]: value });
  }
  return steps;
}

/** A row with what W&B adds to each: the step, the time in seconds, and the seconds since the run began. */
export function historyRecord(row: HistoryRow, startedAt: number): LogRecord {
  return { kind: 'history', step: row.step, items: leavesOf({ ...row.values, ...clockOf(row, startedAt) }) };
}

export function clockOf({ step, at }: Pick<HistoryRow, 'step' | 'at'>, startedAt: number): Record<string, number> {
  return { _step: step, _timestamp: at / 1000, _runtime: (at - startedAt) / 1000 };
}
