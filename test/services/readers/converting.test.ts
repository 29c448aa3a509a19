import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import {
  Conversion,
  type ConversionRequest,
  type ConvertedPart,
  type ImportedRow,
  type PackedRows,
} from '../../../src/domain/importing/conversion.ts';
import { openFile } from '../../../src/services/readers/readers.ts';
import { unpackRows } from '../../../src/services/store/rows/packed-rows.ts';
import { sampleRow, temporaryHome } from '../store/sample.ts';

const AS_IT_IS: ConversionRequest = { mapping: null, convention: null };
const line = (n: number): string =>
  JSON.stringify({
    messages: [
      { role: 'user', content: `Why ${n}? Größe 漢字` },
      { role: 'assistant', content: `So ${n % 7}.` },
    ],
  });

function fileOf(name: string, text: string | Buffer): string {
  const path = join(temporaryHome(), name);
  writeFileSync(path, text);
  return path;
}

const open = (path: string, options = {}) => openFile(path, { ...options, elsewhereFrom: 0 });

/** Rows that came packed, as those that did not. */
const unpacked = (packed: PackedRows): readonly ImportedRow[] =>
  unpackRows(sampleRow('p', ''), packed).map(({ id, prompt, completion, whole, cell, rating }) => ({
    ...{ id, prompt: prompt ?? [], completion, cell, rating },
    ...(whole === undefined ? {} : { whole }),
  }));

/** All parts as one, with what ended them. */
async function gathered(parts: AsyncIterable<ConvertedPart> | undefined, onPart = () => {}) {
  const found: ConvertedPart[] = [];
  let fault: unknown = null;
  try {
    for await (const part of parts ?? []) {
      found.push(part);
      onPart();
    }
  } catch (error) {
    fault = error;
  }
  const last = found.at(-1);
  return {
    fault,
    rows: found.flatMap(({ packed, rows }) => [...(packed === null ? [] : unpacked(packed)), ...rows]),
    findings: found.flatMap(({ findings }) => findings),
    receipt: last?.receipt,
    taken: last?.taken,
    share: last?.share,
  };
}

async function here(path: string, request: ConversionRequest, options = {}) {
  const conversion = new Conversion(request);
  for await (const record of (await openFile(path, options)).records()) conversion.take(record);
  const { packed: _, ...part } = conversion.part(1);
  return { fault: null, ...part };
}

it('makes the rows that are made here: of lines, of tables, of faults', async () => {
  const lines = Array.from({ length: 1_050 }, (_, n) => (n === 600 ? '{"messages": 3}' : line(n % 400)));
  const chat = fileOf('chat.jsonl', `${lines.join('\n')}\n`);
  const elsewhere = await gathered((await open(chat)).converted?.(AS_IT_IS));
  expect(elsewhere).toEqual(await here(chat, AS_IT_IS));
  expect([elsewhere.rows.length, elsewhere.receipt?.leftOut.length]).toEqual([1_049, 1]);

  const mapping = { system: 'Say.', user: '{q}', assistant: '{a}', label: 'a', group: null };
  const table = fileOf('table.csv', Buffer.from('q;a\n"Café; ouvert";oui\nfermé;non\n', 'latin1'));
  const options = { encoding: 'latin1', delimiter: ';' };
  const request = { mapping, convention: null };
  const made = await gathered((await open(table, options)).converted?.(request));
  expect(made).toEqual(await here(table, request, options));
  expect(made.rows.map(({ completion }) => completion)).toEqual(['oui', 'non']);
});

it('packs the rows of a part, but for the few beyond its last pack', async () => {
  const path = fileOf('many.jsonl', Array.from({ length: 1_024 + 64 + 9 }, (_, n) => `${line(n)}\n`).join(''));
  const found: (readonly [number, number, number])[] = [];
  for await (const { packed, rows } of (await open(path)).converted?.(AS_IT_IS) ?? [])
    found.push([packed?.lengths.length ?? 0, packed?.packs.length ?? 0, rows.length]);
  expect(found).toEqual([
    [512, 8, 0],
    [512, 8, 0],
    [64, 1, 9],
  ]);
});

it('gives what came before a fault, and says the fault with its way out', async () => {
  const path = fileOf('cut.jsonl', Array.from({ length: 5_000 }, (_, n) => `${line(n)}\n`).join(''));
  const source = await open(path);
  appendFileSync(path, Buffer.from([0x7b, 0xff, 0x0a]));
  let before = 0;
  const reading = async (): Promise<void> => {
    for await (const _ of source.records()) before += 1;
  };
  await expect(reading()).rejects.toThrow(/line 5001/);
  const { rows, fault } = await gathered(source.converted?.(AS_IT_IS));
  expect([rows.length, before > 2_000]).toEqual([before, true]);
  expect(fault).toMatchObject({
    name: 'ImportError',
    message: expect.stringContaining('line 5001'),
    next: expect.any(String),
  });
});

it('ends with its signal', async () => {
  const path = fileOf('long.jsonl', Array.from({ length: 20_000 }, (_, n) => line(n)).join('\n'));
  const abort = new AbortController();
  const { rows, fault } = await gathered((await open(path)).converted?.(AS_IT_IS, abort.signal), () =>
    abort.abort(new Error('enough')),
  );
  expect([rows.length < 20_000, fault]).toEqual([true, new Error('enough')]);
});

it('is left out of small files', async () => {
  expect((await openFile(fileOf('few.jsonl', line(1)))).converted).toBeUndefined();
});
