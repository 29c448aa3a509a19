import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encode as encodeCl100k } from 'gpt-tokenizer/encoding/cl100k_base';
import { encode as encodeO200k } from 'gpt-tokenizer/encoding/o200k_base';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import type { TokenCounter } from '../../../src/app/runtime/ports.ts';
import { SHIPPED_PRICES } from '../../../src/domain/pricing/prices.ts';
import { createTokenCounter } from '../../../src/services/tokens/counter.ts';
import { createCounterHere } from '../../../src/services/tokens/counter-here.ts';

const counter = createTokenCounter();
let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'luthier-tokens-'));
});
afterAll(async () => {
  await counter.close();
  rmSync(folder, { recursive: true, force: true });
});

const asPort: TokenCounter = counter;
const here = createCounterHere(counter);
const TEXTS = ['elf, wizard, crossbow, owl', '', 'Käse und 猫 🧙‍♂️', 'const a = [1, 2, 3];\n'];
const line = (n: number) =>
  JSON.stringify({
    messages: [
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: `number ${n}` },
      { role: 'assistant', content: `It is ${n}.` },
    ],
  });

/** A counter over a thread that notes its starts, and how many these are. */
function starting(thread: string, times: Parameters<typeof createTokenCounter>[1]) {
  const noted = join(mkdtempSync(join(folder, 'starts-')), 'starts');
  writeFileSync(noted, '');
  process.env.LUTHIER_TEST_STARTS = noted;
  const counter = createTokenCounter(new URL(thread, import.meta.url), times);
  onTestFinished(() => counter.close());
  return { counter, starts: () => readFileSync(noted, 'utf8').split('\n').length - 1 };
}

describe('a thread that stands still', () => {
  const spinning = (silenceMs: number) => starting('./spinning.worker.ts', { silenceMs });

  it('is ended after a while without a sign of life, and the next question starts another', async () => {
    const { counter: stuck, starts } = spinning(1_000);
    for (const expected of [1, 2]) {
      const asked = stuck.checkFile('/data/odd.jsonl', { model: 'gpt-4o-mini', prices: SHIPPED_PRICES });
      await expect(asked).rejects.toThrow('/data/odd.jsonl stood still for 1 s and was ended');
      expect(starts()).toBe(expected);
    }
  });

  it('is ended as soon as nobody waits for it, also where it was told to stop while another waited', async () => {
    const { counter: stuck, starts } = spinning(600_000);
    const asked = new AbortController();
    const first = stuck.count('gpt-4o-mini', ['x'], { signal: asked.signal });
    await vi.waitFor(() => expect(starts()).toBe(1), 10_000);
    asked.abort();
    await expect(first).rejects.toThrow();
    const longerThanItMayTakeToStop = AbortSignal.timeout(3_000);
    await expect(stuck.count('gpt-4o-mini', ['x'], { signal: longerThanItMayTakeToStop })).rejects.toThrow();
    const third = expect(stuck.count('gpt-4o-mini', ['x'])).rejects.toThrow('closed');
    await vi.waitFor(() => expect(starts()).toBe(2), 10_000);
    await stuck.close();
    await third;
  });
});

describe('a thread that nobody asks', () => {
  const noting = (restMs: number) => starting('./noting.worker.ts', { restMs });

  it('is ended after a while, and the next question starts another', async () => {
    const { counter: noted, starts } = noting(1);
    expect(await noted.count('gpt-4o', ['a'])).toEqual([1]);
    await vi.waitFor(
      async () => {
        expect(await noted.count('gpt-4o', ['a'])).toEqual([1]);
        expect(starts()).toBeGreaterThan(1);
      },
      { timeout: 20_000, interval: 20 },
    );
  });

  it('is kept for the next question until then', async () => {
    const { counter: noted, starts } = noting(600_000);
    for (let n = 0; n < 3; n += 1) expect(await noted.count('gpt-4o', ['a'])).toEqual([1]);
    expect(starts()).toBe(1);
  });
});

