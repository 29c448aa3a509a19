import { existsSync, globSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SourceRecord } from '../../../src/domain/importing/records.ts';
import { readText } from '../../../src/services/filesystem/lines.ts';
import { openFile } from '../../../src/services/readers/readers.ts';
import { parquetOf } from '../huggingface/standin.ts';
import { temporaryHome } from '../store/sample.ts';

const SHARED = fileURLToPath(new URL('../../../../shared/data/', import.meta.url));

function fileOf(name: string, content: string | Uint8Array): string {
  const path = join(temporaryHome(), name);
  writeFileSync(path, content);
  return path;
}

async function all(source: AsyncIterable<SourceRecord>): Promise<readonly SourceRecord[]> {
  const records: SourceRecord[] = [];
  for await (const record of source) records.push(record);
  return records;
}

const read = async (path: string): Promise<readonly SourceRecord[]> => all((await openFile(path)).records());

const rowsOf = (records: readonly SourceRecord[]) =>
  records.flatMap((record) => (record.kind === 'row' ? [record] : []));
const findingsOf = (records: readonly SourceRecord[]) =>
  records.flatMap((record) => (record.kind === 'finding' ? [[record.finding.code, record.finding.line]] : []));

describe('CSV', () => {
  it('reads quotes, line ends in cells, a byte order mark and CRLF, and tells rows by the line they begin on', async () => {
    const path = fileOf('a.csv', '\ufefftext,label\r\n"two\r\nlines, one ""word""",x\r\n\r\nplain,y\r\n');
    expect(await read(path)).toEqual([
      { kind: 'row', line: 2, row: { text: 'two\r\nlines, one "word"', label: 'x' } },
      { kind: 'row', line: 5, row: { text: 'plain', label: 'y' } },
    ]);
  });

  it('names every broken row by its line and goes on with the others', async () => {
    const records = await read(fileOf('a.csv', 'a,b\n1,2\n3,q"uo"te\n4,5,6\n7,8\n"open,9\n10,11\n'));
    expect(rowsOf(records).map(({ line }) => line)).toEqual([2, 5]);
    expect(findingsOf(records).toSorted()).toEqual([
      ['cell-count', 4],
      ['quote', 3],
      ['quote-not-closed', 6],
    ]);
  });

  it('names a quote by the line of its cell, whatever line ends stand inside the cells before it', async () => {
    const records = await read(fileOf('a.csv', 'a,b\r\n"x\r\ny\r\nz",1\r\n"p\r\nq",r"s\r\nlast,2\r\n"open\r\n'));
    expect(rowsOf(records).map(({ line }) => line)).toEqual([2, 7]);
    expect(findingsOf(records)).toEqual([
      ['quote', 6],
      ['quote-not-closed', 8],
    ]);
  });

  it('tells every row by the line it begins on, and its cells as they were written', async () => {
    const cell = fc.stringMatching(/^[a,";\r\n é]{0,8}$/).filter((text) => text !== '');
    const end = fc.constantFrom('\n', '\r\n');
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(cell, cell, end), { minLength: 1 }), async (rows) => {
        let text = 'p,q\n';
        const expected = rows.map(([p, q, after]) => {
          const line = text.split('\n').length;
          text += `${[p, q].map((value) => `"${value.replaceAll('"', '""')}"`).join(',')}${after}`;
          return { kind: 'row', line, row: { p, q } };
        });
        expect(await read(fileOf('a.csv', text))).toEqual(expected);
      }),
      { numRuns: 60 },
    );
  });

  it('reads line ends of several kinds in one file, and carriage returns alone where there is nothing else', async () => {
    const mixed = { a: '1', b: '2' };
    expect(rowsOf(await read(fileOf('a.csv', 'a,b\n1,2\r\n1,2\n'))).map(({ row }) => row)).toEqual([mixed, mixed]);
    expect(rowsOf(await read(fileOf('a.csv', 'a,b\r\n1,2\n1,2\r\n'))).map(({ row }) => row)).toEqual([mixed, mixed]);
    expect(await read(fileOf('a.csv', 'a,b\r1,2\r1,2\r'))).toEqual([
      { kind: 'row', line: 2, row: mixed },
      { kind: 'row', line: 3, row: mixed },
    ]);
    expect(rowsOf(await read(fileOf('a.csv', 'a,b\n1\r,2\n')))).toMatchObject([{ row: { a: '1\r' } }]);
  });

  it('gives columns without a name, or with one name, names of their own', async () => {
    const records = await read(fileOf('a.csv', 'a,,a,a 2\n1,2,3,4\n'));
    expect(rowsOf(records)).toMatchObject([{ row: { a: '1', 'column 2': '2', 'a 3': '3', 'a 2': '4' } }]);
    expect(findingsOf(records)).toEqual([
      ['header', 1],
      ['header', 1],
    ]);
  });
});

