import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FIELDS, Records, type Spill } from '../../../../src/domain/dataset/equal/records.ts';
import { digestOf } from '../../../../src/domain/dataset/rubbish/digests.ts';

function memorySpill(): Spill {
  let written = Buffer.alloc(0);
  return {
    write(bytes) {
      const at = written.length;
      written = Buffer.concat([written, bytes]);
      return at;
    },
    read(into, at) {
      into.set(written.subarray(at, at + into.length));
    },
  };
}

describe('records beyond memory', () => {
  it('come back each once, equal keys together and in the order they came, however few are read at once', () => {
    const keys = fc.array(fc.oneof(fc.integer({ min: -300, max: 300 }), fc.maxSafeInteger()), {
      maxLength: 300,
    });
    fc.assert(
      fc.property(keys, fc.integer({ min: 1, max: 9 }), (given, most) => {
        const records = new Records(memorySpill(), most);
        for (const [line, key] of given.entries()) records.add(key, line * 2, -line, line);
        const seen = new Set<number>();
        const lines: number[] = [];
        for (const piece of records.pieces()) {
          const own = new Set<number>();
          let last = -1;
          for (let at = 0; at < piece.length; at += FIELDS) {
            const [key = 0, one, other, line = 0] = piece.slice(at, at + FIELDS);
            expect([key, one, other, line > last]).toEqual([given[line], line * 2, -line, true]);
            own.add(key);
            lines.push(line);
            last = line;
          }
          for (const key of own) expect(seen.has(key)).toBe(false);
          for (const key of own) seen.add(key);
        }
        expect(lines.toSorted((a, b) => a - b)).toEqual([...given.keys()]);
      }),
      { numRuns: 60 },
    );
  });

  it('are as many as there are, in stretches of what memory holds, and come back in pieces of about so many', () => {
    const records = new Records(memorySpill(), 200);
    const key = (line: number): number => digestOf([String(line % 7_919)]);
    for (let line = 0; line < 100_000; line += 1) records.add(key(line), line, 0, line);
    const sizes = Array.from(records.pieces(), (piece) => piece.length / FIELDS);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(100_000);
    expect(Math.max(...sizes)).toBeLessThan(600);
  });
});
