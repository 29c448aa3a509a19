import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeLog, type FoundRecord, LogReader } from '../../../../src/services/wandb/offline/log-blocks.ts';
import { crc32, readFrames } from './independent.ts';

const BLOCK = 32_768;
const MOST_IN_A_BLOCK = BLOCK - 7;

function filled(size: number, seed: number): Uint8Array {
  const bytes = Buffer.alloc(size);
  for (let place = 0; place < size; place++) bytes[place] = (place * 31 + seed * 7 + (place >> 8)) & 0xff;
  return bytes;
}

const encoded = (records: readonly Uint8Array[]): Buffer => Buffer.concat([...encodeLog(records)]);

/** Sizes at which fragments end, begin or just do not fit. */
const sizes = fc.oneof(
  fc.nat(40),
  fc.nat(3 * BLOCK + 50),
  fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: -20, max: 20 })).map(([n, off]) => n * BLOCK + off),
  fc
    .tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: -20, max: 20 }))
    .map(([n, off]) => n * MOST_IN_A_BLOCK + off),
);

function read(file: Uint8Array, pieceBytes = file.length || 1) {
  const reader = new LogReader();
  const found: FoundRecord[] = [];
  for (let from = 0; from < file.length; from += pieceBytes)
    found.push(...reader.push(file.subarray(from, from + pieceBytes)));
  found.push(...reader.end());
  return { found, cut: reader.cut };
}

describe('the framing of a log', () => {
  it('has the checksum that is published for IEEE CRC-32', () => {
    expect(crc32(Buffer.from('123456789'))).toBe(0xcbf43926);
  });

  it('begins with the seven bytes of W&B and has a record after them', () => {
    // The type 1 and the data "a", in one checksum.
    const sum = Buffer.alloc(4);
    sum.writeUInt32LE(crc32(Buffer.from([1, 0x61])));
    const file = encoded([Uint8Array.of(0x61)]).toString('hex');
    expect(file).toBe(`3a572642e1be00${sum.toString('hex')}01000161`);
    expect(encoded([]).toString('hex')).toBe('3a572642e1be00');
  });

  it('keeps records of any size within their blocks, as another reader finds them', () => {
    fc.assert(
      fc.property(fc.array(sizes, { maxLength: 6 }), (lengths) => {
        const records = lengths.map(filled);
        const frames = readFrames(encoded(records));
        expect(frames.map(({ data }) => data.length)).toEqual(lengths);
        expect(frames.every(({ data }, place) => data.equals(records[place] ?? data.subarray(1)))).toBe(true);
      }),
      { numRuns: 150 },
    );
  });

  it('counts the header to the first block, at each of the places around its end', () => {
    for (let off = -20; off <= 20; off++) {
      const size = BLOCK - 7 - 7 + off;
      const frames = readFrames(encoded([filled(size, 1), filled(5, 2)]));
      expect(frames[0]?.types).toEqual(off <= 0 ? [1] : [2, 4]);
      expect(frames[0]?.data.length).toBe(size);
      // Exactly seven bytes left are room for an empty first fragment; fewer are zeros.
      if (off === -7) expect(frames[1]).toMatchObject({ types: [2, 4], from: BLOCK - 7 });
      if (off > -7 && off <= 0) expect(frames[1]).toMatchObject({ types: [1], from: BLOCK });
    }
  });

  it('cuts a record over several blocks into first, middle and last', () => {
    expect(readFrames(encoded([filled(3 * BLOCK + 9, 1)]))[0]?.types).toEqual([2, 3, 3, 4]);
    expect(readFrames(encoded([filled(0, 1)]))[0]).toMatchObject({ types: [1], from: 7, to: 14 });
  });
});

