import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { FileSystem } from '../../../src/app/runtime/ports.ts';
import { createFileSystem, type LocalFileSystem } from '../../../src/services/filesystem/documents.ts';

function open() {
  const folder = mkdtempSync(join(tmpdir(), 'luthier-doc-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const documents = createFileSystem({ home: join(folder, 'home') });
  const asPort: FileSystem = documents;
  return { folder, documents, asPort };
}

const MINE = { work: 'import' };

async function linesOf(documents: LocalFileSystem, path: string): Promise<readonly string[]> {
  const lines: string[] = [];
  for await (const line of documents.readLines(path)) lines.push(line);
  return lines;
}

describe('reading', () => {
  it('gives lines without ends and byte order mark', async () => {
    const { folder, documents } = open();
    const path = join(folder, 'a.jsonl');
    const expected: readonly [string, readonly string[]][] = [
      ['', []],
      ['\uFEFF', []],
      ['\uFEFFone\r\ntwo\n', ['one', 'two']],
      ['one\n\ntwo', ['one', '', 'two']],
      ['\n', ['']],
      ['a\rb\n', ['a\rb']],
    ];
    for (const [text, lines] of expected) {
      writeFileSync(path, text);
      expect(await linesOf(documents, path)).toEqual(lines);
    }
  });

  it('names a file of another kind, where lines are asked for and where a text is', async () => {
    const { folder, documents } = open();
    const path = join(folder, 'a.jsonl');
    writeFileSync(path, Buffer.from('\x1f\x8b\x08\x00\xfe', 'latin1'));
    const gzip = { message: `${path} is compressed by gzip.`, next: expect.stringContaining('gunzip') };
    await expect(linesOf(documents, path)).rejects.toMatchObject(gzip);
    await expect(documents.readText(path)).rejects.toMatchObject(gzip);
    writeFileSync(path, '<!doctype html><p>Hello');
    await expect(linesOf(documents, path)).rejects.toMatchObject({ message: `${path} is a web page (HTML).` });
    expect(await documents.readText(path)).toBe('<!doctype html><p>Hello');
  });

  it('keeps lines whole that run over many reads', async () => {
    const { folder, documents } = open();
    const path = join(folder, 'a.jsonl');
    const lines = ['x', '漢👩‍👩‍👧'.repeat(200_000), '', 'é'.repeat(262_145), 'end'];
    writeFileSync(path, lines.join('\r\n'));
    expect(await linesOf(documents, path)).toEqual(lines);
  });

  it('gives back any lines that were written', async () => {
    const { folder, documents } = open();
    const path = join(folder, 'a.txt');
    const line = fc.string({ unit: 'grapheme' }).map((text) => text.replace(/[\r\n\uFEFF]/g, ''));
    await fc.assert(
      fc.asyncProperty(fc.array(line), async (lines) => {
        await documents.writeText(
          path,
          lines.map((text) => `${text}\n`),
          MINE,
        );
        expect(await linesOf(documents, path)).toEqual(lines);
      }),
      { numRuns: 40 },
    );
  });

  it('stops reading when the reader stops', async () => {
    const { folder, documents } = open();
    const path = join(folder, 'a.txt');
    writeFileSync(path, 'one\n'.repeat(500_000));
    let seen = 0;
    for await (const _ of documents.readLines(path)) if (++seen === 3) break;
    expect(seen).toBe(3);
  });

  it('reads a text without its mark, and says when there is none', async () => {
    const { folder, documents } = open();
    writeFileSync(join(folder, 'a.yaml'), '\uFEFFname: x\n');
    expect(await documents.readText(join(folder, 'a.yaml'))).toBe('name: x\n');
    await expect(documents.readText(join(folder, 'none'))).rejects.toThrow(/there is no such file/);
    writeFileSync(join(folder, 'latin.yaml'), Buffer.from('name: x\nsystem: caf\xe9\n', 'latin1'));
    await expect(documents.readText(join(folder, 'latin.yaml'))).rejects.toThrow(
      /latin.yaml is not UTF-8: line 2, column 12 holds the byte E9/,
    );
    await expect(linesOf(documents, join(folder, 'latin.yaml'))).rejects.toThrow(/line 2, column 12/);
    await expect(linesOf(documents, join(folder, 'none'))).rejects.toThrow(/there is no such file/);
  });
});

describe('writing', () => {
  it('makes folders, takes a typed path, and gives the absolute one back', async () => {
    const { folder, asPort } = open();
    const path = join(folder, 'new', 'deep', 'out.jsonl');
    expect(await asPort.writeText(relative(process.cwd(), path), 'text', { work: 'dataset' })).toBe(path);
    expect(readFileSync(path, 'utf8')).toBe('text');
    expect(readdirSync(join(folder, 'new', 'deep'))).toEqual(['out.jsonl']);
    const inHome = relative(homedir(), path);
    expect(await asPort.readText(`~/${inHome}`)).toBe('text');
  });

  it('writes many chunks as one text, a character that two chunks share too', async () => {
    const { folder, documents } = open();
    const path = join(folder, 'out.txt');
    const [high = '', low = ''] = '😀'.split('');
    const chunks = ['a'.repeat(65_535), high, low, ...Array.from({ length: 5000 }, (_, n) => `line ${n} é\n`)];
    await documents.writeText(path, chunks, MINE);
    expect(readFileSync(path, 'utf8')).toBe(chunks.join(''));
  });

  it('takes no more from the source than it has written', async () => {
    const { folder, documents } = open();
    const path = join(folder, 'out.txt');
    let given = 0;
    let onDisk = 0;
    async function* source() {
      for (; given < 40; given++) {
        const draft = readdirSync(folder).find((name) => name.endsWith('.tmp'));
        onDisk = draft === undefined ? 0 : statSync(join(folder, draft)).size;
        expect(given * 50_000 - onDisk).toBeLessThanOrEqual(100_000);
        yield 'x'.repeat(50_000);
      }
    }
    await documents.writeText(path, source(), MINE);
    expect(statSync(path).size).toBe(2_000_000);
  });

  it('leaves the old text when the new one fails half-way', async () => {
    const { folder, documents } = open();
    const path = join(folder, 'out.txt');
    writeFileSync(path, 'old');
    function* failing() {
      yield 'x'.repeat(200_000);
      throw new Error('no more');
    }
    await expect(documents.writeText(path, failing(), { ...MINE, replace: true })).rejects.toThrow('no more');
    expect(readFileSync(path, 'utf8')).toBe('old');
    expect(readdirSync(folder).filter((name) => name !== 'home')).toEqual(['out.txt']);
  });

  it('follows a link and keeps the mode of what it replaces', async () => {
    const { folder, documents } = open();
    writeFileSync(join(folder, 'real.txt'), 'old');
    chmodSync(join(folder, 'real.txt'), 0o640);
    symlinkSync('real.txt', join(folder, 'link.txt'));
    await documents.writeText(join(folder, 'link.txt'), 'new', { ...MINE, replace: true });
    expect(readFileSync(join(folder, 'real.txt'), 'utf8')).toBe('new');
    expect(statSync(join(folder, 'real.txt')).mode & 0o777).toBe(0o640);
    expect(readdirSync(folder).toSorted()).toEqual(['home', 'link.txt', 'real.txt']);
  });
});

it('measures the data folder, and nothing outside it', async () => {
  const { folder, documents } = open();
  const home = join(folder, 'home');
  expect(await documents.dataFolder()).toEqual({ path: home, bytes: 0 });
  mkdirSync(join(home, 'engine', 'files'), { recursive: true });
  writeFileSync(join(folder, 'outside'), 'x'.repeat(1000));
  writeFileSync(join(home, 'a'), 'x'.repeat(10));
  writeFileSync(join(home, 'engine', 'files', 'b'), 'x'.repeat(200));
  symlinkSync('../outside', join(home, 'link'));
  expect(await documents.dataFolder()).toEqual({ path: home, bytes: 210 });
});
