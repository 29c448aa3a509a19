import type { CooperativeTask } from '../common/cooperative.ts';
import { labelSet } from './graders/labels.ts';
import { sliceNames, sliceOf } from './items.ts';
import { type SliceRow, type SliceTable, scoreAt } from './metrics.ts';
import { wilson } from './statistics/intervals.ts';
import type { EvaluatedItem } from './types.ts';

const MOST_ROWS = 100;

/** Gives the values an item is counted under; null leaves the item out. */
type KeyOf = (evaluated: EvaluatedItem) => string | null;

/**
 * Accuracy by every slot (or column), by label where there are classes, and by the prompt's length in quarters. A key
 * that is the same for all items, or another for each, is left out: it slices nothing; so is a column that repeats
 * the label.
 */
export function* sliceTables(
  items: readonly EvaluatedItem[],
  models: number,
  graderIndex: number,
  classes: readonly string[] | null,
): CooperativeTask<readonly SliceTable[]> {
  const table = (kind: SliceTable['kind'], name: string, keyOf: KeyOf): readonly SliceTable[] => {
    const groups = grouped(items, keyOf);
    if (groups.size < 2 || groups.size === items.length) return [];
    const rows = [...groups].map(([value, members]) => sliceRow(value, members, models, graderIndex));
    const ordered = kind === 'length' ? rows : rows.toSorted((a, b) => b.items - a.items);
    return [{ kind, name, rows: ordered.slice(0, MOST_ROWS), omitted: Math.max(0, rows.length - MOST_ROWS) }];
  };
  const names = sliceNames(items);
  const labelOf = classes === null ? null : labelSet(classes);
  const repeatsLabel = (name: string): boolean =>
    labelOf !== null && items.every(({ item }) => labelOf(sliceOf(item, name) ?? '') === labelOf(item.target));
  const tables: SliceTable[] = [];
  if (labelOf !== null) tables.push(...table('label', 'label', ({ item }) => labelOf(item.target)));
  for (const name of names) {
    yield;
    if (!repeatsLabel(name)) tables.push(...table('slot', name, ({ item }) => sliceOf(item, name)));
  }
  yield;
  tables.push(...lengthTable(items, table));
  return tables;
}

function lengthTable(
  items: readonly EvaluatedItem[],
  table: (kind: SliceTable['kind'], name: string, keyOf: KeyOf) => readonly SliceTable[],
): readonly SliceTable[] {
  const sorted = items.map(lengthOf).toSorted((a, b) => a - b);
  const ends = [0.25, 0.5, 0.75, 1].map((share) => sorted[Math.ceil(share * sorted.length) - 1] ?? 0);
  const buckets = [...new Set(ends)].map((end, place, all) => {
    const start = place === 0 ? (sorted[0] ?? 0) : (all[place - 1] ?? 0) + 1;
    return { end, name: start === end ? `${end}` : `${start}–${end}` };
  });
  const bucketOf: KeyOf = (evaluated) => buckets.find(({ end }) => lengthOf(evaluated) <= end)?.name ?? null;
  const order = new Map(buckets.map(({ name }, place) => [name, place]));
  return table('length', 'characters of the prompt', bucketOf).map((found) => ({
    ...found,
    rows: found.rows.toSorted((a, b) => (order.get(a.value) ?? 0) - (order.get(b.value) ?? 0)),
  }));
}

const lengthOf = ({ item }: EvaluatedItem): number => item.prompt.reduce((sum, { content }) => sum + content.length, 0);

function grouped(items: readonly EvaluatedItem[], keyOf: KeyOf): Map<string, EvaluatedItem[]> {
  const groups = new Map<string, EvaluatedItem[]>();
  for (const evaluated of items) {
    const key = keyOf(evaluated);
    if (key === null) continue;
    const members = groups.get(key);
    if (members === undefined) groups.set(key, [evaluated]);
    else members.push(evaluated);
  }
  return groups;
}

function sliceRow(value: string, members: readonly EvaluatedItem[], models: number, graderIndex: number): SliceRow {
  const cells = Array.from({ length: models }, (_, modelIndex) => {
    const scores = members.flatMap((member) => scoreAt(member, modelIndex, graderIndex) ?? []);
    const passed = scores.filter((score) => score.passed).length;
    const graded = scores.filter((score) => score.passed !== null).length;
    return { graded, passed, accuracy: graded === 0 ? null : passed / graded, interval: wilson(passed, graded) };
  });
  return { value, items: members.length, models: cells };
}