describe('reading a log', () => {
  it('gives back every record and where it begins, in whatever pieces the bytes come', () => {
    fc.assert(
      fc.property(fc.array(sizes, { maxLength: 5 }), fc.integer({ min: 1, max: 70_000 }), (lengths, pieceBytes) => {
        const file = encoded(lengths.map(filled));
        const { found, cut } = read(file, pieceBytes);
        expect(cut).toBeNull();
        const frames = readFrames(file);
        expect(found.map(({ at }) => at)).toEqual(frames.map(({ from }) => from));
        expect(found.every(({ bytes }, place) => frames[place]?.data.equals(bytes))).toBe(true);
      }),
      { numRuns: 100 },
    );
  });

  it('reads all that stands before a cut, at every byte of a log, and tells where it is', () => {
    const file = encoded([filled(3, 1), filled(0, 2), filled(300, 3), filled(17, 4)]);
    for (let end = 0; end <= file.length; end++) expectCutAt(file, end);
  });

  it('does so at any byte of a log of several blocks', () => {
    const file = encoded([filled(BLOCK - 15, 1), filled(4, 2), filled(70_000, 3), filled(20, 4), filled(BLOCK, 5)]);
    fc.assert(
      fc.property(fc.integer({ min: 0, max: file.length }), (end) => expectCutAt(file, end)),
      { numRuns: 300 },
    );
    for (const edge of [BLOCK, 2 * BLOCK, 3 * BLOCK]) {
      for (let end = edge - 10; end <= edge + 10; end++) expectCutAt(file, end);
    }
  });

  it('stops at a byte that was changed, because of the checksum', () => {
    const records = [filled(100, 1), filled(200, 2), filled(40_000, 3), filled(50, 4)];
    const file = encoded(records);
    const frames = readFrames(file);
    fc.assert(
      fc.property(fc.nat(3), fc.nat(1_000_000), fc.integer({ min: 1, max: 255 }), (which, place, change) => {
        const frame = frames[which];
        if (frame === undefined) throw new Error('no such record');
        // A length is left alone here: what it then covers may end the file.
        const lengths = [frame.from + 4, frame.from + 5, BLOCK + 4, BLOCK + 5];
        const bytes = Array.from({ length: frame.to - frame.from }, (_, off) => frame.from + off);
        const candidates = bytes.filter((off) => !lengths.includes(off));
        const target = candidates[place % candidates.length] ?? frame.from;
        const broken = Buffer.from(file);
        broken[target] = (broken[target] ?? 0) ^ change;
        const { found, cut } = read(broken);
        expect(cut).toMatchObject({ kind: 'checksum', at: frame.from });
        expect(cut?.why).toContain('checksum');
        expect(found).toHaveLength(which);
      }),
      { numRuns: 200 },
    );
  });

  it('never throws for bytes of any kind after the header', () => {
    const header = encoded([]);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (noise) => {
        const { found, cut } = read(Buffer.concat([header, noise]));
        expect(found.length === 0 && noise.length > 0 ? cut : true).not.toBeNull();
      }),
    );
  });

  it('tells another header, a part that belongs nowhere, and a length beyond the block', () => {
    expect(read(Buffer.from('SQLite format 3'.repeat(9))).cut).toMatchObject({ kind: 'header', at: 0 });
    const whole = encoded([filled(70_000, 1)]);
    const headless = Buffer.concat([whole.subarray(0, 7), Buffer.alloc(BLOCK - 7), whole.subarray(BLOCK)]);
    expect(read(headless).cut).toMatchObject({ kind: 'checksum', at: 7 });
    const middle = Buffer.concat([whole.subarray(0, 7), fragment(3, filled(5, 1))]);
    expect(read(middle).cut).toMatchObject({ kind: 'order', at: 7 });
    const begunTwice = Buffer.concat([whole.subarray(0, 7), fragment(2, filled(5, 1)), fragment(1, filled(5, 2))]);
    expect(read(begunTwice)).toMatchObject({ found: [], cut: { kind: 'order', at: 7 } });
    const long = fragment(1, filled(5, 1));
    long.writeUInt16LE(65_535, 4);
    expect(read(Buffer.concat([whole.subarray(0, 7), long])).cut).toMatchObject({ kind: 'checksum', at: 7 });
  });

  it('takes time in proportion to the log: one record of 128 MB and 300,000 small ones', () => {
    const large = encoded([Buffer.alloc(128 * 1024 * 1024, 7)]);
    expect(read(large, 32_768).found[0]?.bytes.length).toBe(128 * 1024 * 1024);
    const small = encoded(Array.from({ length: 300_000 }, () => Uint8Array.of(1, 2, 3)));
    expect(read(small, 32_768).found).toHaveLength(300_000);
  }, 20_000);
});

function fragment(type: number, data: Uint8Array): Buffer {
  const head = Buffer.alloc(7);
  head.writeUInt32LE(crc32(Buffer.concat([Uint8Array.of(type), data])), 0);
  head.writeUInt16LE(data.length, 4);
  head[6] = type;
  return Buffer.concat([head, data]);
}

function expectCutAt(file: Buffer, end: number): void {
  const frames = readFrames(file);
  const whole = frames.filter(({ to }) => to <= end);
  const { found, cut } = read(file.subarray(0, end), 1000);
  expect(found).toHaveLength(whole.length);
  expect(found.every(({ bytes }, place) => frames[place]?.data.equals(bytes))).toBe(true);
  const next = frames[whole.length];
  const inside = end < 7 || (next !== undefined && next.from < end);
  expect(cut).toEqual(inside ? { kind: 'short', at: end < 7 ? 0 : next?.from, why: expect.any(String) } : null);
}
