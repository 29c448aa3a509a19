import { promptOf } from '../../domain/dataset/example.ts';
import { findLeaks, type LeakRow } from '../../domain/dataset/splits/leakage.ts';
import type { Leak } from '../../domain/dataset/splits/types.ts';
import type { Row } from '../../domain/dataset/types.ts';
import type { Template } from '../../domain/template/types.ts';

/** Rows, or steps of the search, between two turns of everything else. */
const STEP = 200;
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** What the training side gives away of the validation side, found a little at a time. `column`: of groups, null for none. */
export async function leaksOf(
  rows: Iterable<Row>,
  template: Template,
  column: string | null,
): Promise<readonly Leak[]> {
  const given: LeakRow[] = [];
  for (const row of rows) {
    given.push(leakRowOf(row, template, column));
    if (given.length % STEP === 0) await turn();
  }
  const steps = findLeaks(given);
  for (let count = 1; ; count += 1) {
    const step = steps.next();
    if (step.done) return step.value;
    if (count % STEP === 0) await turn();
  }
}

function leakRowOf(row: Row, template: Template, column: string | null): LeakRow {
  const asked = promptOf(row, template).filter(({ role }) => role !== 'system');
  const text = asked.map(({ content }) => content).join('\n');
  return { id: row.id, split: row.split, text, group: column === null ? null : (row.cell[column] ?? null) };
}
