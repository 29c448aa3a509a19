import { hash } from 'node:crypto';
import { createRandom, shuffle } from '../common/random.ts';
import type { SplitPlan } from '../importing/records.ts';
import type { RowSplit } from './types.ts';

/** A row as a split looks at it. */
export interface SplitRow {
  readonly id: string;
  readonly split: RowSplit;
  /** What the answer is of; rows of each label are divided alike. */
  readonly label: string | null;
  /** What must stay together, such as a document; a row without one is a group of its own. */
  readonly group: string | null;
}

/** How the rows of one label or group fall. */
export interface SplitCounts {
  readonly value: string;
  readonly train: number;
  readonly validation: number;
}

/** Something on the validation side that the training side gives away. */
export interface Leak {
  /** `identical`: the same prompt. `near`: nearly all words in common. `group`: the same document. */
  readonly kind: 'identical' | 'near' | 'group';
  readonly trainId: string;
  readonly validationId: string;
  readonly message: string;
  readonly fix: string;
}

export type SplitSide = 'train' | 'validation';

const MIN_TRAIN = 10;

/**
 * The side a row's own hash puts it on: SHA-256 of seed and id, read as a number in [0, 1), is below the share. It
 * depends on nothing else, so adding, rejecting or reordering rows never moves another row, and a row that was held
 * out stays unseen by later jobs.
 */
export function sideOf(id: string, share: number, seed: number): SplitSide {
  return placeOf(id, seed) < share ? 'validation' : 'train';
}

/**
 * Splits rows by `sideOf`. With few rows chance alone may hold out none or too many, so two repairs are made: when
 * none is held out (share above 0, at least 2 rows), the row nearest the border is; when fewer than 10 would be left
 * to train on though there are more than 10, the rows nearest the border go back, the last one held out excepted.
 * Only repaired rows can move as a set grows, and only to the side of their own hash. Both lists keep the order given.
 */
export function splitRows<T extends { readonly id: string }>(
  rows: readonly T[],
  share: number,
  seed: number,
): { readonly train: readonly T[]; readonly validation: readonly T[] } {
  if (!(share > 0) || rows.length < 2) return { train: rows, validation: [] };
  const places = rows.map((row) => placeOf(row.id, seed));
  const ranked = [...rows.keys()].toSorted((a, b) => (places[a] ?? 0) - (places[b] ?? 0));
  const own = places.filter((place) => place < share).length;
  const most = rows.length > MIN_TRAIN ? rows.length - MIN_TRAIN : rows.length - 1;
  const heldOut = new Set(ranked.slice(0, Math.max(1, Math.min(own, most))));
  return {
    train: rows.filter((_, index) => !heldOut.has(index)),
    validation: rows.filter((_, index) => heldOut.has(index)),
  };
}

/**
 * Rows on the two sides of a project's split: where any row is on a side, each goes by its own, and what is on none
 * is trained on (it was added after the split, and no evaluation holds it); where none is, by `splitRows`.
 */
export function divideRows<T extends { readonly id: string; readonly split: RowSplit }>(
  rows: readonly T[],
  share: number,
  seed: number,
): { readonly train: readonly T[]; readonly validation: readonly T[] } {
  if (rows.every(({ split }) => split === null)) return splitRows(rows, share, seed);
  return {
    train: rows.filter(({ split }) => split !== 'validation'),
    validation: rows.filter(({ split }) => split === 'validation'),
  };
}

function placeOf(id: string, seed: number): number {
  const digest = hash('sha256', `${seed}:${id}`, 'buffer');
  return digest.readUIntBE(0, 6) / 2 ** 48;
}

/**
 * The sides of the rows that are on none yet, by id. Rows that are on one stay there and count towards the plan, so
 * that adding rows never moves an old one. A group with a row on one side draws its other rows there.
 *
 * The unassigned rows are shuffled with the seed from an order of their ids, never from the order they come in. By
 * label, every label is filled to its own part of the plan (largest remainders, so that the parts add up to it); by
 * group, whole groups are taken while they fit, and the one more that would come nearer to the plan.
 */
export function assignRows(rows: readonly SplitRow[], plan: SplitPlan): ReadonlyMap<string, SplitSide> {
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

function fill(rows: readonly SplitRow[], wanted: number, seed: number): Map<string, SplitSide> {
  const open = rows.filter(({ split }) => split === null).toSorted((a, b) => (a.id < b.id ? -1 : 1));
  const room = Math.max(0, wanted - onTrain(rows));
  const sides = shuffle(open, createRandom(seed)).map(({ id }, index): [string, SplitSide] => [
    id,
    index < room ? 'train' : 'validation',
  ]);
  return new Map(sides);
}

function byLabel(rows: readonly SplitRow[], wanted: number, seed: number): ReadonlyMap<string, SplitSide> {
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

function byGroup(rows: readonly SplitRow[], wanted: number, seed: number): ReadonlyMap<string, SplitSide> {
  const groups = [...Map.groupBy(rows, ({ id, group }) => (group === null ? `id:${id}` : `group:${group}`))];
  const sides = new Map<string, SplitSide>();
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
function put(sides: Map<string, SplitSide>, members: readonly SplitRow[], side: SplitSide): number {
  const free = members.filter(({ split }) => split === null);
  for (const { id } of free) sides.set(id, side);
  return side === 'train' ? free.length : 0;
}
