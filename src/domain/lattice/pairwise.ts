import { createRandom, type Random, randomInt, shuffle } from '../random/random.ts';
import type { Cell, Slot } from '../template/types.ts';
import { PairTable } from './pairTable.ts';

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
