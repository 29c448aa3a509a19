import type { SplitPlan } from '../../importing/types.ts';
import { createRandom, shuffle } from '../../random/random.ts';
import type { Side } from '../split.ts';
import type { SplitRow } from './types.ts';

/**
 * The sides of the rows that are on none yet, by id. Rows that are on one stay there and count towards the plan, so
 * that adding rows never moves an old one. A group with a row on one side draws its other rows there.
 *
 * The unassigned rows are shuffled with the seed from an order of their ids, never from the order they come in. By
 * label, every label is filled to its own part of the plan (largest remainders, so that the parts add up to it); by
 * group, whole groups are taken while they fit, and the one more that would come nearer to the plan.
 */
export function assignRows(rows: readonly SplitRow[], plan: SplitPlan): ReadonlyMap<string, Side> {
  const wanted = wantedTrain(rows.length, plan);
  switch (plan.by) {
    case 'random':
      return fill(rows, wanted, plan.seed);
    case 'label':
      return byLabel(rows, wanted, plan.seed);
    case 'group':
      return byGroup(rows, wanted, plan.seed);
  }
}

/** Rows to train on in all, the frozen ones among them. */
export function wantedTrain(total: number, { train }: SplitPlan): number {
  return train.kind === 'count' ? Math.min(train.count, total) : Math.round(total * train.share);
}

const onTrain = (rows: readonly SplitRow[]): number => rows.filter(({ split }) => split === 'train').length;

function fill(rows: readonly SplitRow[], wanted: number, seed: number): Map<string, Side> {
  const open = rows.filter(({ split }) => split === null).toSorted((a, b) => (a.id < b.id ? -1 : 1));
  const room = Math.max(0, wanted - onTrain(rows));
  const sides = shuffle(open, createRandom(seed)).map(({ id }, index): [string, Side] => [
    id,
    index < room ? 'train' : 'validation',
  ]);
  return new Map(sides);
}

function byLabel(rows: readonly SplitRow[], wanted: number, seed: number): ReadonlyMap<string, Side> {
  const labels = [...Map.groupBy(rows, ({ label }) => label ?? '')].toSorted(([a], [b]) => (a < b ? -1 : 1));
  const parts = shareOut(
    wanted,
    labels.map(([, { length }]) => length),
  );
  const sides = labels.flatMap(([, members], index) => [...fill(members, parts[index] ?? 0, seed + index)]);
  return new Map(sides);
}

/** `total` in whole numbers proportional to the sizes, none above its size: Hare's quota with largest remainders. */
export function shareOut(total: number, sizes: readonly number[]): readonly number[] {
  const all = sizes.reduce((sum, size) => sum + size, 0);
  if (all === 0) return sizes.map(() => 0);
  const exact = sizes.map((size) => (total * size) / all);
  const parts = exact.map(Math.floor);
  const left = total - parts.reduce((sum, part) => sum + part, 0);
  const order = [...exact.keys()].toSorted((a, b) => rest(exact, b) - rest(exact, a) || a - b);
  for (const index of order.slice(0, left)) parts[index] = (parts[index] ?? 0) + 1;
  return parts;
}

const rest = (exact: readonly number[], index: number): number => (exact[index] ?? 0) % 1;

function byGroup(rows: readonly SplitRow[], wanted: number, seed: number): ReadonlyMap<string, Side> {
  const groups = [...Map.groupBy(rows, ({ id, group }) => (group === null ? `id:${id}` : `group:${group}`))];
  const sides = new Map<string, Side>();
  const open: (readonly SplitRow[])[] = [];
  let train = onTrain(rows);
  for (const [, members] of groups.toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    const drawn = members.find(({ split }) => split !== null)?.split ?? null;
    if (drawn === null) open.push(members);
    else train += put(sides, members, drawn);
  }
  for (const members of shuffle(open, createRandom(seed))) {
    const nearer = Math.abs(train + members.length - wanted) < Math.abs(train - wanted);
    train += put(sides, members, nearer ? 'train' : 'validation');
  }
  return sides;
}

/** Puts the members that are on no side on this one; gives how many that adds to train. */
function put(sides: Map<string, Side>, members: readonly SplitRow[], side: Side): number {
  const free = members.filter(({ split }) => split === null);
  for (const { id } of free) sides.set(id, side);
  return side === 'train' ? free.length : 0;
}
