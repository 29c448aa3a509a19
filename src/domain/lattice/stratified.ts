import { createRandom, permutation } from '../common/random.ts';
import type { Cell, Slot } from '../template/types.ts';

/**
 * The cells of a lattice in an order of which every beginning is balanced: of the first n, each slot has each of its values
 * n / values times, rounded down or up. All of them once; the same for the same seed, and a cell is worked out from its
 * place, so nothing is kept of those before.
 *
 * Slot after slot: a walk of `before` cells through the slots so far is gone through `values` times, and each block of
 * `values` places holds every value of the next slot once. Place i has the value (i + turn) mod values, where a turn is
 * lcm(before, values) places: within a turn no cell comes twice (Chinese remainder theorem), and each of the
 * gcd(before, values) turns meets the cells of the walk with other values. Within a block the residues by the gcd are in
 * random order, the same in every turn, so that slots of one size do not go in step.
 */
export function* stratifiedCells(
  slots: readonly Slot[],
  count: bigint,
  seed: number,
): Generator<Cell, void, undefined> {
  const dials = dialsOf(slots, seed);
  for (let place = 0n; place < count; place += 1n)
    yield Object.fromEntries(dials.map((dial) => [dial.slot.name, dial.valueAt(place)]));
}

interface Dial {
  readonly slot: Slot;
  valueAt(place: bigint): string;
}

function dialsOf(slots: readonly Slot[], seed: number): readonly Dial[] {
  let before = 1n;
  return slots.map((slot, index) => {
    const dial = dialOf(slot, before, Math.trunc(seed) * 1_009 + index);
    before *= BigInt(slot.values.length);
    return dial;
  });
}

function dialOf(slot: Slot, before: bigint, seed: number): Dial {
  const size = BigInt(slot.values.length);
  const common = Number(gcd(before, size));
  const turn = (before / BigInt(common)) * size;
  const all = before * size;
  const names = permutation(slot.values.length, createRandom(seed));
  let block = -1n;
  let order: Uint32Array = new Uint32Array();
  return {
    slot,
    valueAt(place) {
      const at = place % all;
      const turns = Number(at / turn);
      const blockNow = (at % turn) / size;
      if (blockNow !== block) {
        block = blockNow;
        order = permutation(common, createRandom(blockSeed(seed, block)));
      }
      const step = Number(at % size);
      const residue = ((order[step % common] ?? 0) + turns) % common;
      return slot.values[names[step - (step % common) + residue] ?? 0] ?? '';
    },
  };
}

const blockSeed = (seed: number, block: bigint): number =>
  Number(BigInt.asIntN(53, BigInt(seed) * 1_000_003n + block + 1n));

function gcd(a: bigint, b: bigint): bigint {
  return b === 0n ? a : gcd(b, a % b);
}
