import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cellAt, cellIndex, cellLabel, latticeSize } from '../../../src/domain/lattice/lattice.ts';
import { prepareSelection, selectCells, selectionProblem, selectionSize } from '../../../src/domain/lattice/select.ts';
import type { CellSelection } from '../../../src/domain/project/types.ts';
import type { Cell, Slot } from '../../../src/domain/template/types.ts';
import { latticeSlots } from '../template/arbitrary.ts';

const slotsOf = (count: number, values: number): Slot[] =>
  Array.from({ length: count }, (_, slot) => ({
    name: `s${slot}`,
    values: Array.from({ length: values }, (_, value) => `${slot}.${value}`),
  }));

const selection: fc.Arbitrary<CellSelection> = fc.oneof(
  fc.constant<CellSelection>({ kind: 'all' }),
  fc.record({ kind: fc.constant('first' as const), count: fc.integer({ min: -2, max: 300 }) }),
  fc.record({ kind: fc.constant('random' as const), count: fc.integer({ min: -2, max: 300 }), seed: fc.integer() }),
  fc.record({ kind: fc.constant('stratified' as const), count: fc.integer({ min: -2, max: 300 }), seed: fc.integer() }),
  fc.record({ kind: fc.constant('pairwise' as const), seed: fc.integer() }),
  fc.record({ kind: fc.constant('t-wise' as const), strength: fc.integer({ min: 2, max: 6 }), seed: fc.integer() }),
);

describe('the lattice', () => {
  it('has one empty cell without slots, and none with an empty slot', () => {
    expect(latticeSize([])).toBe(1n);
    expect([...selectCells([], { kind: 'all' })]).toEqual([{}]);
    expect(latticeSize([{ name: 'a', values: [] }])).toBe(0n);
    expect(() => cellAt([], 1n)).toThrow(RangeError);
    expect(() => cellAt([], -1n)).toThrow(RangeError);
  });

  it('changes the last slot fastest and keeps the order of slots', () => {
    const slots = slotsOf(2, 2);
    expect([...selectCells(slots, { kind: 'all' })].map(cellLabel)).toEqual([
      '0.0, 1.0',
      '0.0, 1.1',
      '0.1, 1.0',
      '0.1, 1.1',
    ]);
  });

  it('numbers every cell once', () => {
    fc.assert(
      fc.property(latticeSlots, (slots) => {
        for (let index = 0n; index < latticeSize(slots); index += 1n) {
          expect(cellIndex(slots, cellAt(slots, index))).toBe(index);
        }
      }),
    );
    expect(cellIndex(slotsOf(1, 2), { s0: 'other' })).toBeNull();
    expect(cellIndex([{ name: 'constructor', values: ['x'] }], {})).toBeNull();
  });
});

