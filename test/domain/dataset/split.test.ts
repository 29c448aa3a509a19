import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assignRows, divideRows, type SplitRow, shareOut, wantedTrain } from '../../../src/domain/dataset/split.ts';
import type { SplitPlan } from '../../../src/domain/importing/records.ts';

const plan = fc.record<SplitPlan>({
  train: fc.oneof(
    fc.record({ kind: fc.constant('count' as const), count: fc.nat(60) }),
    fc.record({ kind: fc.constant('share' as const), share: fc.double({ min: 0.05, max: 0.95, noNaN: true }) }),
  ),
  seed: fc.nat(1_000),
  by: fc.constantFrom('random' as const, 'label' as const, 'group' as const),
});
const labels = fc.constantFrom('Yes', 'No', 'Perhaps');
const groups = fc.constantFrom('a.pdf', 'b.pdf', 'c.pdf', 'd.pdf', null);
const rows = (from: number, maxLength = 50): fc.Arbitrary<SplitRow[]> =>
  fc
    .array(fc.record({ label: labels, group: groups }), { minLength: 1, maxLength })
    .map((made) => made.map((row, index) => ({ ...row, id: `r${from + index}`, split: null })));

const assigned = (before: readonly SplitRow[], chosen: SplitPlan): SplitRow[] => {
  const sides = assignRows(before, chosen);
  return before.map((row) => ({ ...row, split: sides.get(row.id) ?? row.split }));
};
const trained = (given: readonly SplitRow[]): number => given.filter(({ split }) => split === 'train').length;

describe('assignRows', () => {
  it('puts every row on a side, the same ones in whatever order they come', () => {
    fc.assert(
      fc.property(rows(0), plan, (given, chosen) => {
        const sides = assignRows(given, chosen);
        expect(sides.size).toBe(given.length);
        expect(new Map([...assignRows(given.toReversed(), chosen)].toSorted())).toEqual(new Map([...sides].toSorted()));
        if (chosen.by !== 'group') expect(trained(assigned(given, chosen))).toBe(wantedTrain(given.length, chosen));
      }),
    );
  });

  it('never moves a row when rows are added, under any plan', () => {
    fc.assert(
      fc.property(rows(0), rows(1_000), plan, plan, (first, more, before, after) => {
        const frozen = assigned(first, before);
        const sides = assignRows([...more, ...frozen], after);
        expect(sides.size).toBe(more.length);
        for (const { id } of frozen) expect(sides.has(id)).toBe(false);
      }),
    );
  });

  it('never lets a group straddle, not even as rows are added', () => {
    fc.assert(
      fc.property(rows(0), rows(1_000), plan, (first, more, chosen) => {
        const byGroup: SplitPlan = { ...chosen, by: 'group' };
        const all = assigned([...assigned(first, byGroup), ...more], byGroup);
        for (const [group, members] of Map.groupBy(all, (row) => row.group)) {
          if (group !== null) expect(new Set(members.map(({ split }) => split)).size).toBe(1);
        }
      }),
    );
  });

  it('divides every label alike', () => {
    fc.assert(
      fc.property(rows(0), plan, (given, chosen) => {
        const byLabel: SplitPlan = { ...chosen, by: 'label' };
        const wanted = wantedTrain(given.length, byLabel);
        for (const members of Map.groupBy(assigned(given, byLabel), (row) => row.label).values()) {
          expect(Math.abs(trained(members) - (wanted * members.length) / given.length)).toBeLessThan(1);
        }
      }),
    );
  });

  it('makes 30 and 87 of 117, as many of each label as there should be, and another choice with another seed', () => {
    const given: SplitRow[] = Array.from({ length: 117 }, (_, index) => ({
      id: `r${index}`,
      split: null,
      label: index < 59 ? 'Yes' : 'No',
      group: null,
    }));
    const chosen: SplitPlan = { train: { kind: 'count', count: 30 }, seed: 42, by: 'label' };
    const made = assigned(given, chosen);
    expect([trained(made), 117 - trained(made)]).toEqual([30, 87]);
    expect(trained(made.filter(({ label }) => label === 'Yes'))).toBe(15);
    expect(assignRows(given, { ...chosen, seed: 43 })).not.toEqual(assignRows(given, chosen));
  });

  it('shares out in whole numbers that add up', () => {
    expect(shareOut(10, [3, 3, 3])).toEqual([4, 3, 3]);
    expect(shareOut(0, [3, 1])).toEqual([0, 0]);
    expect(shareOut(0, [])).toEqual([]);
  });
});

describe('divideRows', () => {
  const row = (id: string, split: SplitRow['split']) => ({ id, split });

  it('goes by the sides the rows are on, and trains on what came later', () => {
    const given = [row('a', 'validation'), row('b', 'train'), row('c', null), row('d', 'validation')];
    const { train, validation } = divideRows(given, 0.5, 1);
    expect([train, validation].map((side) => side.map(({ id }) => id).join(''))).toEqual(['bc', 'ad']);
  });

  it('goes by the share where no row is on a side', () => {
    const given = Array.from({ length: 100 }, (_, index) => row(`r${index}`, null));
    expect(divideRows(given, 0.2, 1).validation.length).toBeGreaterThan(5);
    expect(divideRows(given, 0, 1).validation).toEqual([]);
  });
});
