import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { searchTextOf } from '../../../src/services/store/rows/derived.ts';
import { packOf, type RowTexts } from '../../../src/services/store/rows/packs.ts';
import { openPacks } from '../../../src/services/store/search/opened-packs.ts';
import { PackLook } from '../../../src/services/store/search/pack-look.ts';
import { RowSpans } from '../../../src/services/store/search/row-spans.ts';
import { soughtOf } from '../../../src/services/store/search/sought.ts';

/** Letters whose other case is of another length or of several, escapes, and what JSON has between texts. */
const PIECES = [
  ...[
    'i',
    'I',
    'İ',
    'ı',
    '\u0307',
    'k',
    'K',
    '\u212a',
    'ß',
    'ẞ',
    'SS',
    'σ',
    'ς',
    'Σ',
    'ΟΔΟΣ',
    'å',
    '\u212b',
    'Å',
    'ǆ',
    'ǅ',
  ],
  ...[
    '\\',
    '"',
    '\n',
    '\u0001',
    '\\n',
    'n',
    'u',
    '0',
    '01',
    '\ud83d',
    '\ude00',
    '😀',
    '漢',
    'é',
    'É',
    'ж',
    'Ж',
    ' ',
    '\u2028',
  ],
  ...['role', 'content":"', '"},{"', '],[', 'null', 'user', 'THE', 'the', 'Agreement', 'x'],
];
const text = fc.oneof(
  fc.array(fc.constantFrom(...PIECES), { maxLength: 8 }).map((pieces) => pieces.join('')),
  fc.string({ unit: 'binary', maxLength: 12 }),
);
const role = fc.constantFrom('system' as const, 'user' as const, 'assistant' as const, 'tool' as const);
const texts: fc.Arbitrary<RowTexts> = fc.record({
  prompt: fc.option(fc.array(fc.record({ role, content: text }), { maxLength: 3 })),
  completion: text,
  whole: fc.option(text),
  thoughts: fc.option(text),
});
const packs = fc.array(fc.array(texts, { minLength: 1, maxLength: 5 }), { minLength: 1, maxLength: 3 });

const placesOf = (bytes: readonly Uint8Array[], wanted: string): readonly (readonly number[])[] => {
  const { pattern, ...sought } = soughtOf(wanted);
  if (pattern === null) throw new Error('the text has no pattern');
  const looked = openPacks(bytes).flatMap((opened) => {
    const look = new PackLook(opened.bytes, { ...sought, pattern });
    return opened.ends.map((end, n) => look.places(opened.ends[n - 1] ?? 0, end));
  });
  return looked.toArray();
};
const holds = (row: RowTexts, wanted: string): boolean =>
  searchTextOf({ cell: {}, ...row }).includes(wanted.toLowerCase());

describe('a look at packs', () => {
  it('finds what a look at each text in lower case finds', () => {
    const cut = fc.tuple(fc.nat(), fc.nat({ max: 6 }));
    const sought = fc.oneof(text, cut);
    fc.assert(
      fc.property(packs, sought, (rows, said) => {
        const all = rows
          .flat()
          .flatMap(({ prompt, completion }) => [...(prompt ?? []).map((one) => one.content), completion]);
        // Most of what is sought is there: a part of some text.
        const [at, length] = typeof said === 'string' ? [0, 0] : said;
        const wanted = typeof said === 'string' ? said : (all[at % all.length] ?? '').slice(at % 5, (at % 5) + length);
        fc.pre(soughtOf(wanted).pattern !== null);
        const expected = rows.map((pack) => pack.flatMap((row, place) => (holds(row, wanted) ? [place] : [])));
        expect(placesOf(rows.map(packOf), wanted)).toEqual(expected);
      }),
      { numRuns: 3_000 },
    );
  });

  it('finds every letter by its lower case', () => {
    for (let code = 0; code <= 0x10ffff; code += 1) {
      const letter = String.fromCodePoint(code);
      const lower = letter.toLowerCase();
      if (lower === letter || !letter.isWellFormed()) continue;
      for (const part of [lower, ...lower])
        if (soughtOf(part).pattern?.test(Buffer.from(letter).toString('latin1')) !== true)
          expect.fail(`U+${code.toString(16)} is not found by “${part}”`);
    }
  });

  it('has no pattern for what stands in no text as it is sought', () => {
    for (const wanted of ['', '\ud83d', 'a\u001fb']) expect(soughtOf(wanted).pattern).toBeNull();
    expect(soughtOf(`${'long '.repeat(100)}!`).isExact).toBe(false);
  });

  it('sees what the end of a long text is', () => {
    const long = 'long '.repeat(100);
    const row = { prompt: null, completion: `${long}one`, whole: null, thoughts: null };
    expect(placesOf([packOf([row, { ...row, completion: `${long}two` }])], `${long}TWO`)).toEqual([[1]]);
  });

  it('finds nothing in a pack that is damaged, and what is in the others', () => {
    const row = { prompt: null, completion: 'a lantern', whole: null, thoughts: null };
    const damaged = packOf([row]);
    damaged.fill(0x5a, damaged.length - 6);
    expect(placesOf([packOf([row]), damaged, packOf([row, row])], 'LANTERN')).toEqual([[0], [], [0, 1]]);
  });

  it('finds it in messages whose parts stand in another order', () => {
    const prompt = [{ content: 'a lantern', role: 'user' as const }];
    const pack = () => packOf([{ prompt, completion: '', whole: null, thoughts: null }]);
    expect(placesOf([pack(), pack()], 'lantern')).toEqual([[0], [0]]);
  });
});

describe('packs that are opened together', () => {
  it('are what each of them is', () => {
    fc.assert(
      fc.property(packs, (rows) => {
        const opened = openPacks(rows.map(packOf)).flatMap(({ bytes, ends }) =>
          ends.map((end, n) => JSON.parse(bytes.toString('utf8', ends[n - 1] ?? 0, end))),
        );
        expect(opened.toArray()).toEqual(
          rows.map((pack) => pack.map((row) => [row.prompt, row.completion, row.whole, row.thoughts])),
        );
      }),
    );
  });
});

describe('the bytes of packs', () => {
  it('are given back once the next ones are asked for, however few they are', () => {
    const row = { prompt: null, completion: 'a lantern '.repeat(60), whole: null, thoughts: null };
    // As SQLite gives them: in memory of their own.
    const packs = [packOf([row]), packOf([row, row])].map((pack) => new Uint8Array(pack));
    const opened = [...openPacks(packs)];
    expect(opened.map(({ ends }) => ends.length)).toEqual([2]);
    expect([...opened.map(({ bytes }) => bytes.length), ...packs.map(({ length }) => length)]).toEqual([0, 0, 0]);
  });
});

describe('rows of a pack', () => {
  it('are read where they stand', () => {
    fc.assert(
      fc.property(fc.array(texts, { minLength: 1, maxLength: 5 }), (pack) => {
        const json = JSON.stringify(pack.map((row) => [row.prompt, row.completion, row.whole, row.thoughts]));
        const rows = new RowSpans(`..${json}`, 2);
        for (const { prompt, completion } of pack) {
          expect(rows.next()).toBe(true);
          const read = rows.spans.flatMap((start, n) =>
            n % 2 === 0 ? [JSON.parse(`"${json.slice(start - 2, (rows.spans[n + 1] ?? 0) - 2)}"`)] : [],
          );
          expect(read).toEqual([...(prompt ?? []).map(({ content }) => content), completion]);
        }
        expect([rows.end, rows.next()]).toEqual([json.length + 1, false]);
      }),
    );
  });
});
