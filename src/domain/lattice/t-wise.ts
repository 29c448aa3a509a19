import type { CooperativeTask } from '../common/cooperative.ts';
import { createRandom, permutation, type Random, randomInt, shuffle } from '../common/random.ts';
import type { Cell, Slot } from '../template/types.ts';

/** A strength below 2 is no cover of meetings; above 6 no lattice is small enough for one. */
export const STRENGTHS = { min: 2, max: 6 } as const;
/** Meetings of values that a cover may be built for: so many take about two seconds. */
export const MOST_TUPLES = 3_000_000n;

/** How many choices of values for any `strength` slots there are: what a cover has to hold. */
export function tupleCount(slots: readonly Slot[], strength: number): bigint {
  // The elementary symmetric polynomial of the slots' sizes: of the first slots, by how many of them are taken.
  const sums = [1n, ...Array.from({ length: strength }, () => 0n)];
  for (const { values } of slots) {
    for (let taken = strength; taken > 0; taken -= 1)
      sums[taken] = (sums[taken] ?? 0n) + (sums[taken - 1] ?? 0n) * BigInt(values.length);
  }
  return sums[strength] ?? 0n;
}

/** A slot's value that does not matter yet. */
const OPEN = -1;
/** Rows that are grown between two turns of everything else. */
const ROWS_A_PART = 64;
/** Rows with something open that a meeting is offered to; more makes hardly smaller covers and takes long. */
const LOOKED_BACK = 256;

/** The choices of `strength - 1` of the slots before, each with a byte for every meeting of their values with the slot's. */
interface Block {
  readonly slots: readonly number[];
  readonly covered: Uint8Array;
}

/**
 * Few cells in which every choice of values of any `strength` slots occurs at least once (a covering array), in random
 * order. Built slot by slot as IPOG does (Lei, Kacker, Kuhn, Okun and Lawrence, "IPOG: A General Strategy for T-Way
 * Software Testing", ECBS 2007): all cells of the first slots; for each further slot first every row takes the value that
 * meets most that has not met yet, then rows are added for what is left. Slots with many values come first. As many slots as
 * the strength, or fewer, give every cell.
 *
 * Call only where `tupleCount` is at most `MOST_TUPLES`.
 */
export function* twiseCover(
  slots: readonly Slot[],
  strength: number,
  seed: number,
): CooperativeTask<readonly Int32Array[]> {
  if (slots.some(({ values }) => values.length === 0)) return [];
  const random = createRandom(seed);
  const order = shuffle([...slots.keys()], random).toSorted(
    (a, b) => (slots[b]?.values.length ?? 0) - (slots[a]?.values.length ?? 0),
  );
  const sizes = order.map((slot) => slots[slot]?.values.length ?? 0);
  const rows = yield* firstRows(sizes, Math.min(strength, sizes.length));
  for (let slot = strength; slot < sizes.length; slot += 1) {
    const growth = new Growth(sizes, slot, strength, random);
    for (const [index, row] of rows.entries()) {
      growth.extend(row);
      if (index % ROWS_A_PART === 0) yield;
    }
    yield* growth.complete(rows);
  }
  fillOpen(rows, sizes);
  yield;
  const names = sizes.map((size) => permutation(size, random));
  const placed = rows.map((row) => {
    const cell = new Int32Array(row.length);
    order.forEach((slot, at) => {
      cell[slot] = names[at]?.[row[at] ?? 0] ?? 0;
    });
    return cell;
  });
  yield;
  // What did not matter may have made two rows alike.
  return shuffle([...new Map(placed.map((cell) => [cell.join(), cell])).values()], random);
}

/** The cell of a row of a cover. */
export const coverCell = (slots: readonly Slot[], row: Int32Array): Cell =>
  Object.fromEntries(slots.map(({ name, values }, slot) => [name, values[row[slot] ?? 0] ?? '']));

/** Every choice of the first `count` slots, the others open. */
function* firstRows(sizes: readonly number[], count: number): CooperativeTask<Int32Array[]> {
  const rows: Int32Array[] = [];
  const size = sizes.slice(0, count).reduce((product, values) => product * values, 1);
  for (let index = 0; index < size; index += 1) {
    const row = new Int32Array(sizes.length).fill(OPEN);
    let rest = index;
    for (let slot = count - 1; slot >= 0; slot -= 1) {
      const radix = sizes[slot] ?? 1;
      row[slot] = rest % radix;
      rest = Math.floor(rest / radix);
    }
    rows.push(row);
    if (index % (ROWS_A_PART * 64) === 0) yield;
  }
  return rows;
}

/** A cover of the slots before `slot`, on its way to one of that slot too. */
class Growth {
  private readonly sizes: readonly number[];
  private readonly slot: number;
  private readonly values: number;
  private readonly random: Random;
  private readonly blocks: readonly Block[];
  private readonly gains: Int32Array;

  constructor(sizes: readonly number[], slot: number, strength: number, random: Random) {
    this.sizes = sizes;
    this.slot = slot;
    this.values = sizes[slot] ?? 0;
    this.random = random;
    this.gains = new Int32Array(this.values);
    this.blocks = choices(slot, strength - 1).map((chosen) => ({
      slots: chosen,
      covered: new Uint8Array(chosen.reduce((size, at) => size * (sizes[at] ?? 0), this.values)),
    }));
  }

