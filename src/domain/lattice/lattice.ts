import type { Cell, Slot } from '../template/types.ts';

/**
 * The lattice is the Cartesian product of the slots' values. It is never held in memory: a cell is worked out from
 * its index, in mixed radix, the last slot changing fastest.
 */

/** How many cells there are. No slots make one cell, the empty one; a slot without values makes none. */
export function latticeSize(slots: readonly Slot[]): bigint {
  return slots.reduce((size, slot) => size * BigInt(slot.values.length), 1n);
}

/** The cell at `index`, from 0. Throws RangeError outside the lattice. */
export function cellAt(slots: readonly Slot[], index: bigint): Cell {
  if (index < 0n || index >= latticeSize(slots)) throw new RangeError(`There is no combination ${index}.`);
  const entries: (readonly [string, string])[] = [];
  let rest = index;
  for (const slot of slots.toReversed()) {
    const radix = BigInt(slot.values.length);
    entries.push([slot.name, slot.values[Number(rest % radix)] ?? '']);
    rest /= radix;
  }
  return Object.fromEntries(entries.reverse());
}

/** Where a cell stands; null when a slot has no such value. Where a value is listed twice, its first place counts. */
export function cellIndex(slots: readonly Slot[], cell: Cell): bigint | null {
  let index = 0n;
  for (const slot of slots) {
    const place = Object.hasOwn(cell, slot.name) ? slot.values.indexOf(cell[slot.name] ?? '') : -1;
    if (place < 0) return null;
    index = index * BigInt(slot.values.length) + BigInt(place);
  }
  return index;
}

/** A cell in words, in the order of its slots: `elf, wizard, crossbow, owl`. */
export function cellLabel(cell: Cell): string {
  return Object.values(cell).join(', ');
}
