import fc from 'fast-check';
import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import { clusterEnd, clusterStart } from '../../../src/components/editing/clusters.ts';
import {
  columnOf,
  drawnSlice,
  layoutText,
  offsetAt,
  readingRows,
  rowOf,
} from '../../../src/components/editing/text-layout.ts';

const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });
const text = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 5 }),
      fc.constantFrom(
        'e\u0301',
        '\u0301',
        '👩‍👩‍👧',
        '🇩🇪',
        '🇩',
        '小精灵',
        'が',
        '\n',
        ' ',
        'word',
        '\r\n',
        '한',
        '\u1112\u1161',
      ),
    ),
    { maxLength: 30 },
  )
  .map((parts) => parts.join(''));

describe('clusters', () => {
  it('are those of the whole text, found from any boundary, forwards and backwards', () => {
    fc.assert(
      fc.property(text, (sample) => {
        const starts = Array.from(segmenter.segment(sample), (part) => part.index);
        starts.forEach((start, index) => {
          const end = starts[index + 1] ?? sample.length;
          expect(clusterEnd(sample, start)).toBe(end);
          expect(clusterStart(sample, end)).toBe(start);
        });
      }),
    );
  });
});

describe('layoutText', () => {
  it('shows every character once, in rows that fit', () => {
    fc.assert(
      fc.property(text, fc.integer({ min: 2, max: 20 }), (sample, width) => {
        const rows = layoutText(sample, width);
        let at = 0;
        for (const row of rows) {
          expect(row.start).toBeLessThanOrEqual(sample.length);
          expect(sample.slice(at, row.start).replace('\n', '')).toBe('');
          at = row.end;
          const shown = drawnSlice(sample, row.start, row.end);
          // One cluster alone may be wider than a very narrow row; nothing can be done about that.
          const alone = clusterEnd(sample, row.start) === row.end;
          if (!alone) expect(stringWidth(shown)).toBeLessThanOrEqual(width);
        }
        expect(at).toBe(sample.length);
      }),
    );
  });

  it('wraps after spaces and breaks only words that are too wide', () => {
    const rows = (sample: string, width: number) =>
      layoutText(sample, width).map((row) => sample.slice(row.start, row.end));
    expect(rows('a short walk', 8)).toEqual(['a short ', 'walk']);
    expect(rows('abcdefghij kl', 4)).toEqual(['abcd', 'efgh', 'ij ', 'kl']);
    expect(rows('小精灵', 4)).toEqual(['小精', '灵']);
    expect(rows('a\n\nb', 9)).toEqual(['a', '', 'b']);
    expect(rows('', 9)).toEqual(['']);
  });

  it('finds row and column of an offset, and back', () => {
    fc.assert(
      fc.property(text, fc.integer({ min: 2, max: 20 }), fc.nat(), (sample, width, seed) => {
        const starts = [...Array.from(segmenter.segment(sample), (part) => part.index), sample.length];
        const offset = starts[seed % starts.length] ?? 0;
        const rows = layoutText(sample, width);
        const row = rows[rowOf(rows, offset)];
        if (row === undefined) throw new Error('no row');
        expect(row.start).toBeLessThanOrEqual(offset);
        expect(offset).toBeLessThanOrEqual(row.end);
        expect(offsetAt(sample, row, columnOf(sample, row, offset), true)).toBe(offset);
      }),
    );
  });

  it('takes a line of 100 kB', () => {
    for (const unit of ['lorem ipsum ', '小精灵', 'x', 'e\u0301👩‍👩‍👧']) {
      const sample = unit.repeat(Math.ceil(100_000 / unit.length));
      const rows = layoutText(sample, 60);
      expect(rows.at(-1)?.end).toBe(sample.length);
      expect(rows.length).toBeGreaterThan(100);
    }
  });
});

describe('readingRows', () => {
  const read = (text: string, width: number) =>
    readingRows(text, width).map(({ start, end }) => text.slice(start, end));

  it('begins no row with the space at which the text was broken', () => {
    expect(read('four five six', 4)).toEqual(['four', 'five', 'six']);
    expect(layoutText('four five', 4).map(({ start, end }) => 'four five'.slice(start, end))).toEqual([
      'four',
      ' ',
      'five',
    ]);
  });

  it('keeps the indent of a line of its own, and empty lines', () => {
    expect(read('a\n  b c\n\nd', 4)).toEqual(['a', '  b ', 'c', '', 'd']);
  });
});