describe('the delimiter', () => {
  it.each([
    ['a.csv', 'q;a\r\nRed or blue;red\r\n', ['delimiter ;'], { q: 'Red or blue', a: 'red' }],
    ['a.csv', 'q;a\r\n"Red; or, blue";red\r\n', ['delimiter ;'], { q: 'Red; or, blue', a: 'red' }],
    ['a.csv', 'q;a\nRed, or blue;red\n', ['delimiter ;'], { q: 'Red, or blue', a: 'red' }],
    ['a.csv', 'q\ta\nRed, or blue\tred\n', ['delimiter tab'], { q: 'Red, or blue', a: 'red' }],
    ['a.txt', 'q|a\nRed|red\n', ['delimiter |'], { q: 'Red', a: 'red' }],
    ['a.tsv', 'q,a\nRed,red\n', ['delimiter ,'], { q: 'Red', a: 'red' }],
    ['a.csv', 'sep=;\r\nq;a\r\nRed or blue;red\r\n', ['delimiter ;'], { q: 'Red or blue', a: 'red' }],
    ['a.csv', '"sep=;"\nq;a\nRed or blue;red\n', ['delimiter ;'], { q: 'Red or blue', a: 'red' }],
    ['a.csv', 'q, a\n"Red, or", "blue"\n', ['spaces before quotes'], { q: 'Red, or', a: 'blue' }],
    ['a.csv', 'q,a\nRed , blue\n', [], { q: 'Red ', a: ' blue' }],
    ['a.csv', 'sep=,\nq,a\nx,y\n', [], { q: 'x', a: 'y' }],
    ['a.csv', 'q,a\n"1;2;3",red\n', [], { q: '1;2;3', a: 'red' }],
    ['a.csv', 'q\nRed; or blue\n', [], { q: 'Red; or blue' }],
  ])('of %s with %j is found: %j', async (name, text, reading, row) => {
    const source = await openFile(fileOf(name, text));
    expect(source.reading).toEqual(reading);
    expect(rowsOf(await all(source.records()))).toMatchObject([{ line: text.includes('sep=') ? 3 : 2, row }]);
  });

  it('is the one that is named', async () => {
    const path = fileOf('a.csv', 'q;a,b\n1;2,3\n');
    for (const [delimiter, row] of [
      [';', { q: '1', 'a,b': '2,3' }],
      [',', { 'q;a': '1;2', b: '3' }],
      ['tab', { 'q;a,b': '1;2,3' }],
    ] as const) {
      expect(rowsOf(await all((await openFile(path, { delimiter })).records()))).toMatchObject([{ row }]);
    }
    await expect(openFile(path, { delimiter: 'two' })).rejects.toThrow(/no delimiter/);
    await expect(openFile(fileOf('a.jsonl', '{}\n'), { delimiter: ';' })).rejects.toThrow(/no delimiter/);
  });

  it('leaves the names of columns where no row can be read', async () => {
    for (const text of ['q,a\n5" or 6" screen?,5\n', "q,a\n'Red, or blue?',red\n", 'q,a\n']) {
      expect((await openFile(fileOf('a.csv', text))).columns).toEqual(['q', 'a']);
    }
  });
});

