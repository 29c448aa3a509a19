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
