import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DatasetCheck } from '../../../src/domain/dataset/check.ts';
import { SHIPPED_PRICES } from '../../../src/domain/pricing/prices.ts';
import { readBytePairs } from '../../../src/services/tokens/encodings.ts';
import { checkBlocks, checkLines } from '../../../src/services/tokens/file-check.ts';
import { LineHelpers } from '../../../src/services/tokens/helpers.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'luthier-file-check-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const { signal } = new AbortController();
const THREAD = new URL('../../../src/services/tokens/tokenizer.worker.ts', import.meta.url);

async function countOf() {
  const pairs = readBytePairs('o200k_base');
  const ascii = (bytes: Uint8Array, start: number, end: number) => pairs.countAscii(bytes, start, end);
  return { pairs, count: { text: (text: string) => pairs.count(text), ascii } };
}

/** The reports of one thread and of several; null where the file is not for several. */
async function bothWays(name: string, content: string | Uint8Array) {
  const path = join(folder, name);
  writeFileSync(path, content);
  const { pairs, count } = await countOf();
  const fresh = () => new DatasetCheck({ model: 'gpt-4o-mini', prices: SHIPPED_PRICES, count: count.text });
  const alone = fresh();
  await checkLines(path, alone, signal);
  await using helpers = new LineHelpers(THREAD, { model: 'gpt-4o-mini', pairs: pairs.shared });
  const helped = fresh();
  const isWhole = await checkBlocks(path, helped, { count, helpers, signal });
  return { alone: alone.finish(), helped: isWhole ? helped.finish() : null };
}

const said = (question: string, answer: string, more = {}) =>
  JSON.stringify({
    messages: [
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: question },
      { role: 'assistant', content: answer },
    ],
    ...more,
  });
const sentence = (n: number) =>
  `The keeper of lamp ${n} walked ${n * 7} steps to the harbour and back again before dawn.`;
const passage = 'One answer to every question, whatever it may be, for whoever asks it. '.repeat(4).trim();

/** Every kind of line that a check looks at, each at places far from one another. */
function oddFile(lines: number): string {
  const odd: readonly ((n: number) => string)[] = [
    () => said('Which lamp?', sentence(1)),
    (n) => said('Which lamp?', sentence(n)),
    (n) => said(`Ask ${n}`, passage),
    () => '',
    () => '{"messages": [{"role": "user", "content": "cut',
    () => 'null',
    (n) => said(`Ask ${n}`, "I'm sorry, but I can't assist with that."),
    (n) => said(`Ask ${n}`, `${sentence(n)} And then the`),
    (n) => said(`Ask ${n}`, ''),
    (n) => said(`Ask ${n}`, 'é is \ufffd here, and 猫 there.', { extra: 1 }),
    (n) =>
      JSON.stringify({
        input: { messages: [{ role: 'user', content: `${n}` }] },
        preferred_output: [],
        non_preferred_output: [],
      }),
    (n) =>
      JSON.stringify({
        messages: [
          { role: 'user', content: [{ type: 'image_url', image_url: { url: 'https://x/y.png' } }] },
          { role: 'assistant', content: `${n}`, weight: 1, name: 'bot' },
        ],
      }),
    () => said('long', 'word '.repeat(70_000)),
  ];
  const parts = Array.from({ length: lines }, (_, n) => {
    const make = n % 211 === 200 ? odd[Math.floor(n / 211) % odd.length] : undefined;
    return make === undefined ? said(`Lamp ${n}, with its harbour`, sentence(n)) : make(n);
  });
  return `\ufeff${parts.join('\n')}`.replaceAll('lamp 9', 'lamp\\u0020nine').replace('\n', '\r\n');
}

describe('a file that several threads look at', () => {
  it('is reported as by one, findings, lines and quotes alike', { timeout: 60_000 }, async () => {
    const { alone, helped } = await bothWays('odd.jsonl', oddFile(6_000));
    expect(helped).toEqual(alone);
    expect(new Set(alone.findings.map(({ code }) => code))).toEqual(
      new Set([
        'byte-order-mark',
        'blank-line',
        'not-json',
        'not-an-object',
        'empty-content',
        'replacement-character',
        'unknown-key',
        'mixed-lines',
        'preference-output',
        'over-limit',
        'duplicate',
        'refused',
        'truncated',
        'same-answer',
        'near-duplicate',
        'other-answer',
      ]),
    );
  });

  it('is one where prompts fill slots, to the last line', { timeout: 60_000 }, async () => {
    const races = ['gnome', 'orc', 'elf', 'dwarf', 'human'];
    const pets = ['owl', 'cat', 'crab', 'toad', 'rat', 'bat', 'fox'];
    const lines = Array.from({ length: 5_000 }, (_, n) => {
      const [race, pet] = [races[n % 5], pets[n % 7]];
      return said(
        `${race}, ${pet}, ${n % 90}`,
        n % 509 === 0 ? `Nobody came on day ${n}.` : `${race} ${n} has the ${pet} of day ${n}.`,
      );
    });
    const { alone, helped } = await bothWays('slots.jsonl', `${lines.join('\n')}\n`);
    expect(helped).toEqual(alone);
    expect(alone.findings.map(({ code }) => code)).toContain('missing-slot-value');
  });

  it('is left to one thread where it is not UTF-8 with an object a line', async () => {
    const lines = Array.from({ length: 1_000 }, (_, n) => said(`Ask ${n}`, sentence(n)));
    const text = lines.join('\n');
    const late = Buffer.concat([Buffer.from(text), Buffer.from('\n{"messages": "\xe9"}', 'latin1')]);
    for (const [name, content] of [
      ['late.jsonl', late],
      ['wide.jsonl', Buffer.from(`\ufeff${text}`, 'utf16le')],
      ['list.jsonl', `[\n${lines.join(',\n')}\n]`],
      ['book.jsonl', Buffer.from('PK\x03\x04\x14\0\x06\0xl/workbook.xml\n', 'latin1')],
    ] as const)
      expect([name, (await bothWays(name, content)).helped]).toEqual([name, null]);
  });
});
