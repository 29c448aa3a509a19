import { describe, expect, it } from 'vitest';
import { clipMiddle, columns, sparkline, wrap, wrapLine } from '../../../src/cli/output/text-layout.ts';

describe('columns', () => {
  it('lines up wide characters by what they take on a terminal', () => {
    expect(
      columns(
        [
          ['漢字', '1'],
          ['ab', '12'],
        ],
        new Set([1]),
      ),
    ).toEqual(['漢字   1', 'ab    12']);
  });

  it('wraps at words and keeps the breaks of the text', () => {
    expect(wrap('Name: Saelith\nAn elf of the far north', 14, '  ')).toEqual([
      '  Name:',
      '  Saelith',
      '  An elf of',
      '  the far',
      '  north',
    ]);
  });
});

describe('sparkline', () => {
  it('runs from the lowest bar to the highest', () => {
    expect(sparkline([8, 7, 6, 5, 4, 3, 2, 1], 8)).toBe('█▇▆▅▄▃▂▁');
  });

  it('takes the mean of each share when there are more values than columns', () => {
    expect(sparkline([0, 0, 10, 10], 2)).toBe('▁█');
    expect(
      sparkline(
        Array.from({ length: 1000 }, (_, index) => index),
        20,
      ),
    ).toHaveLength(20);
  });

  it('draws nothing of nothing, and a flat line of equal values', () => {
    expect(sparkline([], 10)).toBe('');
    expect(sparkline([3, 3, 3], 10)).toBe('▁▁▁');
  });
});

it('a name is cut in its middle, within its columns', () => {
  expect(clipMiddle('short', 10)).toBe('short');
  expect(clipMiddle('ft:practice-small:luthier:dnd:aI4RJoHH', 20)).toBe('ft:practic…:aI4RJoHH');
});

it('a line is set between its words, deeper than it begins, and a word alone is left whole', () => {
  expect(wrapLine('  one two three', 80)).toEqual(['  one two three']);
  expect(wrapLine('  one two three four', 15)).toEqual(['  one two', '    three four']);
  expect(wrapLine(`/a/${'path'.repeat(10)}`, 20)).toEqual([`/a/${'path'.repeat(10)}`]);
});