describe('selectCells', () => {
  it('gives distinct cells of the lattice, as many as selectionSize says, the same each time', () => {
    fc.assert(
      fc.property(latticeSlots, selection, (slots, chosen) => {
        const cells = [...selectCells(slots, chosen)];
        expect(BigInt(cells.length)).toBe(selectionSize(slots, chosen));
        expect(new Set(cells.map((cell) => cellIndex(slots, cell))).size).toBe(cells.length);
        expect(cells.every((cell) => cellIndex(slots, cell) !== null)).toBe(true);
        expect([...selectCells(slots, chosen)]).toEqual(cells);
      }),
    );
  });

  it('takes all in the order of their places, slots with one value and values listed twice included', () => {
    const values = fc.array(fc.constantFrom('x', 'y', 'z'), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(fc.array(values, { maxLength: 4 }), (lists) => {
        const slots = lists.map((list, at) => ({ name: `s${at}`, values: list }));
        const places = Array.from({ length: Number(latticeSize(slots)) }, (_, index) => cellAt(slots, BigInt(index)));
        expect([...selectCells(slots, { kind: 'all' })].map(cellLabel)).toEqual(places.map(cellLabel));
        expect([...selectCells(slots, { kind: 'all' })]).toEqual(places);
      }),
    );
  });

  it('begins a larger random choice with the smaller one, and takes all where more are wanted', () => {
    const slots = slotsOf(3, 4);
    const pick = (count: number) => [...selectCells(slots, { kind: 'random', count, seed: 5 })];
    expect(pick(40).slice(0, 10)).toEqual(pick(10));
    expect(pick(1000)).toHaveLength(64);
  });

  it('draws every cell equally often', () => {
    const slots = slotsOf(2, 3);
    const seen = new Map<string, number>();
    for (let seed = 0; seed < 3_000; seed += 1) {
      for (const cell of selectCells(slots, { kind: 'random', count: 3, seed })) {
        seen.set(cellLabel(cell), (seen.get(cellLabel(cell)) ?? 0) + 1);
      }
    }
    expect(seen.size).toBe(9);
    for (const count of seen.values()) expect(Math.abs(count - 1_000)).toBeLessThan(150);
  });

  it('never builds a lattice of 10^12 cells', () => {
    const slots = slotsOf(6, 100);
    expect(latticeSize(slots)).toBe(10n ** 12n);
    const cells = [...selectCells(slots, { kind: 'random', count: 500, seed: 1 })];
    expect(new Set(cells.map(cellLabel)).size).toBe(500);
    expect(selectCells(slots, { kind: 'all' }).next().value).toEqual(cellAt(slots, 0n));
    expect(cellLabel(cellAt(slots, 10n ** 12n - 1n))).toBe('0.99, 1.99, 2.99, 3.99, 4.99, 5.99');
  });
});

describe('pairwise cover', () => {
  it('holds every pair of values', () => {
    fc.assert(
      fc.property(latticeSlots, fc.integer(), (slots, seed) => {
        const cells = [...selectCells(slots, { kind: 'pairwise', seed })];
        for (const a of slots) {
          for (const b of slots) {
            if (a === b) continue;
            const pairs = new Set(cells.map((cell) => `${cell[a.name]}/${cell[b.name]}`));
            expect(pairs.size).toBe(a.values.length * b.values.length);
          }
        }
      }),
    );
  });

  it('is much smaller than the lattice', () => {
    const size = Number(selectionSize(slotsOf(4, 6), { kind: 'pairwise', seed: 1 }));
    expect(size).toBeGreaterThanOrEqual(36);
    expect(size).toBeLessThan(60);
    expect(selectionSize(slotsOf(1, 7), { kind: 'pairwise', seed: 1 })).toBe(7n);
    expect(selectionSize([], { kind: 'pairwise', seed: 1 })).toBe(1n);
    expect(selectionSize([{ name: 'a', values: [] }, ...slotsOf(1, 2)], { kind: 'pairwise', seed: 1 })).toBe(0n);
  });
});

/** Slots with distinct values, more and larger than every cell of them is looked at. */
const wideSlots: fc.Arbitrary<Slot[]> = fc
  .array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 6 })
  .map((sizes) => sizes.flatMap((values, slot) => slotsOf(1, values).map((one) => ({ ...one, name: `s${slot}` }))));

/** Every choice of `count` of the slots. */
function choices(slots: readonly Slot[], count: number): Slot[][] {
  if (count === 0) return [[]];
  return slots.flatMap((slot, index) => choices(slots.slice(index + 1), count - 1).map((rest) => [slot, ...rest]));
}

const product = (slots: readonly Slot[]): number => slots.reduce((size, { values }) => size * values.length, 1);

