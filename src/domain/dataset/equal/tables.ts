const CHUNK_BITS = 15;
const CHUNK = 1 << CHUNK_BITS;

/** Digests by line, eight bytes each; 0 where none was set. In chunks, for to grow one list is to hold it twice. */
export class LineDigests {
  private readonly chunks: Float64Array[] = [];

  get(line: number): number {
    return this.chunks[line >>> CHUNK_BITS]?.[line & (CHUNK - 1)] ?? 0;
  }

  set(line: number, digest: number): void {
    const at = line >>> CHUNK_BITS;
    this.chunks[at] ??= new Float64Array(CHUNK);
    const chunk = this.chunks[at];
    chunk[line & (CHUNK - 1)] = digest;
  }
}

/** On which line each digest was first: four bytes an entry and as much again for room, the digests being those of the lines. */
export class FirstLines {
  private readonly digests: LineDigests;
  /** Lines by their digest, each at the first free place from its own; 0 is free. */
  private slots = new Int32Array(1 << 12);
  private size = 0;

  constructor(digests: LineDigests) {
    this.digests = digests;
  }

  /** The line that had the digest of this one first; null when that is this one. */
  first(line: number): number | null {
    const at = this.place(this.slots, this.digests.get(line));
    const known = this.slots[at] ?? 0;
    if (known > 0) return known;
    this.slots[at] = line;
    this.size += 1;
    if (this.size * 3 > this.slots.length * 2) this.grow();
    return null;
  }

  private place(slots: Int32Array, digest: number): number {
    const mask = slots.length - 1;
    let at = digest & mask;
    for (let line = slots[at] ?? 0; line > 0 && this.digests.get(line) !== digest; line = slots[at] ?? 0)
      at = (at + 1) & mask;
    return at;
  }

  private grow(): void {
    const larger = new Int32Array(this.slots.length * 2);
    for (const line of this.slots) if (line > 0) larger[this.place(larger, this.digests.get(line))] = line;
    this.slots = larger;
  }
}