describe('JSON that is not one record a line', () => {
  const turns = '[{"role":"user","content":"q"},{"role":"assistant","content":"a"}]';
  const texts = (records: readonly SourceRecord[]) =>
    records.map((one) => (one.kind === 'text' ? [one.line, one.text] : []));

  it.each([
    [
      'lists of turns',
      `${turns}\n${turns}\n`,
      [
        [1, `{"messages":${turns}}`],
        [2, `{"messages":${turns}}`],
      ],
    ],
    [
      'lists of records',
      '[{"a":1.10},{"a":2}]\n[{"a":3}]\n',
      [
        [1, '{"a":1.10}'],
        [1, '{"a":2}'],
        [2, '{"a":3}'],
      ],
    ],
    [
      'ShareGPT without a name',
      '[{"from":"human","value":"q"}]\n[]\n',
      [
        [1, '{"conversations":[{"from":"human","value":"q"}]}'],
        [2, '[]'],
      ],
    ],
    [
      'objects written as texts',
      '"{\\"a\\":1.10}"\n"b"\n',
      [
        [1, '{"a":1.10}'],
        [2, '"b"'],
      ],
    ],
    [
      'rows of the Hub',
      '{"features":[],"rows":[{"row_idx":0,"row":{"a":1.10},"truncated_cells":[]}]}',
      [[1, '{"a":1.10}'], []],
    ],
    [
      'a list in an object',
      '{"data":[\n{"a":1},\n{"a":2}]}',
      [
        [2, '{"a":1}'],
        [3, '{"a":2}'],
      ],
    ],
    [
      'carriage returns alone',
      '{"a":1}\r{"a":2}\r',
      [
        [1, '{"a":1}'],
        [2, '{"a":2}'],
      ],
    ],
  ])('is read record by record: %s', async (_, text, wanted) => {
    expect(texts(await read(fileOf('a.json', text)))).toEqual(wanted);
  });

  it('says what stands beside the list that is read', async () => {
    const records = await read(fileOf('a.json', '{"version":1,"train":[{"a":1}],"test":[{"a":2}]}'));
    expect(records.at(-1)).toMatchObject({
      finding: { severity: 'warning', message: 'The list train is read; version, test of the same object are not.' },
    });
  });

  it('and tables are known in files that are named for the other', async () => {
    expect((await openFile(fileOf('a.csv', '{"a": "x"}\n{"a": "y"}\n'))).format).toBe('jsonl');
    for (const head of ['question,answer', '"question";"answer"', 'question\tanswer']) {
      expect((await openFile(fileOf('c.jsonl', `${head}\na\n`))).format).not.toBe('jsonl');
    }
    for (const line of ['{"a": 1}', '"a"', "{'a': 1, 'b': 2}", '{"a": 1,', '{a, b}', '["a", 1', '// a, b']) {
      const { format } = await openFile(fileOf('d.jsonl', `${line}\n`));
      expect(format, line).toBe('jsonl');
    }
    expect((await openFile(fileOf('b.csv', '{"a",b}\n1,2\n'))).format).toBe('csv');
  });
});