describe('t-wise cover', () => {
  it('holds every choice of values of any t slots', () => {
    fc.assert(
      fc.property(wideSlots, fc.integer({ min: 2, max: 5 }), fc.integer(), (slots, strength, seed) => {
        const cells = [...selectCells(slots, { kind: 't-wise', strength, seed })];
        for (const chosen of choices(slots, Math.min(strength, slots.length))) {
          const met = new Set(cells.map((cell) => chosen.map(({ name }) => cell[name]).join('/')));
          expect(met.size).toBe(product(chosen));
        }
      }),
      { numRuns: 40 },
    );
  });

  it('is much smaller than the lattice, and another one for another seed', () => {
    const slots = slotsOf(6, 5);
    const cover = (seed: number) => [...selectCells(slots, { kind: 't-wise', strength: 3, seed })].map(cellLabel);
    expect(cover(1).length).toBeGreaterThanOrEqual(125);
    expect(cover(1).length).toBeLessThan(250);
    expect(new Set(cover(2))).not.toEqual(new Set(cover(1)));
    expect(selectionSize(slotsOf(2, 7), { kind: 't-wise', strength: 3, seed: 1 })).toBe(49n);
    const lacking = [{ name: 'a', values: [] }, ...slotsOf(3, 2)];
    expect(selectionSize(lacking, { kind: 't-wise', strength: 3, seed: 1 })).toBe(0n);
  });

  it('says what is too large for it before it begins', () => {
    const cells: CellSelection = { kind: 't-wise', strength: 3, seed: 1 };
    const problem = selectionProblem(slotsOf(6, 100), cells);
    expect(problem?.what).toBe(
      'The values of any 3 of 6 slots meet in 20,000,000 ways, and a cover is built for at most 3,000,000.',
    );
    expect(problem?.next).toContain('stratified');
    expect(() => selectionSize(slotsOf(6, 100), cells)).toThrow(RangeError);
    expect(prepareSelection(slotsOf(6, 100), cells).next().done).toBe(true);
    expect(selectionProblem(slotsOf(6, 10), cells)).toBeNull();
    expect(selectionProblem(slotsOf(6, 10), { ...cells, strength: 1 })?.next).toContain('2 to 6');
  });

  it('is built in parts, and found there afterwards', () => {
    const slots = slotsOf(6, 6);
    const cells: CellSelection = { kind: 't-wise', strength: 3, seed: 1 };
    let parts = 0;
    for (const _ of prepareSelection(slots, cells)) parts += 1;
    expect(parts).toBeGreaterThan(10);
    expect(prepareSelection(slots, cells).next().done).toBe(true);
    expect(prepareSelection(slots, { ...cells, seed: 2 }).next().done).toBe(false);
  });
});

describe('stratified choice', () => {
  const counts = (cells: readonly Cell[], { name, values }: Slot): readonly number[] =>
    values.map((value) => cells.filter((cell) => cell[name] === value).length);

  it('has every value of a slot as often as any other, give or take one, and every cell once', () => {
    fc.assert(
      fc.property(wideSlots, fc.integer({ min: 0, max: 400 }), fc.integer(), (slots, count, seed) => {
        const cells = [...selectCells(slots, { kind: 'stratified', count, seed })];
        expect(cells).toHaveLength(Math.min(count, product(slots)));
        expect(new Set(cells.map(cellLabel)).size).toBe(cells.length);
        for (const slot of slots) {
          const found = counts(cells, slot);
          expect(Math.max(...found) - Math.min(...found)).toBeLessThanOrEqual(1);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('begins a larger choice with the smaller one, is another for another seed, and covers a lattice of 10^12', () => {
    const slots = slotsOf(6, 100);
    const pick = (count: number, seed = 1) => [...selectCells(slots, { kind: 'stratified', count, seed })];
    expect(pick(300).slice(0, 70)).toEqual(pick(70));
    expect(pick(70, 2)).not.toEqual(pick(70));
    for (const slot of slots) expect(new Set(counts(pick(300), slot))).toEqual(new Set([3]));
  });

  it('does not let slots of one size go in step', () => {
    const slots = slotsOf(4, 10);
    const cells = [...selectCells(slots, { kind: 'stratified', count: 100, seed: 1 })];
    for (const [a, b] of choices(slots, 2)) {
      const pairs = new Set(cells.map((cell) => `${cell[a?.name ?? '']}/${cell[b?.name ?? '']}`));
      expect(pairs.size).toBeGreaterThan(50);
    }
  });
});
