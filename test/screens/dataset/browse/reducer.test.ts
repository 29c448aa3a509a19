import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Row, RowQuery } from '../../../../src/domain/dataset/types.ts';
import {
  type BrowseAction,
  type BrowseState,
  backStep,
  browseReducer,
  initialBrowseState,
  isMarked,
  markedCount,
  markedIds,
  NO_MARKS,
  toggleMark,
} from '../../../../src/screens/dataset/browse/reducer.ts';
import { filterChoices, filterText, withPart, withText } from '../../../../src/screens/dataset/browse/row-filter.ts';
import { cursorAt, indexOfRow } from '../../../../src/screens/dataset/browse/use-rows.ts';
import { sampleRow } from '../../../services/store/sample.ts';

const doing = (...actions: readonly BrowseAction[]): BrowseState => actions.reduce(browseReducer, initialBrowseState);

describe('marks', () => {
  it('holds single rows, or all but some, without a list of all', () => {
    const two = toggleMark(toggleMark(NO_MARKS, 'a'), 'b');
    expect([markedCount(two, 9), isMarked(two, 'a'), isMarked(two, 'c')]).toEqual([2, true, false]);
    const { marks } = doing({ type: 'mark-all', shown: 3 }, { type: 'mark', id: 'b' });
    expect([markedCount(marks, 3), isMarked(marks, 'a'), isMarked(marks, 'b')]).toEqual([2, true, false]);
    expect(markedIds(marks, () => ['a', 'b', 'c'])).toEqual(['a', 'c']);
    expect(markedIds(two, () => expect.fail('reads every row for two marks'))).toEqual(['a', 'b']);
  });

  it('takes all marks off where there are some, and keeps none of "all" under another filter', () => {
    expect(doing({ type: 'mark', id: 'a' }, { type: 'mark-all', shown: 3 }).marks).toEqual(NO_MARKS);
    expect(doing({ type: 'mark-all', shown: 3 }, { type: 'filter', filter: { edited: true } }).marks).toEqual(NO_MARKS);
    const kept = doing({ type: 'mark', id: 'a' }, { type: 'filter', filter: { edited: true } }).marks;
    expect(markedIds(kept, () => [])).toEqual(['a']);
    expect(doing({ type: 'mark-all', shown: 0 }).marks).toEqual(NO_MARKS);
  });
});

describe('browse', () => {
  it('goes through every sort and back to the first, each from the top', () => {
    let state = doing({ type: 'select', index: 7, id: 'x' });
    const seen: string[] = [];
    for (let step = 0; step < 6; step++) {
      state = browseReducer(state, { type: 'next-sort' });
      seen.push(state.sort.key);
    }
    expect(seen).toEqual(['cell', 'tokens', 'status', 'rating', 'length', 'created']);
    expect(state).toMatchObject({ selected: 0, anchor: null });
    expect(browseReducer(state, { type: 'reverse' }).sort).toEqual({ key: 'created', descending: true });
  });

  it('goes back one level at a time: whole row, marks, filter, out', () => {
    let state = doing({ type: 'filter', filter: { status: 'done' } }, { type: 'mark', id: 'a' }, { type: 'whole' });
    const steps: unknown[] = [];
    while (backStep(state) !== null) {
      steps.push(backStep(state));
      state = browseReducer(state, { type: 'back' });
    }
    expect(steps).toEqual(['pane', 'marks', 'filter']);
    expect(browseReducer(state, { type: 'back' })).toBe(state);
  });
});

describe('filter', () => {
  const counts = {
    total: 5,
    byStatus: { done: 5, truncated: 0, refused: 0, empty: 0, failed: 0 },
    byRating: { accepted: 1, rejected: 0, unrated: 4 },
    costUsd: 0,
    unpriced: 0,
  };
  const pick = (filter: RowQuery['filter'], label: string): RowQuery['filter'] => {
    const option = filterChoices(filter, counts, [{ name: 'race', values: ['elf', 'orc'] }]).find(
      (one) => one.label === label,
    );
    return option === undefined ? expect.fail(`no choice ${label}`) : withPart(filter, option.part);
  };

  it('adds parts of different kinds, replaces one of the same, takes off what is chosen again', () => {
    const two = pick(pick({ text: 'x' }, 'status: done'), 'race: elf');
    expect(two).toEqual({ text: 'x', status: 'done', slot: { name: 'race', value: 'elf' } });
    expect(pick(two, 'race: orc')).toEqual({ text: 'x', status: 'done', slot: { name: 'race', value: 'orc' } });
    expect(pick(two, 'race: elf')).toEqual({ text: 'x', status: 'done' });
    expect(pick(pick(two, 'flag: not edited'), 'rating: unrated')).toMatchObject({ edited: false, rating: 'unrated' });
    expect(pick(two, 'all rows')).toEqual({});
    const held = pick(two, 'split: validation');
    expect(filterText(held)).toBe('done, split validation, race elf, "x"');
    expect(pick(held, 'split: none')).toMatchObject({ split: null });
    expect(pick(held, 'split: validation')).toEqual(two);
    expect(filterText(two)).toBe('done, race elf, "x"');
    expect(withText(two, '')).not.toHaveProperty('text');
  });
});

describe('cursorAt', () => {
  const ids = (list: string) => (index: number) => (list[index] === undefined ? null : { id: list[index] });
  it('stays with its row when rows come or go above it, and with its place when the row is gone', () => {
    expect(cursorAt(ids('abcde'), 5, 2, 'c')).toBe(2);
    expect(cursorAt(ids('bcde'), 4, 2, 'c')).toBe(1);
    expect(cursorAt(ids('xyabcde'), 7, 2, 'c')).toBe(4);
    expect(cursorAt(ids('abde'), 4, 2, 'c')).toBe(2);
    expect(cursorAt(ids('ab'), 2, 4, 'e')).toBe(1);
    expect(cursorAt(ids(''), 0, 4, 'e')).toBe(0);
  });
});

describe('indexOfRow', () => {
  it('finds any row in few looks, rows of the same moment too', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(20), { maxLength: 600 }), fc.nat(), (times, pick) => {
        const rows = times.toSorted((a, b) => a - b).map((createdAt, at) => sampleRow('p', `r${at}`, { createdAt }));
        const window = ({ offset, limit }: RowQuery): readonly Row[] => rows.slice(offset, offset + limit);
        const wanted = rows[pick % Math.max(1, rows.length)];
        if (wanted !== undefined) expect(rows[indexOfRow(window, rows.length, wanted) ?? -1]).toBe(wanted);
        expect(indexOfRow(window, rows.length, sampleRow('p', 'gone', { createdAt: 10 }))).toBeNull();
      }),
    );
  });

  it('looks at few of 100,000', () => {
    let read = 0;
    const row = (at: number): Row => sampleRow('p', `r${at}`, { createdAt: at });
    const window = ({ offset, limit }: RowQuery): readonly Row[] => {
      const length = Math.max(0, Math.min(limit, 100_000 - offset));
      read += length;
      return Array.from({ length }, (_, index) => row(offset + index));
    };
    expect(indexOfRow(window, 100_000, row(77_777))).toBe(77_777);
    expect(read).toBeLessThan(300);
  });
});
