import { createRandom, randomBelow } from '../common/random.ts';
import type { CellSelection } from '../project/types.ts';
import type { Cell, Slot } from '../template/types.ts';
import { cellAt, latticeSize } from './lattice.ts';
import { pairwiseCells } from './pairwise.ts';

/**
 * The cells of a selection, one at a time. Every selection gives distinct cells, and the same ones in the same order
 * each time; a larger `first` or `random` begins with the smaller one, so that a larger run generates only the difference.
 */
export function* selectCells(slots: readonly Slot[], selection: CellSelection): Generator<Cell, void, undefined> {
  switch (selection.kind) {
    case 'all':
    case 'first': {
      const size = selectionBound(slots, selection);
      for (let index = 0n; index < size; index += 1n) yield cellAt(slots, index);
      return;
    }
    case 'random':
      for (const index of sampleIndices(latticeSize(slots), selectionBound(slots, selection), selection.seed)) {
        yield cellAt(slots, index);
      }
      return;
    case 'pairwise':
      yield* pairwiseCells(slots, selection.seed);
  }
}

/** How many cells a selection gives. A pairwise cover has to be built to be counted. */
export function selectionSize(slots: readonly Slot[], selection: CellSelection): bigint {
  if (selection.kind !== 'pairwise') return selectionBound(slots, selection);
  let size = 0n;
  for (const _ of pairwiseCells(slots, selection.seed)) size += 1n;
  return size;
}

function selectionBound(slots: readonly Slot[], selection: Exclude<CellSelection, { kind: 'pairwise' }>): bigint {
  const size = latticeSize(slots);
  if (selection.kind === 'all') return size;
  const count = BigInt(Math.max(0, Math.trunc(Number.isFinite(selection.count) ? selection.count : 0)));
  return count < size ? count : size;
}

/**
 * `count` distinct indices below `size`, every sample equally likely: a Fisher and Yates shuffle run from the front,
 * of which only the places it touched are kept, so memory goes with `count` and not with `size`.
 */
function* sampleIndices(size: bigint, count: bigint, seed: number): Generator<bigint, void, undefined> {
  const random = createRandom(seed);
  const moved = new Map<bigint, bigint>();
  for (let place = 0n; place < count; place += 1n) {
    const drawn = place + randomBelow(random, size - place);
    const taken = moved.get(drawn) ?? drawn;
    moved.set(drawn, moved.get(place) ?? place);
    moved.delete(place);
    yield taken;
  }
}
