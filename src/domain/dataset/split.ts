import { hash } from 'node:crypto';
import type { RowSplit } from './types.ts';

export type Side = 'train' | 'validation';

const MIN_TRAIN = 10;

/**
 * The side a row's own hash puts it on: SHA-256 of seed and id, read as a number in [0, 1), is below the share. It
 * depends on nothing else, so adding, rejecting or reordering rows never moves another row, and a row that was held
 * out stays unseen by later jobs.
 */
export function sideOf(id: string, share: number, seed: number): Side {
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
