/**
 * Sparse counts of symbols after contexts, in typed arrays: a context is a 32-bit hash, its successors a linked list.
 * Colliding hashes would share counts; at a million contexts that is about one in eight thousand, and harmless.
 */
export class CountTable {
  contextKey = new Uint32Array(1024);
  /** Sum of counts after the context, and the sum of min(count, 1), which is what absolute discounting takes from. */
  total = new Float32Array(1024);
  types = new Float32Array(1024);
  head = new Int32Array(1024).fill(-1);
  contexts = 0;
  entryContext = new Int32Array(1024);
  entrySymbol = new Int32Array(1024);
  entryCount = new Float32Array(1024);
  entryNext = new Int32Array(1024);
  entries = 0;
  private contextSlots = new Int32Array(4096).fill(-1);
  private entrySlots = new Int32Array(4096).fill(-1);

  /** -1 when the context was never seen. */
  context(key: number): number {
    const mask = this.contextSlots.length - 1;
    for (let slot = spread(key) & mask; ; slot = (slot + 1) & mask) {
      const index = this.contextSlots[slot] ?? -1;
      if (index < 0 || this.contextKey[index] === key) return index;
    }
  }

  /** The entry of a symbol after a context, or -1. */
  entry(context: number, symbol: number): number {
    const mask = this.entrySlots.length - 1;
    for (let slot = pair(context, symbol) & mask; ; slot = (slot + 1) & mask) {
      const index = this.entrySlots[slot] ?? -1;
      if (index < 0 || (this.entryContext[index] === context && this.entrySymbol[index] === symbol)) return index;
    }
  }

  /** Adds to a count; answers by how much min(count, 1) grew. */
  add(key: number, symbol: number, amount: number): number {
    let context = this.context(key);
    if (context < 0) context = this.newContext(key);
    let entry = this.entry(context, symbol);
    if (entry < 0) entry = this.newEntry(context, symbol, 0);
    const before = this.entryCount[entry] ?? 0;
    const grown = Math.min(before + amount, 1) - Math.min(before, 1);
    this.entryCount[entry] = before + amount;
    this.total[context] = (this.total[context] ?? 0) + amount;
    this.types[context] = (this.types[context] ?? 0) + grown;
    return grown;
  }

  newContext(key: number): number {
    if (this.contexts === this.contextKey.length) this.growContexts();
    const index = this.contexts;
    this.contexts += 1;
    this.contextKey[index] = key;
    this.head[index] = -1;
    place(this.contextSlots, spread(key), index);
    return index;
  }

  newEntry(context: number, symbol: number, count: number): number {
    if (this.entries === this.entryContext.length) this.growEntries();
    const index = this.entries;
    this.entries += 1;
    this.entryContext[index] = context;
    this.entrySymbol[index] = symbol;
    this.entryCount[index] = count;
    this.entryNext[index] = this.head[context] ?? -1;
    this.head[context] = index;
    place(this.entrySlots, pair(context, symbol), index);
    return index;
  }

  private growContexts(): void {
    const size = this.contextKey.length * 2;
    this.contextKey = grown(this.contextKey, new Uint32Array(size));
    this.total = grown(this.total, new Float32Array(size));
    this.types = grown(this.types, new Float32Array(size));
    this.head = grown(this.head, new Int32Array(size).fill(-1));
    this.contextSlots = new Int32Array(size * 4).fill(-1);
    for (let i = 0; i < this.contexts; i += 1) place(this.contextSlots, spread(this.contextKey[i] ?? 0), i);
  }

  private growEntries(): void {
    const size = this.entryContext.length * 2;
    this.entryContext = grown(this.entryContext, new Int32Array(size));
    this.entrySymbol = grown(this.entrySymbol, new Int32Array(size));
    this.entryCount = grown(this.entryCount, new Float32Array(size));
    this.entryNext = grown(this.entryNext, new Int32Array(size));
    this.entrySlots = new Int32Array(size * 4).fill(-1);
    for (let i = 0; i < this.entries; i += 1) {
      place(this.entrySlots, pair(this.entryContext[i] ?? 0, this.entrySymbol[i] ?? 0), i);
    }
  }
}

function grown<T extends Uint32Array | Int32Array | Float32Array>(from: T, to: T): T {
  to.set(from);
  return to;
}

function place(slots: Int32Array, hash: number, index: number): void {
  const mask = slots.length - 1;
  let slot = hash & mask;
  while ((slots[slot] ?? -1) >= 0) slot = (slot + 1) & mask;
  slots[slot] = index;
}

function spread(key: number): number {
  return Math.imul(key ^ (key >>> 15), 0x2c1b3c6d) >>> 3;
}

function pair(context: number, symbol: number): number {
  const h = Math.imul(context, 0x9e3779b1) ^ Math.imul(symbol + 1, 0x85ebca6b);
  return Math.imul(h ^ (h >>> 13), 0xc2b2ae35) >>> 5;
}

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
