import { mkdtempSync, readdirSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DatasetCheck } from '../../../src/domain/dataset/check.ts';
import { SHIPPED_PRICES } from '../../../src/domain/pricing/prices.ts';
import { FileError } from '../../../src/domain/text/file-faults.ts';
import { checkBlocks, checkLines, giveQuotes } from '../../../src/services/tokens/file-check.ts';
import { SpillFile, type SpillSystem } from '../../../src/services/tokens/spill-file.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'luthier-spill-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const { signal } = new AbortController();
const count = {
  text: (text: string) => text.length,
  ascii: (_: Uint8Array, start: number, end: number) => end - start,
};
const setup = { model: 'gpt-4o-mini', prices: SHIPPED_PRICES, count: count.text };
const system = (name: string): SpillSystem => ({
  folder: name,
  write: (file, bytes) => writeSync(file, bytes),
});

/** The report of a check that keeps so many lines in memory. */
async function reportOf(path: string, lines: number, of = system(folder)) {
  using room = new SpillFile(lines, of);
  const check = new DatasetCheck({ ...setup, room });
  expect(await checkBlocks(path, check, { count, helpers: null, signal })).toBe(true);
  await giveQuotes(path, check.settle(), signal);
  return check.finish();
}

async function inMemory(path: string) {
  const check = new DatasetCheck(setup);
  await checkLines(path, check, signal);
  return check.finish();
}

const talk = (question: unknown, answer: unknown, more = {}) =>
  JSON.stringify({
    messages: [
      { role: 'user', content: question },
      { role: 'assistant', content: answer, ...more },
    ],
  });
const passage = 'One answer to every question, whatever it may be, for whoever asks it. '.repeat(3).trim();
const ANSWERS = ['Yes.', 'No.', 'The keeper walked back to the harbour before dawn.', passage, `${passage} Or so.`];
const question = fc.nat(4).map((n) => `What of lamp ${n}?`);
const image = [{ type: 'image_url', image_url: { url: 'https://x/y.png' } }];
const line = fc.oneof(
  { weight: 6, arbitrary: fc.tuple(question, fc.constantFrom(...ANSWERS)).map(([asked, said]) => talk(asked, said)) },
  fc.tuple(question, fc.constantFrom(...ANSWERS)).map(([asked, said]) => `  ${talk(asked, said)} `),
  fc.constantFrom(
    '',
    'null',
    '{"messages": [',
    talk(image, ANSWERS[2]),
    talk('Find it.', null, { tool_calls: [{ id: 'a', type: 'function', function: { name: 'f', arguments: '{}' } }] }),
    talk('Which?', 'Yes.', { weight: 0 }),
    talk('The bell \u0007 rings?', 'Yes.'),
    `{"input":${talk('Which?', 'Yes.')},"preferred_output":[],"non_preferred_output":[]}`,
  ),
);

describe('a check beyond memory', () => {
  it('says what it says within it, wherever that ends', { timeout: 60_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(line, { minLength: 1, maxLength: 40 }), fc.nat(40), async (lines, held) => {
        const path = join(folder, 'some.jsonl');
        // The first line says that a file has an object a line.
        writeFileSync(path, [talk('First?', 'First.'), ...lines].join('\n'));
        expect(await reportOf(path, held)).toEqual(await inMemory(path));
      }),
      { numRuns: 100 },
    );
  });

  it('finds what is equal far apart, and quotes it', async () => {
    const path = join(folder, 'many.jsonl');
    const lines = Array.from({ length: 5_000 }, (_, n) => talk(`Ask ${n}`, `Lamp ${n} was lit by its keeper at dusk.`));
    lines[4_000] = lines[1_000] ?? '';
    lines[4_500] = talk('Ask 20', 'The lamp was never lit by anybody at all.');
    lines[4_600] = talk('Ask 4600', 'Lamp 3000 was lit by its keeper at dusk.');
    writeFileSync(path, lines.join('\n'));
    const report = await reportOf(path, 100);
    expect(report).toEqual(await inMemory(path));
    expect(report.findings.map(({ code, line: at, message }) => [code, at, message])).toEqual(
      expect.arrayContaining([
        ['duplicate', 4_001, 'The line is the same as line 1001; it counts, and is billed, twice.'],
        ['other-answer', 4_501, expect.stringContaining('line 21, its answer “The lamp was never lit by anybody')],
        ['same-answer', 4_601, expect.stringContaining('answers as line 3001 does, “Lamp 3000 was lit')],
      ]),
    );
  });

  it('touches no disk up to its end, and leaves nothing there', async () => {
    const path = join(folder, 'few.jsonl');
    const own = mkdtempSync(join(folder, 'own-'));
    writeFileSync(path, Array.from({ length: 30 }, (_, n) => talk(`Ask ${n}`, 'Yes.')).join('\n'));
    const none = join(own, 'missing');
    expect((await reportOf(path, 30, system(none))).examples).toBe(30);
    await expect(reportOf(path, 29, system(none))).rejects.toThrow(FileError);
    expect((await reportOf(path, 29, system(own))).examples).toBe(30);
    expect(readdirSync(own)).toEqual([]);
  });

  it.skipIf(process.platform === 'win32')('has no name to be left behind, even while it is open', () => {
    const own = mkdtempSync(join(folder, 'open-'));
    using room = new SpillFile(1, system(own));
    const spill = room.open();
    expect(spill.write(Buffer.from('abc'))).toBe(0);
    expect(readdirSync(own)).toEqual([]);
    const read = Buffer.alloc(2);
    spill.read(read, 1);
    expect(read.toString()).toBe('bc');
  });

  it('ends with a word where the disk is full', async () => {
    const path = join(folder, 'full.jsonl');
    writeFileSync(path, Array.from({ length: 30 }, (_, n) => talk(`Ask ${n}`, 'Yes.')).join('\n'));
    const own = mkdtempSync(join(folder, 'full-'));
    const full: SpillSystem = {
      folder: own,
      write() {
        throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
      },
    };
    await expect(reportOf(path, 3, full)).rejects.toThrow(
      `What a check of so many lines keeps cannot be written to ${own}: the disk is full.`,
    );
    expect(readdirSync(own)).toEqual([]);
  });
});