describe('a file that is not UTF-8', () => {
  const checked = (name: string, content: Uint8Array) => {
    writeFileSync(join(folder, name), content);
    return counter.checkFile(join(folder, name), { model: 'gpt-4o-mini', prices: SHIPPED_PRICES });
  };

  it('has an error for each line with such bytes, the first with what the file is instead', async () => {
    const lines = Array.from({ length: 12 }, (_, n) => `${line(n)}\n`).join('');
    const report = await checked(
      'latin.jsonl',
      Buffer.from(`${lines}{"messages": "é"}\n${line(13)}\n{"é": "é"}\n`, 'latin1'),
    );
    const found = report.findings.filter(({ code }) => code === 'encoding');
    expect(found.map((finding) => finding.line)).toEqual([13, 15]);
    expect(found[0]?.message).toContain('column 15 holds the byte E9. As ');
    expect(found[0]?.message).toContain('the line reads: {"messages": "é"}');
    expect(report.examples).toBe(15);
    const named = /--encoding ([\w-]+)/.exec(found[0]?.fix ?? '')?.[1];
    expect(named).not.toBe('NAME');
    expect(found[1]?.fix).toContain(`--encoding ${named} `);
    expect(report.findings.map(({ code }) => code)).not.toContain('replacement-character');
  });

  it('is one error where the whole of it is UTF-16, and its examples are counted', async () => {
    const report = await checked('wide.jsonl', Buffer.from(`\ufeff${line(1)}\n${line(2)}\n`.repeat(6), 'utf16le'));
    expect(report.examples).toBe(12);
    expect(report.findings.filter(({ line }) => line === 1).map(({ code }) => code)).toEqual(['encoding']);
    expect(report.findings.filter(({ severity }) => severity === 'error').map(({ code }) => code)).toEqual([
      'encoding',
    ]);
  });
});

describe('a file that is no text', () => {
  it('is one error, by what it is', async () => {
    const path = join(folder, 'book.jsonl');
    writeFileSync(path, Buffer.from('PK\x03\x04\x14\0\x06\0xl/workbook.xml\n\xff\n\xfe\n', 'latin1'));
    const { findings } = await counter.checkFile(path, { model: 'gpt-4o-mini', prices: SHIPPED_PRICES });
    expect(findings.map(({ code }) => code)).toEqual(['not-text']);
    expect(findings[0]?.message).toBe('The file is an Excel workbook, not JSONL.');
  });
});

describe('a file of one JSON list', () => {
  it('is one error with what makes JSONL of it, and its examples are checked by line', async () => {
    const path = join(folder, 'list.json');
    const items = Array.from({ length: 12 }, (_, n) => (n === 3 ? '{"messages": None}' : line(n)));
    writeFileSync(path, `[\n${items.join(',\n')}\n]\n`);
    const report = await counter.checkFile(path, { model: 'gpt-4o-mini', prices: SHIPPED_PRICES });
    expect(report.examples).toBe(12);
    expect(report.findings).toMatchObject([
      { code: 'not-json', line: 5, message: expect.stringContaining('column 14: Python’s None') },
      {
        code: 'not-jsonl',
        line: 1,
        fix: expect.stringContaining(`luthier import ${path} --out ${join(folder, 'list.jsonl')}`),
      },
    ]);
  });
});

describe.each<{ where: string; counter: TokenCounter }>([
  { where: 'in a thread', counter: asPort },
  { where: 'in the thread that asks, but for much of it', counter: here },
])('counting tokens $where', ({ counter }) => {
  it('counts as the reference does, each model under its encoding', async () => {
    const o200k = TEXTS.map((text) => encodeO200k(text).length);
    const cl100k = TEXTS.map((text) => encodeCl100k(text).length);
    expect(o200k).not.toEqual(cl100k);
    expect(await counter.count('gpt-4o-mini', TEXTS)).toEqual(o200k);
    expect(await counter.count('practice-small', TEXTS)).toEqual(o200k);
    expect(await counter.count('ft:gpt-3.5-turbo:org::x', TEXTS)).toEqual(cl100k);
    expect(await counter.count('gpt-4o', [])).toEqual([]);
  });

  it('takes special tokens for the text they are here, and a byte order mark for none', async () => {
    const [special, marked, plain] = await counter.count('gpt-4o', ['<|endoftext|>', '\uFEFFname', 'name']);
    expect(special).toBeGreaterThan(1);
    expect(marked).toBe(plain);
  });

  it('keeps order over many batches', async () => {
    const texts = Array.from({ length: 5000 }, (_, n) => 'word '.repeat(n % 7));
    const counts = await counter.count('gpt-4o', texts);
    expect(counts).toEqual(texts.map((text) => encodeO200k(text).length));
  });

  it('counts a run of 200,000 characters without a break, and keeps the main loop free', async () => {
    let turns = 0;
    const ticking = setInterval(() => {
      turns += 1;
    }, 1);
    const [count] = await counter.count('gpt-4o', ['x'.repeat(200_000)]);
    clearInterval(ticking);
    expect(count).toBeGreaterThan(1000);
    expect(turns).toBeGreaterThan(0);
  });

  it('stops with the reason of its signal, and counts again after', async () => {
    const stop = new AbortController();
    const counted = counter.count('gpt-4o', Array(20_000).fill('some words to count'), { signal: stop.signal });
    stop.abort(new Error('enough'));
    await expect(counted).rejects.toThrow('enough');
    await expect(counter.count('gpt-4o', ['a'], { signal: stop.signal })).rejects.toThrow('enough');
    expect(await counter.count('gpt-4o', ['a'])).toEqual([1]);
  });
});