  /** Gives a row the value of the slot that meets most anew; leaves it open where none does. */
  extend(row: Int32Array): void {
    this.gains.fill(0);
    for (const block of this.blocks) {
      const start = this.startOf(block, row);
      if (start === OPEN) continue;
      for (let value = 0; value < this.values; value += 1)
        if (block.covered[start + value] === 0) this.gains[value] = (this.gains[value] ?? 0) + 1;
    }
    const offset = randomInt(this.random, this.values);
    let best = OPEN;
    let most = 0;
    for (let step = 0; step < this.values; step += 1) {
      const value = (offset + step) % this.values;
      const gain = this.gains[value] ?? 0;
      if (gain <= most) continue;
      most = gain;
      best = value;
    }
    row[this.slot] = best;
    if (best !== OPEN) this.cover(row);
  }

  /** Adds what is still to meet: to rows where something is open, else to new ones. */
  *complete(rows: Int32Array[]): CooperativeTask<void> {
    const open: Int32Array[] = rows.filter((row) => row.subarray(0, this.slot + 1).includes(OPEN));
    const byValue: Int32Array[][] = Array.from({ length: this.values }, () => []);
    const free: Int32Array[] = [];
    for (const row of open) (byValue[row[this.slot] ?? OPEN] ?? free).push(row);
    let looked = 0;
    for (const block of this.blocks) {
      for (let place = 0; place < block.covered.length; place += 1) {
        if (block.covered[place] === 1) continue;
        this.place(block, place, byValue, free, rows);
        looked += 1;
        if (looked % ROWS_A_PART === 0) yield;
      }
    }
  }

  private place(block: Block, place: number, byValue: Int32Array[][], free: Int32Array[], rows: Int32Array[]): void {
    const wanted = this.valuesAt(block, place);
    const value = place % this.values;
    const same = byValue[value] ?? [];
    const row = this.takes(same, block, wanted) ?? this.takes(free, block, wanted);
    const taken = row ?? new Int32Array(this.sizes.length).fill(OPEN);
    if (row === null) {
      rows.push(taken);
      same.push(taken);
    } else if (row[this.slot] === OPEN) {
      free.splice(free.indexOf(row), 1);
      same.push(row);
    }
    taken[this.slot] = value;
    block.slots.forEach((slot, at) => {
      taken[slot] = wanted[at] ?? 0;
    });
    this.cover(taken);
    if (!taken.subarray(0, this.slot).includes(OPEN)) same.splice(same.indexOf(taken), 1);
  }

  /** A row among the newest in which the wanted values are there, or open; null when there is none. */
  private takes(rows: readonly Int32Array[], block: Block, wanted: readonly number[]): Int32Array | null {
    for (let at = rows.length - 1; at >= Math.max(0, rows.length - LOOKED_BACK); at -= 1) {
      const row = rows[at];
      if (row !== undefined && block.slots.every((slot, index) => row[slot] === OPEN || row[slot] === wanted[index]))
        return row;
    }
    return null;
  }

  /** Where the meetings of a row's values with those of the slot begin; OPEN where one of its values is. */
  private startOf({ slots }: Block, row: Int32Array): number {
    let start = 0;
    for (const slot of slots) {
      const value = row[slot] ?? OPEN;
      if (value === OPEN) return OPEN;
      start = start * (this.sizes[slot] ?? 0) + value;
    }
    return start * this.values;
  }

  private valuesAt({ slots }: Block, place: number): readonly number[] {
    let rest = Math.floor(place / this.values);
    return slots
      .toReversed()
      .map((slot) => {
        const radix = this.sizes[slot] ?? 1;
        const value = rest % radix;
        rest = Math.floor(rest / radix);
        return value;
      })
      .reverse();
  }

  private cover(row: Int32Array): void {
    const value = row[this.slot] ?? 0;
    for (const block of this.blocks) {
      const start = this.startOf(block, row);
      if (start !== OPEN) block.covered[start + value] = 1;
    }
  }
}

/** Every choice of `count` of the numbers below `below`, ascending. */
function choices(below: number, count: number): readonly (readonly number[])[] {
  if (count === 0) return [[]];
  if (below < count) return [];
  return [...choices(below - 1, count), ...choices(below - 1, count - 1).map((chosen) => [...chosen, below - 1])];
}

/** Gives what is open the value that its slot has least often, so that the cover is as even as it can be. */
function fillOpen(rows: readonly Int32Array[], sizes: readonly number[]): void {
  sizes.forEach((size, slot) => {
    const counts = new Int32Array(size);
    for (const row of rows) if (row[slot] !== OPEN) counts[row[slot] ?? 0] = (counts[row[slot] ?? 0] ?? 0) + 1;
    for (const row of rows) {
      if (row[slot] !== OPEN) continue;
      const rarest = counts.indexOf(counts.reduce((least, count) => Math.min(least, count)));
      row[slot] = rarest;
      counts[rarest] = (counts[rarest] ?? 0) + 1;
    }
  });
}
