import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRandom, randomInt } from '../../../src/domain/common/random.ts';
import { ALIKE, DuplicateFinder, type DuplicateGroup } from '../../../src/domain/dataset/duplicates.ts';

const groupsOf = (texts: readonly string[]): readonly DuplicateGroup[] => {
  const finder = new DuplicateFinder();
  texts.forEach((text, index) => {
    finder.add(index, { id: String(index), text });
  });
  return finder.groups();
};

/** Jaccard similarity of character shingles of five, worked out the plain way. */
function plainShare(a: string, b: string): number {
  const shingles = (text: string): Set<string> =>
    new Set(Array.from({ length: Math.max(1, text.length - 4) }, (_, at) => text.slice(at, at + 5)));
  const [one, other] = [shingles(a), shingles(b)];
  return one.intersection(other).size / one.union(other).size;
}

describe('near duplicates', () => {
  it('are the same text, case, punctuation and white space aside', () => {
    expect(
      groupsOf(['I am still waiting on my card?', 'Something else entirely', 'i am  still waiting on my CARD']),
    ).toEqual([{ first: '0', others: [{ id: '2', share: 1 }] }]);
  });

  it('are a question with a word changed, and not two questions of the same kind', () => {
    const asked = 'What can I do if my card still has not arrived after two whole weeks of waiting for it';
    const [group] = groupsOf([asked, asked.replace('two', 'three'), 'What can I do if my transfer has not arrived']);
    expect(group?.others.map(({ id }) => id)).toEqual(['1']);
    expect(group?.others[0]?.share).toBeCloseTo(
      plainShare(asked.toLowerCase(), asked.replace('two', 'three').toLowerCase()),
    );
  });

  it('never takes in texts that are less alike, and leaves empty ones alone', () => {
    expect(groupsOf(['', ' ', '...', '!'])).toEqual([]);
    const word = fc.constantFrom('card', 'lost', 'payment', 'top', 'up', 'transfer', 'fee', 'late');
    const text = fc.array(word, { minLength: 1, maxLength: 12 }).map((words) => words.join(' '));
    fc.assert(
      fc.property(fc.array(text, { maxLength: 30 }), (texts) => {
        for (const { first, others } of groupsOf(texts)) {
          for (const { id, share } of others) {
            expect(share).toBeGreaterThanOrEqual(ALIKE);
            expect(share).toBeCloseTo(plainShare(texts[Number(first)] ?? '', texts[Number(id)] ?? ''), 6);
          }
        }
      }),
    );
  });

  it('finds one changed word in each of 300 long texts, whatever the words', () => {
    const random = createRandom(3);
    const words = (): string[] => Array.from({ length: 60 }, () => randomInt(random, 0xfffff).toString(36));
    const texts = Array.from({ length: 300 }, words);
    const changed = texts.map((text) => text.with(randomInt(random, text.length), 'changed'));
    const groups = groupsOf([...texts, ...changed].map((text) => text.join(' ')));
    expect(groups).toHaveLength(300);
    expect(
      groups.every(({ first, others }) => others.length === 1 && others[0]?.id === String(Number(first) + 300)),
    ).toBe(true);
  });

  it('lists the largest group first', () => {
    const groups = groupsOf(['a first question', 'a second one', 'a second one', 'a first question', 'A second one!']);
    expect(groups.map(({ first, others }) => [first, others.length])).toEqual([
      ['1', 2],
      ['0', 1],
    ]);
  });
});

describe('where texts can be had again', () => {
  /** Of more than four bytes. */
  const PLACE = 2 ** 40 + 3;
  const rows = Array.from({ length: 40 }, (_, n) => ({
    id: `r${n}`,
    text: `the lamp of keeper ${n % 4 === 3 ? n - 3 : n} stood by the old harbour wall`,
  }));

  it('finds the same groups, and keeps no text', () => {
    const asked: number[] = [];
    const again = new DuplicateFinder({
      expected: rows.length,
      rowAt(place) {
        asked.push(place);
        return rows[place - PLACE] ?? null;
      },
    });
    const keeping = new DuplicateFinder();
    for (const [n, row] of rows.entries()) expect(again.add(PLACE + n, row)).toEqual(keeping.add(n, row));
    expect(again.groups()).toEqual(keeping.groups());
    expect(again.groups().length).toBeGreaterThan(0);
    expect(asked.length).toBeGreaterThan(0);
  });

  it('takes a row that is gone for none', () => {
    const finder = new DuplicateFinder({ rowAt: () => null });
    const text = 'the very same words';
    expect([finder.add(1, { id: 'a', text }), finder.add(2, { id: 'b', text })]).toEqual([null, null]);
  });

  it('finds pairs among many more rows than were expected', () => {
    const random = createRandom(5);
    const all = Array.from({ length: 4_000 }, () =>
      Array.from({ length: 12 }, () => randomInt(random, 0xfffff).toString(36)).join(' '),
    );
    const finder = new DuplicateFinder({ expected: 0 });
    for (const [index, text] of all.entries()) finder.add(index, { id: String(index), text });
    const found = all.filter(
      (text, index) => finder.add(all.length + index, { id: `again ${index}`, text: text.toUpperCase() }) !== null,
    );
    expect(found.length).toBeGreaterThan(0.3 * all.length);
  });
});
