import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { byteSize, clockTime, count, percent, plural } from '../../../src/domain/text/format.ts';

describe('figures', () => {
  it('are grouped, and agree with their nouns', () => {
    expect([count(0), count(1296), count(1296n), count(2.6)]).toEqual(['0', '1,296', '1,296', '3']);
    expect([plural(1, 'row'), plural(1n, 'cell'), plural(1296, 'row')]).toEqual(['1 row', '1 cell', '1,296 rows']);
    expect(plural(0, 'reply', 'replies')).toBe('0 replies');
  });

  it('count time as a clock does, and shares so that only the whole is 100%', () => {
    expect([19_999, 725_000, 3_723_000, -5].map(clockTime)).toEqual(['00:19', '12:05', '1:02:03', '00:00']);
    expect([0, 0.999, 1, 3, Number.NaN].map(percent)).toEqual(['0%', '99%', '100%', '100%', '0%']);
  });

  it('measure bytes in thousands, three digits at the most before the unit', () => {
    const sizes = [0, 999, 1000, 1536, 52_000_000, 999_999, 99_960, 4e15];
    expect(sizes.map(byteSize)).toEqual(['0 B', '999 B', '1.0 kB', '1.5 kB', '52.0 MB', '1.0 MB', '100 kB', '4000 TB']);
    fc.assert(
      fc.property(fc.nat(2 ** 40), (bytes) => {
        expect(byteSize(bytes)).toMatch(/^\d{1,3}(\.\d)? (B|kB|MB|GB|TB)$/);
      }),
    );
  });
});
