import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cellAt, cellIndex, cellLabel, latticeSize } from '../../../src/domain/lattice/lattice.ts';
import { selectCells, selectionSize } from '../../../src/domain/lattice/select.ts';
import type { CellSelection } from '../../../src/domain/project/types.ts';
import type { Slot } from '../../../src/domain/template/types.ts';
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
  fc.record({ kind: fc.constant('pairwise' as const), seed: fc.integer() }),
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
