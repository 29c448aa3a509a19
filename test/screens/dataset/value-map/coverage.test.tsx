import { describe, expect, it, test } from 'vitest';
import { CoverageTally } from '../../../../src/domain/dataset/coverage.ts';
import { coverageGrid, coverageText } from '../../../../src/screens/dataset/value-map/grid.ts';
import { chosenSlots, nextSlot } from '../../../../src/screens/dataset/value-map/kept-state.ts';
import { many, renderDataset } from '../render-dataset.tsx';

const SYMBOLS = { ellipsis: '…', none: '-' };

function mapOf(down: number, across: number) {
  const values = (name: string, count: number) => Array.from({ length: count }, (_, at) => `${name}${at}`);
  const tally = new CoverageTally(
    ['race', 'class'],
    [
      { name: 'race', values: values('race', down) },
      { name: 'class', values: values('class', across) },
    ],
  );
  tally.add([{ first: 'race1', second: 'class0', rows: 1_200, accepted: 8 }]);
  tally.add([{ first: 'race1', second: 'class0', rows: 34, accepted: 0 }]);
  tally.add([{ first: 'race0', second: 'class1', rows: 3, accepted: 0 }]);
  return tally.coverage();
}

describe('the map', () => {
  const shown = (columns: number, rows: number, place = { down: 0, across: 0 }, map = mapOf(40, 30)) =>
    coverageGrid(map, place, { columns, rows }, SYMBOLS);

  it('has the values of one slot down, of the other across, with rows and those accepted', () => {
    const lines = shown(60, 10, { down: 1, across: 0 }, mapOf(2, 2)).map((line) => line.map(({ text }) => text.trim()));
    expect(lines).toEqual([
      ['', 'class0', 'class1'],
      ['race0', '-', '3'],
      ['race1', '1,234 (8)', '-'],
    ]);
    expect(coverageText(mapOf(2, 2))).toBe('race \\ class\tclass0\tclass1\nrace0\t0\t3\nrace1\t1,234 (8)\t0');
  });

  it('scrolls both ways to where the cursor is, and is never wider or higher than its place', () => {
    for (const place of [
      { down: 0, across: 0 },
      { down: 20, across: 15 },
      { down: 39, across: 29 },
    ]) {
      for (const [columns, rows] of [
        [76, 18],
        [136, 34],
        [20, 3],
      ] as const) {
        const lines = shown(columns, rows, place);
        expect(lines.length).toBeLessThanOrEqual(rows);
        for (const line of lines) expect(line.map(({ text }) => text).join('').length).toBeLessThanOrEqual(columns);
        expect(lines.flat().filter(({ selected, kind }) => selected && kind !== 'head')).toHaveLength(1);
        expect(lines[0]?.find(({ selected }) => selected)?.text.trim()).toBe(`class${place.across}`);
      }
    }
  });

  it('goes by two slots that are never the same', () => {
    const names = ['race', 'class', 'pet'];
    expect(chosenSlots({ first: null, second: null }, names)).toEqual(['race', 'class']);
    expect(chosenSlots({ first: 'pet', second: 'pet' }, names)).toEqual(['pet', 'race']);
    expect(chosenSlots({ first: 'gone', second: 'race' }, names)).toEqual(['race', 'class']);
    expect(chosenSlots({ first: null, second: null }, ['race'])).toBeNull();
    expect([nextSlot('race', 'class', names), nextSlot('pet', 'class', names)]).toEqual(['pet', 'race']);
  });
});

test.each([
  [80, 24],
  [140, 40],
])('at %d columns the map is opened, moved in, turned and left by keys', async (columns, rows) => {
  const { screen, rows: store, projectId } = await renderDataset({ columns, rows, make: many(13) });
  const [first] = store.query(projectId, {
    filter: {},
    sort: { key: 'created', descending: false },
    offset: 0,
    limit: 1,
  });
  if (first !== undefined) store.put([{ ...first, rating: 'accepted' }]);
  await screen.press('v');
  await screen.waitFor('Coverage: race down, pet across');
  await screen.waitFor('elf, owl: 3 rows, 1 accepted');
  expect(screen.frame()).toContain('3 (1)');
  expect(screen.frame()).toContain('13 rows in all, 1 accepted');
  expect(screen.frame()).toContain('3 of 9 pairs without a row');
  await screen.press('down', 'down', 'right');
  await screen.waitFor('gnome, cat: 0 rows, 0 accepted');
  await screen.press('x');
  await screen.waitFor('Coverage: pet down, race across');
  await screen.press('escape');
  await screen.waitFor('Row 1 of 13');
});
