interface Block {
  readonly slotA: number;
  readonly slotB: number;
  readonly width: number;
  readonly covered: Uint8Array;
  remaining: number;
  /** Everything before it is covered. */
  scan: number;
}

export interface ValuePair {
  readonly slotA: number;
  readonly valueA: number;
  readonly slotB: number;
  readonly valueB: number;
}

/** Which pairs of values have occurred together: one byte a pair, by slot and value index. */
export class PairTable {
  remaining = 0;
  readonly #blocks: Block[] = [];
  readonly #rows: number[] = [];

  constructor(counts: readonly number[]) {
    counts.forEach((countA, slotA) => {
      this.#rows.push(this.#blocks.length);
      counts.slice(slotA + 1).forEach((countB, offset) => {
        const size = countA * countB;
        const covered = new Uint8Array(size);
        this.#blocks.push({ slotA, slotB: slotA + 1 + offset, width: countB, covered, remaining: size, scan: 0 });
        this.remaining += size;
      });
    });
  }

  isCovered(slotA: number, valueA: number, slotB: number, valueB: number): boolean {
    const [low, lowValue, high, highValue] =
      slotA < slotB ? [slotA, valueA, slotB, valueB] : [slotB, valueB, slotA, valueA];
    const block = this.#blocks[(this.#rows[low] ?? 0) + high - low - 1];
    return block?.covered[lowValue * block.width + highValue] === 1;
  }

  /** Marks every pair of a whole cell. */
  cover(chosen: readonly number[]): void {
    for (const block of this.#blocks) {
      const place = (chosen[block.slotA] ?? 0) * block.width + (chosen[block.slotB] ?? 0);
      if (block.covered[place] === 1) continue;
      block.covered[place] = 1;
      block.remaining -= 1;
      this.remaining -= 1;
    }
  }

  /** A pair still to cover, of the two slots with the most of them. Call only while some remain. */
  anyUncovered(): ValuePair {
    const block = this.#blocks.reduce((most, other) => (other.remaining > most.remaining ? other : most));
    while (block.covered[block.scan] === 1) block.scan += 1;
    const valueA = Math.floor(block.scan / block.width);
    return { slotA: block.slotA, valueA, slotB: block.slotB, valueB: block.scan % block.width };
  }
}
