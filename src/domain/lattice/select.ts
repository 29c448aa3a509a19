import { type CooperativeTask, runToEnd } from '../common/cooperative.ts';
import { createRandom, randomBelow } from '../common/random.ts';
import type { CellSelection } from '../project/types.ts';
import type { Cell, Slot } from '../template/types.ts';
import { count as countText, plural } from '../text/format.ts';
import { cellAt, latticeSize } from './lattice.ts';
import { pairwiseCells } from './pairwise.ts';
import { stratifiedCells } from './stratified.ts';
import { coverCell, MOST_TUPLES, STRENGTHS, tupleCount, twiseCover } from './t-wise.ts';

type CoverSelection = Extract<CellSelection, { kind: 'pairwise' | 't-wise' }>;

/**
 * The cells of a selection, one at a time. Every selection gives distinct cells, and the same ones in the same order
 * each time; a larger `first`, `random` or `stratified` begins with the smaller one, so that a larger run generates only
 * the difference. Throws where `selectionProblem` names a problem.
 */
export function* selectCells(slots: readonly Slot[], selection: CellSelection): Generator<Cell, void, undefined> {
  switch (selection.kind) {
    case 'all':
    case 'first':
      yield* firstCells(slots, selectionBound(slots, selection));
      return;
    case 'random':
      for (const index of sampleIndices(latticeSize(slots), selectionBound(slots, selection), selection.seed)) {
        yield cellAt(slots, index);
      }
      return;
    case 'stratified':
      yield* stratifiedCells(slots, selectionBound(slots, selection), selection.seed);
      return;
    case 'pairwise':
    case 't-wise':
      if (isWhole(slots, selection)) yield* firstCells(slots, latticeSize(slots));
      else yield* runToEnd(coverOf(slots, selection));
  }
}

/** How many cells a selection gives. A cover has to be built to be counted, and is kept for the next call. */
export function selectionSize(slots: readonly Slot[], selection: CellSelection): bigint {
  switch (selection.kind) {
    case 'all':
    case 'first':
    case 'random':
    case 'stratified':
      return selectionBound(slots, selection);
    case 'pairwise':
    case 't-wise':
      return isWhole(slots, selection) ? latticeSize(slots) : BigInt(runToEnd(coverOf(slots, selection)).length);
  }
}

/** Builds what `selectionSize` and `selectCells` would build in one go, so that they find it there. Ends at once where there is nothing to build. */
export function* prepareSelection(slots: readonly Slot[], selection: CellSelection): CooperativeTask<void> {
  if (selectionProblem(slots, selection) !== null) return;
  const isCover = selection.kind === 'pairwise' || selection.kind === 't-wise';
  if (isCover && !isWhole(slots, selection)) yield* coverOf(slots, selection);
}

/** Why there are no such cells, and what to do; null where there are. */
export function selectionProblem(
  slots: readonly Slot[],
  selection: CellSelection,
): { readonly what: string; readonly next: string } | null {
  if (selection.kind !== 't-wise') return null;
  const { strength } = selection;
  if (!Number.isInteger(strength) || strength < STRENGTHS.min || strength > STRENGTHS.max)
    return {
      what: `A cover of ${strength} slots cannot be made.`,
      next: `Give it a strength from ${STRENGTHS.min} to ${STRENGTHS.max}.`,
    };
  const tuples = isWhole(slots, selection) ? 0n : tupleCount(slots, strength);
  if (tuples <= MOST_TUPLES) return null;
  return {
    what: `The values of any ${strength} of ${plural(slots.length, 'slot')} meet in ${countText(tuples)} ways, and a cover is built for at most ${countText(MOST_TUPLES)}.`,
    next: 'Lower the strength, take values away, or choose stratified combinations.',
  };
}

const strengthOf = (selection: CoverSelection): number => (selection.kind === 'pairwise' ? 2 : selection.strength);

/** Whether every cell is in the cover: there are no more slots than its strength. */
const isWhole = (slots: readonly Slot[], selection: CoverSelection): boolean => slots.length <= strengthOf(selection);

/** The newest cover of some slots: the quote, the run and the file of one plan each ask for the same. */
const covers = new WeakMap<readonly Slot[], { readonly key: string; readonly cells: readonly Cell[] }>();

function* coverOf(slots: readonly Slot[], selection: CoverSelection): CooperativeTask<readonly Cell[]> {
  const problem = selectionProblem(slots, selection);
  if (problem !== null) throw new RangeError(problem.what);
  const key = `${selection.kind} ${strengthOf(selection)} ${selection.seed}`;
  const kept = covers.get(slots);
  if (kept?.key === key) return kept.cells;
  const cells = yield* builtCover(slots, selection);
  covers.set(slots, { key, cells });
  return cells;
}

function* builtCover(slots: readonly Slot[], selection: CoverSelection): CooperativeTask<readonly Cell[]> {
  if (selection.kind === 't-wise') {
    const rows = yield* twiseCover(slots, selection.strength, selection.seed);
    return rows.map((row) => coverCell(slots, row));
  }
  const cells: Cell[] = [];
  for (const cell of pairwiseCells(slots, selection.seed)) {
    cells.push(cell);
    yield;
  }
  return cells;
}

/** The same as `cellAt` for each of them, which would divide its way to every one. */
function* firstCells(slots: readonly Slot[], count: bigint): Generator<Cell, void, undefined> {
  const places = slots.map(() => 0);
  for (let index = 0n; index < count; index += 1n) {
    yield Object.fromEntries(slots.map(({ name, values }, at) => [name, values[places[at] ?? 0] ?? '']));
    for (let at = slots.length - 1; at >= 0; at -= 1) {
      const next = (places[at] ?? 0) + 1;
      places[at] = next === slots[at]?.values.length ? 0 : next;
      if (places[at] !== 0) break;
    }
  }
}

function selectionBound(
  slots: readonly Slot[],
  selection: Exclude<CellSelection, { kind: 'pairwise' | 't-wise' }>,
): bigint {
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