describe('text in other encodings', () => {
  const LATIN = Buffer.from('text,label\r\n"Caf\xe9 ferm\xe9",n\xe9gatif\r\nPrix : 12 \x80,neutre\r\n', 'latin1');

  it('is refused by line, column and byte with a guess, and read as it is named', async () => {
    const path = fileOf('a.csv', LATIN);
    await expect(openFile(path)).rejects.toThrow(/line 2, column 5 holds the byte E9\. As windows-1252 .*"Café fermé"/);
    await expect(openFile(path)).rejects.toMatchObject({ next: expect.stringContaining('--encoding windows-1252') });
    await expect(readText(path)).rejects.toMatchObject({
      message: expect.stringContaining('As windows-1252 the line reads: '),
      next: expect.stringContaining(`iconv -f windows-1252 -t utf-8 ${path}`),
    });
    await expect(openFile(path, { encoding: 'klingon' })).rejects.toThrow(/no encoding klingon/);
    const source = await openFile(path, { encoding: 'latin1' });
    expect(source.reading).toEqual(['windows-1252']);
    const rows = [];
    for await (const record of source.records()) if (record.kind === 'row') rows.push(record.row);
    expect(rows).toEqual([
      { text: 'Café fermé', label: 'négatif' },
      { text: 'Prix : 12 €', label: 'neutre' },
    ]);
  });

  it('is no reason to read the lines that are UTF-8 otherwise, nor is a file that was cut', async () => {
    const mixed = fileOf(
      'a.jsonl',
      Buffer.concat([Buffer.from('{"a": "déjà"}\n'), Buffer.from('{"a": "\xe9"}\n', 'latin1')]),
    );
    const refusal = expect.objectContaining({
      message: expect.stringContaining('is not all UTF-8'),
      next: expect.stringContaining('Write such lines again'),
    });
    await expect(openFile(mixed)).rejects.toEqual(refusal);
    await expect(openFile(mixed)).rejects.not.toHaveProperty('guess');
    await expect(readText(mixed)).rejects.toEqual(refusal);
    const cut = fileOf('b.jsonl', Buffer.from('{"a": "déjà"}\n{"b": "€').subarray(0, -1));
    await expect(openFile(cut)).rejects.toThrow(/b\.jsonl ends in the middle of a character: line 2, column 8/);
  });

  it('is found past the rows that are looked at, and nothing is read', async () => {
    const many = Buffer.concat([Buffer.from(`a,b\n${'x,y\n'.repeat(100_000)}`), Buffer.from('\xe9,z\n', 'latin1')]);
    await expect(openFile(fileOf('a.csv', many))).rejects.toThrow(/line 100002, column 1/);
    await expect(openFile(fileOf('a.jsonl', Buffer.from('{"a": "\xe9"}\n', 'latin1')))).rejects.toThrow(
      /line 1, column 8/,
    );
  });

  it('is read as UTF-16 where its first bytes say so', async () => {
    for (const text of ['\ufeff{"a": "é"}\n', '{"a": "é"}\n']) {
      const source = await openFile(fileOf('a.jsonl', Buffer.from(text, 'utf16le')));
      expect(source.reading).toEqual(['utf-16le']);
      expect(await all(source.records())).toEqual([{ kind: 'text', line: 1, text: '{"a": "é"}' }]);
    }
    const swapped = fileOf('a.tsv', Buffer.from('\ufeffa\tb\n1\té\n', 'utf16le').swap16());
    expect(await read(swapped)).toEqual([{ kind: 'row', line: 2, row: { a: '1', b: 'é' } }]);
  });
});

describe('TSV', () => {
  it('is read with quotes where the file keeps to them, and without where it does not', async () => {
    expect(await read(fileOf('a.tsv', 'a\tb\n"x\ty"\tz\n'))).toMatchObject([{ row: { a: 'x\ty', b: 'z' } }]);
    expect(await read(fileOf('b.tsv', 'a\tb\n1\tsay "hi"\n2\t"x\n'))).toMatchObject([
      { row: { b: 'say "hi"' } },
      { row: { b: '"x' } },
    ]);
  });
});

