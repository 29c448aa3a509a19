import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findLeaks, type LeakRow } from '../../../src/domain/dataset/leakage.ts';
import type { Leak } from '../../../src/domain/dataset/split.ts';

function leaksOf(rows: readonly LeakRow[]): readonly Leak[] {
  const steps = findLeaks(rows);
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

const row = (id: string, split: LeakRow['split'], text: string, group: string | null = null): LeakRow => ({
  id,
  split,
  text,
  group,
});
const LONG =
  'one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen';

describe('findLeaks', () => {
  it('finds the same question, nearly the same one, and a group on both sides', () => {
    const leaks = leaksOf([
      row('t1', 'train', 'Where is my card?', 'a.pdf'),
      row('t2', 'train', `${LONG} twenty`, 'b.pdf'),
      row('v1', 'validation', 'where is  MY card'),
      row('v2', 'validation', LONG),
      row('v3', 'validation', 'Something else entirely', 'a.pdf'),
      row('v4', 'validation', 'Where was your cheque?', 'c.pdf'),
      row('n1', null, 'Where is my card?', 'a.pdf'),
    ]);
    expect(leaks.map(({ kind, trainId, validationId }) => [kind, trainId, validationId])).toEqual([
      ['identical', 't1', 'v1'],
      ['near', 't2', 'v2'],
      ['group', 't1', 'v3'],
    ]);
  });

  it('takes questions of signs alone for what they are', () => {
    expect(leaksOf([row('t', 'train', '+ + +'), row('v', 'validation', '- - -')])).toEqual([]);
    expect(leaksOf([row('t', 'train', '+ + +'), row('v', 'validation', '+ + +')])).toMatchObject([
      { kind: 'identical' },
    ]);
  });

  it('finds near questions wherever a comparison of all with all does', () => {
    const words = fc.array(fc.constantFrom(...'abcdefghijklm'.split('')), { minLength: 1, maxLength: 14 });
    fc.assert(
      fc.property(fc.array(words, { maxLength: 12 }), fc.array(words, { maxLength: 12 }), (train, validation) => {
        const sets = (lists: readonly string[][]) => lists.map((list) => new Set(list));
        const expected = sets(validation).filter((set) =>
          sets(train).some((other) => set.intersection(other).size / set.union(other).size >= 0.9),
        );
        const found = leaksOf([
          ...train.map((list, index) => row(`t${index}`, 'train', list.join(' '))),
          ...validation.map((list, index) => row(`v${index}`, 'validation', list.join(' '))),
        ]);
        expect(found.length).toBe(expected.length);
      }),
    );
  });
});
