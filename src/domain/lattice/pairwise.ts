import { createRandom, type Random, randomInt, shuffle } from '../common/random.ts';
import type { Cell, Slot } from '../template/types.ts';

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
class PairTable {
  remaining = 0;
  private readonly blocks: Block[] = [];
  private readonly rows: number[] = [];

  constructor(counts: readonly number[]) {
    counts.forEach((countA, slotA) => {
      this.rows.push(this.blocks.length);
      counts.slice(slotA + 1).forEach((countB, offset) => {
        const size = countA * countB;
        const covered = new Uint8Array(size);
        this.blocks.push({ slotA, slotB: slotA + 1 + offset, width: countB, covered, remaining: size, scan: 0 });
        this.remaining += size;
      });
    });
  }

  isCovered(slotA: number, valueA: number, slotB: number, valueB: number): boolean {
    const [low, lowValue, high, highValue] =
      slotA < slotB ? [slotA, valueA, slotB, valueB] : [slotB, valueB, slotA, valueA];
    const block = this.blocks[(this.rows[low] ?? 0) + high - low - 1];
    return block?.covered[lowValue * block.width + highValue] === 1;
  }

  /** Marks every pair of a whole cell. */
  cover(chosen: readonly number[]): void {
    for (const block of this.blocks) {
      const place = (chosen[block.slotA] ?? 0) * block.width + (chosen[block.slotB] ?? 0);
      if (block.covered[place] === 1) continue;
      block.covered[place] = 1;
      block.remaining -= 1;
      this.remaining -= 1;
    }
  }

  /** A pair still to cover, of the two slots with the most of them. Call only while some remain. */
  anyUncovered(): ValuePair {
    const block = this.blocks.reduce((most, other) => (other.remaining > most.remaining ? other : most));
    while (block.covered[block.scan] === 1) block.scan += 1;
    const valueA = Math.floor(block.scan / block.width);
    return { slotA: block.slotA, valueA, slotB: block.slotB, valueB: block.scan % block.width };
  }
}

/** Cell candidates are tried this often; more gives slightly smaller covers for that much more work. */
const CANDIDATES = 8;
const CHEAP_PAIRS = 20_000;

/**
 * Few cells in which every pair of values of any two slots occurs together at least once (a covering array of
 * strength 2). Greedy, after AETG (Cohen, Dalal, Fredman and Patton, IEEE TSE 23(7), 1997): each cell starts from a
 * pair not yet covered and takes the other slots in random order, each with the value that covers most new pairs; of
 * some candidates the best is kept. One slot gives each value once, no slots give the empty cell.
 */
export function* pairwiseCells(slots: readonly Slot[], seed: number): Generator<Cell, void, undefined> {
  if (slots.some((slot) => slot.values.length === 0)) return;
  const cellOf = (chosen: readonly number[]): Cell =>
    Object.fromEntries(slots.map((slot, index) => [slot.name, slot.values[chosen[index] ?? 0] ?? '']));
  const [first, second] = slots;
  if (first === undefined || second === undefined) {
    for (let value = 0; value < (first?.values.length ?? 1); value += 1) yield cellOf([value]);
    return;
  }
  const random = createRandom(seed);
  const pairs = new PairTable(slots.map((slot) => slot.values.length));
  const candidates = pairs.remaining <= CHEAP_PAIRS ? CANDIDATES : 1;
  while (pairs.remaining > 0) {
    let best: readonly number[] = [];
    let bestGain = 0;
    for (let attempt = 0; attempt < candidates; attempt += 1) {
      const { chosen, gain } = candidate(pairs, slots, random);
      if (gain > bestGain) {
        best = chosen;
        bestGain = gain;
      }
    }
    pairs.cover(best);
    yield cellOf(best);
  }
}

function candidate(pairs: PairTable, slots: readonly Slot[], random: Random): { chosen: number[]; gain: number } {
  const start = pairs.anyUncovered();
  const chosen: number[] = Array.from({ length: slots.length }, () => -1);
  chosen[start.slotA] = start.valueA;
  chosen[start.slotB] = start.valueB;
  const settled = [start.slotA, start.slotB];
  let gain = 1;
  const others = slots.keys().filter((slot) => slot !== start.slotA && slot !== start.slotB);
  for (const slot of shuffle([...others], random)) {
    const { value, gained } = bestValue(pairs, slot, slots[slot]?.values.length ?? 0, settled, chosen, random);
    chosen[slot] = value;
    settled.push(slot);
    gain += gained;
  }
  return { chosen, gain };
}

function bestValue(
  pairs: PairTable,
  slot: number,
  count: number,
  settled: readonly number[],
  chosen: readonly number[],
  random: Random,
): { value: number; gained: number } {
  const offset = randomInt(random, count);
  let value = offset;
  let gained = -1;
  for (let step = 0; step < count; step += 1) {
    const tried = (offset + step) % count;
    let gain = 0;
    for (const other of settled) if (!pairs.isCovered(slot, tried, other, chosen[other] ?? 0)) gain += 1;
    if (gain > gained) {
      value = tried;
      gained = gain;
    }
  }
  return { value, gained };
}
