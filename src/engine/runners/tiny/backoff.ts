import { CountTable } from './counts.ts';

/** How much absolute discounting takes from a count at each level, lowest first; measured on held-out rows. */
export type Discounts = readonly number[];

/**
 * Interpolated Kneser-Ney over nested contexts (Kneser & Ney 1995; Chen & Goodman 1998, eq. 4.21):
 * p(w|c) = (n(c,w) - d min(n,1)) / N(c) + d T(c)/N(c) p(w|shorter c). A lower level counts a symbol once for each new
 * context above it, not once for each occurrence. Counts are real numbers, because a training step may add part of one.
 */
export class Backoff {
  readonly table: CountTable;
  private readonly discounts: Discounts;

  constructor(discounts: Discounts, table: CountTable = new CountTable()) {
    this.discounts = discounts;
    this.table = table;
  }

  get levels(): number {
    return this.discounts.length;
  }

  /** `keys` are the context hashes, shortest context first, one for each level. */
  observe(keys: Uint32Array, symbol: number, amount: number): void {
    let left = amount;
    for (let level = this.levels - 1; level >= 0 && left > 0; level -= 1) {
      left = this.table.add(keys[level] ?? 0, symbol, left);
    }
  }

  /** The probability of one symbol, given what is left when every level backs off. */
  probability(keys: Uint32Array, symbol: number, floor: number): number {
    let p = floor;
    for (let level = 0; level < this.levels; level += 1) {
      const context = this.table.context(keys[level] ?? 0);
      if (context < 0) break;
      const discount = this.discounts[level] ?? 0;
      const total = this.table.total[context] ?? 1;
      const entry = this.table.entry(context, symbol);
      const count = entry < 0 ? 0 : (this.table.entryCount[entry] ?? 0);
      p = (count - discount * Math.min(count, 1) + discount * (this.table.types[context] ?? 0) * p) / total;
    }
    return p;
  }

  /** The number of levels whose context has been seen. */
  matched(keys: Uint32Array): number {
    let level = 0;
    while (level < this.levels && this.table.context(keys[level] ?? 0) >= 0) level += 1;
    return level;
  }

  /** Adds each successor's share of every level above `lowest` into `into`; answers the weight left for `lowest`. */
  accumulate(keys: Uint32Array, lowest: number, into: SparseVector): number {
    let weight = 1;
    const { table } = this;
    for (let level = this.levels - 1; level > lowest; level -= 1) {
      const context = table.context(keys[level] ?? 0);
      if (context < 0) continue;
      const discount = this.discounts[level] ?? 0;
      const share = weight / (table.total[context] ?? 1);
      for (let entry = table.head[context] ?? -1; entry >= 0; entry = table.entryNext[entry] ?? -1) {
        const count = table.entryCount[entry] ?? 0;
        into.add(table.entrySymbol[entry] ?? 0, share * (count - discount * Math.min(count, 1)));
      }
      weight = share * discount * (table.types[context] ?? 0);
    }
    return weight;
  }
}

/** A vector over symbols of which few are touched, cleared in time proportional to those. */
export class SparseVector {
  values = new Float64Array(4096);
  touched: number[] = [];
  private seen = new Uint8Array(4096);

  add(index: number, amount: number): void {
    if (index >= this.values.length) this.grow(index);
    if (this.seen[index] === 0) {
      this.seen[index] = 1;
      this.touched.push(index);
    }
    this.values[index] = (this.values[index] ?? 0) + amount;
  }

  get(index: number): number {
    return this.values[index] ?? 0;
  }

  clear(): void {
    for (const index of this.touched) {
      this.values[index] = 0;
      this.seen[index] = 0;
    }
    this.touched.length = 0;
  }

  private grow(index: number): void {
    let size = this.values.length;
    while (size <= index) size *= 2;
    const values = new Float64Array(size);
    values.set(this.values);
    this.values = values;
    const seen = new Uint8Array(size);
    seen.set(this.seen);
    this.seen = seen;
  }
}
