import { describe, expect, it } from 'vitest';
import { bytes, duration, plural, when } from '../../../src/cli/output/format.ts';

describe('format', () => {
  it('writes times as people read them', () => {
    expect([12, 4210, 187_000, 600_000, 3_725_000].map(duration)).toEqual([
      '12 ms',
      '4.2 s',
      '3:07',
      '10:00',
      '1:02:05',
    ]);
  });

  it('writes sizes in thousands', () => {
    expect([0, 999, 1536, 52_000_000].map(bytes)).toEqual(['0 B', '999 B', '1.5 kB', '52 MB']);
  });

  it('agrees with its number', () => {
    expect(plural(1, 'row')).toBe('1 row');
    expect(plural(1296, 'row')).toBe('1,296 rows');
    expect(plural(0, 'reply', 'replies')).toBe('0 replies');
  });

  it('dates a time of the API to the second', () => {
    expect(when(1_700_000_000)).toMatch(/^2023-11-1[45] \d\d:\d\d:20$/);
  });
});