describe('the thread that counts', () => {
  it('says so when its thread cannot run, and starts another when asked again', async () => {
    const path = join(folder, 'broken.mjs');
    writeFileSync(path, 'throw new Error("no tokenizer here");');
    const broken = createTokenCounter(new URL(`file://${path}`));
    await expect(broken.count('gpt-4o', ['a'])).rejects.toThrow('no tokenizer here');
    await expect(broken.count('gpt-4o', ['a'])).rejects.toThrow('no tokenizer here');
    await broken.close();
  });

  it('ends what waits when it is closed', async () => {
    const closing = createTokenCounter();
    const counted = closing.count('gpt-4o', ['a']);
    const ended = expect(counted).rejects.toThrow('closed');
    await closing.close();
    await ended;
  });

  it('lets a process end that has counted, and keeps one alive that waits', () => {
    const self = new URL('../../../src/services/tokens/counter.ts', import.meta.url).href;
    const script = `
      import { createTokenCounter } from ${JSON.stringify(self)};
      createTokenCounter().count('gpt-4o', ['hello']).then((counts) => console.log(counts.join()));
    `;
    const ran = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
      encoding: 'utf8',
      timeout: 20_000,
    });
    expect([ran.stderr, ran.status, ran.stdout.trim()]).toEqual(['', 0, '1']);
  });
});

it('begins no thread for few texts', async () => {
  const broken = createCounterHere(createTokenCounter(new URL('file:///no-such-thread.js')));
  expect(await broken.count('gpt-4o-mini', TEXTS)).toEqual(TEXTS.map((text) => encodeO200k(text).length));
  await expect(broken.count('gpt-4o-mini', ['word '.repeat(20_000)])).rejects.toThrow('no-such-thread');
});

describe('checking a training file off the main loop', () => {
  it('names the lines that are wrong, whatever ends them', async () => {
    const lines = [...Array.from({ length: 11 }, (_, n) => line(n)), line(3), '{"messages": []}', 'not json'];
    const path = join(folder, 'mixed.jsonl');
    writeFileSync(path, `${lines.join('\r\n')}\n`);
    const setup = { model: 'gpt-4o-mini', prices: SHIPPED_PRICES };
    const ofFile = await counter.checkFile(path, setup);
    expect(ofFile.examples).toBe(14);
    expect(ofFile.errors).toBeGreaterThan(0);
    expect(new Set(ofFile.findings.map((finding) => finding.line))).toEqual(new Set([12, 13, 14]));
    expect(ofFile.tokensPerExample.p50).toBeGreaterThan(10);
  });

  it('does not cut a line at a separator JSON allows inside a string, nor inside a character', async () => {
    const path = join(folder, 'separators.jsonl');
    const odd = `{"messages":[{"role":"user","content":"a\u2028b"},{"role":"assistant","content":"${'猫'.repeat(200_000)}"}]}`;
    writeFileSync(path, [...Array.from({ length: 10 }, (_, n) => line(n)), odd].join('\n'));
    const report = await counter.checkFile(path, { model: 'practice-small', prices: SHIPPED_PRICES });
    expect(report.examples).toBe(11);
    expect(report.errors).toBe(0);
  });

  it('can be stopped, and says when there is no file', async () => {
    const path = join(folder, 'long.jsonl');
    writeFileSync(path, Array.from({ length: 50_000 }, (_, n) => line(n)).join('\n'));
    const setup = { model: 'gpt-4o-mini', prices: SHIPPED_PRICES };
    const stop = new AbortController();
    const checked = counter.checkFile(path, setup, { signal: stop.signal });
    stop.abort(new Error('enough'));
    await expect(checked).rejects.toThrow('enough');
    await expect(counter.checkFile(join(folder, 'none.jsonl'), setup)).rejects.toThrow('there is no such file');
    expect(await counter.count('gpt-4o', ['a'])).toEqual([1]);
  });
});
