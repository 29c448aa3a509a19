import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  assignHoldingOut,
  drawPairs,
  HeldOutTally,
  type HeldPair,
  type HoldOutRow,
  heldBack,
  heldOutText,
  heldOutWarnings,
  holdsAny,
  pairText,
  parsePair,
} from '../../../src/domain/dataset/hold-out.ts';
import type { SplitPlan } from '../../../src/domain/importing/records.ts';
import { studentMessages } from '../../../src/domain/template/prompt.ts';
import { promptReader } from '../../../src/domain/template/read-prompt.ts';
import type { Template } from '../../../src/domain/template/types.ts';

const SLOTS = ['race', 'class'];
const plan: SplitPlan = { train: { kind: 'share', share: 0.8 }, seed: 1, by: 'random' };

/** Every combination of so many races and classes. */
const grid = (races: number, classes: number, change: Partial<HoldOutRow> = {}): HoldOutRow[] =>
  Array.from({ length: races * classes }, (_, at) => ({
    id: `r${at}`,
    split: null,
    label: null,
    group: null,
    cell: { race: `race${at % races}`, class: `class${Math.floor(at / races)}` },
    ...change,
  }));

const split = (rows: readonly HoldOutRow[], pairs: readonly HeldPair[], how = plan) => {
  const sides = assignHoldingOut(rows, how, pairs);
  return rows.map((row) => ({ ...row, split: sides.get(row.id) ?? row.split }));
};

const proofOf = (rows: readonly HoldOutRow[], pairs: readonly HeldPair[]) => {
  const tally = new HeldOutTally(pairs);
  for (const { cell, split: side } of rows) if (side !== null) tally.add(cell, side);
  return tally.proof();
};

describe('a pair', () => {
  it('is two slots or more with a value each', () => {
    expect(parsePair('race=elf, class=wizard')).toEqual({ race: 'elf', class: 'wizard' });
    expect(parsePair('race=elf&class=a=b')).toEqual({ race: 'elf', class: 'a=b' });
    for (const text of ['race=elf', 'race=elf,class', 'race=elf,race=orc', 'race=,class=x', ''])
      expect(parsePair(text)).toBeNull();
    expect(pairText({ race: 'elf', class: 'wizard' })).toBe('race=elf,class=wizard');
  });
});

describe('a split with pairs held out', () => {
  it('has none of them on the training side, however it divides, and keeps the sides that were given', () => {
    const by = fc.constantFrom<SplitPlan['by']>('random', 'label', 'group');
    const size = fc.integer({ min: 2, max: 6 });
    fc.assert(
      fc.property(
        size,
        size,
        by,
        fc.integer({ min: 0, max: 9 }),
        fc.integer({ min: 0, max: 4 }),
        (a, b, how, seed, n) => {
          const rows = grid(a, b).map((row, at) => ({ ...row, label: row.cell.race ?? '', group: `g${at % 5}` }));
          const pairs = drawPairs(rows, SLOTS, { wanted: n, seed });
          const first = split(rows, pairs, { ...plan, by: how, seed });
          const proof = proofOf(first, pairs);
          expect(proof).toMatchObject({ leaked: 0, absent: [], unseen: how === 'group' ? expect.anything() : [] });
          expect(first.filter(({ cell }) => holdsAny(cell, pairs)).every((row) => row.split === 'validation')).toBe(
            true,
          );
          const again = split([...first, ...grid(a, b).map((row) => ({ ...row, id: `more ${row.id}` }))], pairs);
          expect(again.slice(0, first.length)).toEqual(first);
          expect(proofOf(again, pairs).leaked).toBe(0);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('holds back a row that came later and was put on no side', () => {
    const pair = { race: 'race0', class: 'class0' };
    const [row] = grid(2, 2);
    if (row === undefined) return expect.fail('there is no row');
    expect(heldBack(row, [pair]).split).toBe('validation');
    expect(heldBack({ ...row, split: 'train' }, [pair]).split).toBe('train');
    expect(heldBack(row, [{ race: 'race0', class: 'class1' }])).toBe(row);
  });

  it('is said with what was found on both sides, and what is wrong with it', () => {
    const pairs = [
      { race: 'race0', class: 'class0' },
      { race: 'race1', class: 'none' },
    ];
    const rows = split(grid(3, 3), pairs.slice(0, 1));
    expect(heldOutText(proofOf(rows, pairs))).toBe(
      '1 row of 2 pairs held out; 0 of the training rows hold one of them.',
    );
    expect(heldOutWarnings(proofOf(rows, pairs)).join(' ')).toMatch(
      /^No row has race=race1,class=none\. No training row has class=none: /,
    );
    const leaked = rows.map((row) => ({ ...row, split: 'train' as const }));
    expect(heldOutText(proofOf(leaked, pairs.slice(0, 1)))).toBe(
      '0 rows of 1 pair held out; 1 of the training rows holds one of them.',
    );
    expect(heldOutWarnings(proofOf(leaked, pairs.slice(0, 1)))[0]).toMatch(/^1 training row holds a pair/);
  });
});

describe('pairs that are drawn', () => {
  it('leave each of their values to be learned', () => {
    expect(drawPairs(grid(1, 5), SLOTS, { wanted: 3, seed: 1 })).toEqual([]);
    const rows = grid(6, 6);
    const pairs = drawPairs(rows, SLOTS, { wanted: 8, seed: 1 });
    expect(pairs).toHaveLength(8);
    expect(proofOf(split(rows, pairs, { ...plan, train: { kind: 'share', share: 1 } }), pairs).unseen).toEqual([]);
    expect(drawPairs(rows, SLOTS, { wanted: 8, seed: 2 })).not.toEqual(pairs);
    expect(drawPairs(rows.toReversed(), SLOTS, { wanted: 8, seed: 1 })).toEqual(pairs);
  });

  it('are the same when rows were added to a split, and none that is trained on', () => {
    const rows = grid(6, 6);
    const pairs = drawPairs(rows, SLOTS, { wanted: 3, seed: 1 });
    const grown = [...split(rows, pairs), ...grid(9, 9).map((row) => ({ ...row, id: `more ${row.id}` }))];
    expect(drawPairs(grown, SLOTS, { wanted: 3, seed: 1 })).toEqual(pairs);
    const trained = grid(6, 6, { split: 'train' });
    expect(drawPairs(trained, SLOTS, { wanted: 3, seed: 1 })).toEqual([]);
  });
});

describe('the combination of a prompt', () => {
  const template: Template = {
    name: 'Characters',
    system: '',
    teacherPrompt: '',
    studentPrompt: 'A {race} (really, {race}) with a {weapon}. {{braces}}\n',
    slots: [
      { name: 'race', values: ['elf', 'half-elf', 'a.b'] },
      { name: 'weapon', values: ['bow', 'bow of fire'] },
      { name: 'pet', values: ['owl'] },
    ],
  };

  it('is read off what the student prompt was rendered to', () => {
    const read = promptReader(template);
    for (const race of ['elf', 'half-elf', 'a.b'])
      for (const weapon of ['bow', 'bow of fire']) {
        const text = studentMessages(template, { race, weapon, pet: 'owl' }).at(-1)?.content ?? '';
        expect(read(text)).toEqual({ race, weapon });
      }
    expect(read('A elf (really, half-elf) with a bow. {braces}')).toBeNull();
    expect(read('A axb (really, axb) with a bow. {braces}')).toBeNull();
    expect(read('something else')).toBeNull();
  });
});
