import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type DecodingFault, encodingOf, sniffEncoding, TextDecoding } from '../../../src/domain/text/decoding.ts';
import { linesOf } from '../../../src/domain/text/lines.ts';

/** Each piece is written over once it was pushed, as a file's are. */
function decode(pieces: readonly Uint8Array[], encoding: string | null = null) {
  const faults: DecodingFault[] = [];
  const decoding = new TextDecoding({ encoding, onFault: (fault) => faults.push(fault) });
  const push = (piece: Uint8Array): string => {
    const reused = Buffer.from(piece);
    const pushed = decoding.push(reused);
    reused.fill(0x23);
    return pushed;
  };
  const text = pieces.map(push).join('') + decoding.end();
  return { text, faults, encoding: decoding.encoding };
}

const wide = (text: string, bigEndian = false): Buffer => {
  const bytes = Buffer.from(text, 'utf16le');
  return bigEndian ? bytes.swap16() : bytes;
};

describe('bytes as text', () => {
  it('are the same text wherever the pieces are cut', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('a', '\n', '\r', 'é', '漢', '😀', '\u010a', '\u0a0a') }),
        fc.integer({ min: 1, max: 7 }),
        fc.constantFrom('utf-8', 'utf-16le', 'utf-16be'),
        (text, size, encoding) => {
          const bytes = encoding === 'utf-8' ? Buffer.from(text) : wide(text, encoding === 'utf-16be');
          const pieces = Array.from({ length: Math.ceil(bytes.length / size) }, (_, n) =>
            bytes.subarray(n * size, (n + 1) * size),
          );
          expect(decode(pieces, encoding)).toMatchObject({ text, faults: [] });
        },
      ),
    );
  });

  it('are the same lines one by one, and the same faults, whoever wants which', () => {
    const part = fc.constantFrom('a', '\n', '\r\n', 'é', '漢', '\u2028', '\xff');
    fc.assert(
      fc.property(
        fc.array(part, { minLength: 600, maxLength: 900 }),
        fc.integer({ min: 100, max: 700 }),
        (parts, size) => {
          const bytes = Buffer.concat(parts.map((one) => Buffer.from(one, one === '\xff' ? 'latin1' : 'utf8')));
          const pieces = Array.from({ length: Math.ceil(bytes.length / size) }, (_, n) =>
            bytes.subarray(n * size, (n + 1) * size),
          );
          const plain = decode(pieces);
          const seen: { lines: DecodingFault[]; look: DecodingFault[] } = { lines: [], look: [] };
          const byLine = new TextDecoding({ onFault: (fault) => seen.lines.push(fault) });
          const looking = new TextDecoding({ onFault: (fault) => seen.look.push(fault) });
          const lines = pieces.flatMap((piece) => byLine.pushLines(piece));
          for (const piece of pieces) looking.look(piece);
          looking.end();
          expect([...lines, ...linesOf(byLine.end())]).toEqual(linesOf(plain.text));
          expect(seen).toEqual({ lines: plain.faults, look: plain.faults });
        },
      ),
      { numRuns: 40 },
    );
  });

  it('that mean nothing are found by line, column and byte, the first of each line', () => {
    const bytes = Buffer.from('\ufeffab\n漢c\xe9d\xe9\n😀', 'utf8');
    const latin = Buffer.concat([
      Buffer.from('ab\n漢c'),
      Buffer.from([0xe9]),
      Buffer.from('d\xe9\n', 'latin1'),
      Buffer.from([0xff]),
    ]);
    expect(decode([bytes]).faults).toEqual([]);
    expect(decode([latin])).toMatchObject({
      text: 'ab\n漢c\uFFFDd\uFFFD\n\uFFFD',
      faults: [
        { line: 2, column: 3, byte: 0xe9, offset: 7 },
        { line: 3, column: 1, byte: 0xff, offset: 11 },
      ],
    });
    expect(decode([Buffer.from([0xef, 0xbb, 0xbf, 0x61, 0xe9])]).faults).toMatchObject([{ line: 1, column: 2 }]);
  });

  it('are faults exactly where a strict decoder refuses them', () => {
    const strict = (bytes: Uint8Array): boolean => {
      try {
        new TextDecoder('utf-8', { fatal: true }).decode(bytes);
        return true;
      } catch {
        return false;
      }
    };
    const byte = fc.constantFrom(
      0x61,
      0x0a,
      0x80,
      0x9f,
      0xa0,
      0xbf,
      0xc0,
      0xc2,
      0xe0,
      0xe9,
      0xed,
      0xef,
      0xf0,
      0xf4,
      0xf5,
      0xff,
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 12 }), fc.array(byte, { maxLength: 12 }), (any, chosen) => {
        for (const bytes of [any, Uint8Array.from(chosen)]) {
          expect(decode([bytes], 'utf-8').faults.length === 0).toBe(strict(bytes));
        }
      }),
    );
  });

  it('are faults of other encodings too', () => {
    expect(decode([Buffer.from([0x61, 0x0a, 0x82, 0xa0, 0x81, 0x20])], 'shift_jis')).toMatchObject({
      faults: [{ line: 2, column: 2, byte: 0x81, offset: 4 }],
    });
    expect(
      decode([Buffer.concat([wide('a\nb'), Buffer.from([0x00, 0xd8]), wide('c')])], 'utf-16le').faults,
    ).toMatchObject([{ line: 2, column: 2 }]);
  });
});

describe('the encoding', () => {
  it('is that of the mark, or of the zero bytes, or UTF-8', () => {
    const text = '{"messages": []}\n';
    expect(sniffEncoding(wide(text))).toBe('utf-16le');
    expect(sniffEncoding(wide(text, true))).toBe('utf-16be');
    const rare = `質問,答え\n${'日本語の質問です,はい、そうです\n'.repeat(40)}`;
    expect(sniffEncoding(wide(rare))).toBe('utf-16le');
    expect(sniffEncoding(wide(rare, true))).toBe('utf-16be');
    expect(sniffEncoding(Buffer.from(`${'日本'.repeat(90)}a\0bc\0d`))).toBe('utf-8');
    expect(sniffEncoding(wide('\ufeff漢字'))).toBe('utf-16le');
    expect(sniffEncoding(wide('\ufeff漢字', true))).toBe('utf-16be');
    for (const plain of ['', 'a', text, '漢字', 'a\0', '\ufeffa'])
      expect(sniffEncoding(Buffer.from(plain))).toBe('utf-8');
    expect(() => sniffEncoding(Buffer.from([0xff, 0xfe, 0, 0, 0x61, 0, 0, 0]))).toThrow(/UTF-32/);
  });

  it('goes by the names people use', () => {
    expect(['latin1', 'Windows-1252', 'utf-16', 'sjis', 'gbk'].map(encodingOf)).toEqual([
      'windows-1252',
      'windows-1252',
      'utf-16le',
      'shift_jis',
      'gbk',
    ]);
    expect(encodingOf('no-such')).toBeNull();
  });
});
