/** Room beyond memory. Both throw what a person is to be told where there is none. */
export interface Spill {
  /** Writes behind what was written before; gives where it begins. */
  write(bytes: Uint8Array): number;
  /** Fills `into` with what was written from `at` on. */
  read(into: Uint8Array, at: number): void;
}

/** Numbers of a record: the key it is found by, two that are compared, and the line. */
export const FIELDS = 4;
const BYTES = FIELDS * 8;
/** Parts by the last bits of the key, so that equal keys are in one. */
const PARTS = 64;
/** Records in memory until they are written: a megabyte. */
const HELD = 1 << 15;
/** Records that are read back at once: eight megabytes. A larger part is read as often as it takes. */
const AT_ONCE = 1 << 18;

interface Stretch {
  readonly at: number;
  readonly records: number;
}

/** Records of four numbers, any number of them in the same memory: written by parts, and read again a part at a time, each in the order they came. */
export class Records {
  private readonly spill: Spill;
  private readonly most: number;
  private readonly held = new Float64Array(HELD * FIELDS);
  private readonly sorted = new Float64Array(HELD * FIELDS);
  private readonly parts: readonly Stretch[][] = Array.from({ length: PARTS }, () => []);
  /** What was read back last: written over by the next. */
  private found = new Float64Array(0);
  private count = 0;

  constructor(spill: Spill, most = AT_ONCE) {
    this.spill = spill;
    this.most = most;
  }

  add(key: number, one: number, other: number, line: number): void {
    const at = this.count * FIELDS;
    this.held[at] = key;
    this.held[at + 1] = one;
    this.held[at + 2] = other;
    this.held[at + 3] = line;
    this.count += 1;
    if (this.count === HELD) this.write();
  }

  /** All of them, in pieces that hold every record of the keys in them, each written over by the next. To be called once, at the end. */
  *pieces(): Generator<Float64Array> {
    this.write();
    for (const stretches of this.parts) {
      const records = stretches.reduce((sum, stretch) => sum + stretch.records, 0);
      const times = Math.ceil(records / this.most);
      for (let time = 0; time < times; time += 1)
        yield this.read(stretches, (key) => (times === 1 ? 0 : restOf(key, times)) === time);
    }
  }

  private write(): void {
    const { held, sorted, count } = this;
    const ends = new Int32Array(PARTS);
    for (let at = 0; at < count; at += 1) ends[partOf(held[at * FIELDS])] = (ends[partOf(held[at * FIELDS])] ?? 0) + 1;
    const counts = ends.slice();
    for (let part = 1; part < PARTS; part += 1) ends[part] = (ends[part] ?? 0) + (ends[part - 1] ?? 0);
    for (let at = count - 1; at >= 0; at -= 1) {
      const part = partOf(held[at * FIELDS]);
      const to = (ends[part] ?? 0) - 1;
      ends[part] = to;
      for (let field = 0; field < FIELDS; field += 1) sorted[to * FIELDS + field] = held[at * FIELDS + field] ?? 0;
    }
    let at = this.spill.write(new Uint8Array(sorted.buffer, 0, count * BYTES));
    for (const [part, stretches] of this.parts.entries()) {
      const records = counts[part] ?? 0;
      if (records > 0) stretches.push({ at, records });
      at += records * BYTES;
    }
    this.count = 0;
  }

  private read(stretches: readonly Stretch[], isWanted: (key: number) => boolean): Float64Array {
    const { sorted } = this;
    let used = 0;
    for (const { at, records } of stretches) {
      this.spill.read(new Uint8Array(sorted.buffer, 0, records * BYTES), at);
      const found = this.roomFor(used + records * FIELDS);
      for (let record = 0; record < records * FIELDS; record += FIELDS) {
        if (!isWanted(sorted[record] ?? 0)) continue;
        for (let field = 0; field < FIELDS; field += 1) found[used + field] = sorted[record + field] ?? 0;
        used += FIELDS;
      }
    }
    return this.found.subarray(0, used);
  }

  private roomFor(numbers: number): Float64Array {
    if (numbers > this.found.length) {
      const larger = new Float64Array(numbers * 2);
      larger.set(this.found);
      this.found = larger;
    }
    return this.found;
  }
}

const partOf = (key = 0): number => key & (PARTS - 1);
const restOf = (key: number, times: number): number => Math.floor(Math.abs(key) / PARTS) % times;