describe('files', () => {
  it('are known by what is in them and by their names', async () => {
    expect((await openFile(fileOf('a', '{"a": 1}\n'))).format).toBe('jsonl');
    expect((await openFile(fileOf('a', 'a\tb\n1\t2\n'))).format).toBe('tsv');
    expect((await openFile(fileOf('a.txt', 'a,b\n'))).format).toBe('csv');
    expect(await openFile(fileOf('a.bin', parquetOf(5)))).toMatchObject({ format: 'parquet', rows: 5 });
  });

  it('that cannot be read say why and what to do', async () => {
    await expect(openFile('/none/at/all.csv')).rejects.toThrow(/no such file/);
    await expect(openFile(temporaryHome())).rejects.toThrow(/folder/);
    await expect(openFile(fileOf('a.csv', ' \n'))).rejects.toThrow(/empty/);
    await expect(openFile(fileOf('a.csv', Buffer.from([0x1f, 0x8b, 8])))).rejects.toThrow(/compressed/);
    for (const [head, what] of [
      ['PK\x03\x04\x14\0\x06\0xl/workbook.xml', 'an Excel workbook'],
      ['PK\x03\x04\x14\0data.csv', 'a zip archive'],
      ['\xd0\xcf\x11\xe0', 'an old Excel'],
      ['\x28\xb5\x2f\xfd', 'compressed by Zstandard'],
      ['%PDF-1.7', 'a PDF'],
      ['\n<!DOCTYPE html>', 'a web page'],
    ] as const) {
      await expect(openFile(fileOf('a.csv', Buffer.from(head, 'latin1')))).rejects.toThrow(`is ${what}`);
    }
    await expect(read(fileOf('a.parquet', parquetOf(5).slice(0, 60)))).rejects.toThrow();
  });

  it('of JSON lines are handed on as they stand, by line', async () => {
    expect(await read(fileOf('a.jsonl', '{"a": 1}\n\nnot json'))).toEqual([
      { kind: 'text', line: 1, text: '{"a": 1}' },
      { kind: 'text', line: 2, text: '' },
      { kind: 'text', line: 3, text: 'not json' },
    ]);
  });

  it('of one JSON list, or of objects over several lines, are read value by value, by the line each begins on', async () => {
    for (const [name, text] of [
      ['a.json', '[\n  {"a": 1.10},\n\n  {"a": 2}\n]\n'],
      ['a', '{\n"a": 1.10}\n\n{"a": 2}\n'],
      ['a.jsonl', '\ufeff[{"a": 1.10},\n\n{"a": 2}]'],
    ] as const) {
      const records = await read(fileOf(name, text));
      expect(records.map((record) => record.kind === 'text' && JSON.parse(record.text))).toEqual([
        { a: 1.1 },
        { a: 2 },
      ]);
      expect(records.map((record) => record.kind === 'text' && record.line)).toEqual(
        name === 'a' ? [1, 4] : name === 'a.json' ? [2, 4] : [1, 3],
      );
    }
  });

  it('of Parquet stop when nobody reads on', async () => {
    const source = await openFile(fileOf('a.parquet', parquetOf(2_000)));
    let seen = 0;
    for await (const _ of source.records()) {
      seen += 1;
      if (seen === 600) break;
    }
    expect(seen).toBe(600);
  });
});

describe.skipIf(!existsSync(SHARED))('public data', () => {
  it('the 14 questions of LegalBench about non-disclosure agreements: 112 rows, every one with its answer', async () => {
    const files = globSync('legalbench/contract_nli_*/train.tsv', { cwd: SHARED });
    expect(files).toHaveLength(14);
    let rows = 0;
    for (const file of files) {
      const records = await read(join(SHARED, file));
      expect(findingsOf(records)).toEqual([]);
      for (const { row } of rowsOf(records)) expect(['Yes', 'No']).toContain(row.answer);
      rows += records.length;
    }
    expect(rows).toBe(112);
  });

  it('banking77: 10,003 rows of 77 intents', async () => {
    const records = rowsOf(await read(join(SHARED, 'banking77/train.csv')));
    expect(records).toHaveLength(10_003);
    expect(new Set(records.map(({ row }) => row.category)).size).toBe(77);
  });
});

describe('how far a reading is', () => {
  const long = (line: (n: number) => string): string => Array.from({ length: 40_000 }, (_, n) => line(n)).join('\n');

  it.each([
    ['JSONL', 'far.jsonl', long((n) => JSON.stringify({ prompt: `which ${n} é`, completion: `this ${n}` }))],
    ['CSV', 'far.csv', `prompt,completion\n${long((n) => `which ${n},this ${n}`)}`],
  ])('is the share of the bytes of %s, from the start at each reading', async (_, name, text) => {
    const path = join(temporaryHome(), name);
    writeFileSync(path, text);
    const { rows, share, records } = await openFile(path);
    expect(rows).toBeNull();
    for (const _again of [1, 2]) {
      const seen = new Set<number>();
      for await (const record of records()) if (record.kind !== 'finding') seen.add(share?.() ?? -1);
      const shares = [...seen];
      expect(shares.length).toBeGreaterThan(2);
      expect(shares).toEqual(shares.toSorted((a, b) => a - b));
      expect(shares[0]).toBeLessThan(1);
      expect(shares.at(-1)).toBe(1);
    }
  });
});
