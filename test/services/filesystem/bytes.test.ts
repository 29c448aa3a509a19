import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, chmodSync, existsSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { open, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { readBytes } from '../../../src/services/filesystem/bytes.ts';
import { readLines, readText } from '../../../src/services/filesystem/lines.ts';
import { rereadable } from '../../../src/services/filesystem/pipes.ts';
import { openFile } from '../../../src/services/readers/readers.ts';

function temporary(): (name: string) => string {
  const folder = mkdtempSync(join(tmpdir(), 'luthier-bytes-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return (name) => join(folder, name);
}

async function all(path: string, signal?: AbortSignal): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of readBytes(path, { signal })) pieces.push(piece);
  return Buffer.concat(pieces).toString();
}

async function refused(reading: Promise<unknown>): Promise<string> {
  const error = await reading.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (!(error instanceof Error)) throw new Error('it was read');
  expect(error.message).not.toMatch(/\bE[A-Z]{4,}\b/);
  return error.message;
}

describe('pieces that are written over by the next', () => {
  it('stay as they are until the next is asked for, though it is read by then', async () => {
    const at = temporary();
    const piece = 256 * 1024;
    writeFileSync(at('some'), Buffer.concat(['a', 'b', 'c', 'd'].map((sign) => Buffer.alloc(piece, sign))));
    await using other = await open(at('some'));
    let seen = '';
    for await (const bytes of readBytes(at('some'), { isReused: true })) {
      // What was asked of the system before this is answered before it.
      for (let round = 0; round < 8; round += 1) await other.read(Buffer.alloc(piece), 0, piece, 0);
      seen += [...new Set(bytes.toString())].join('');
    }
    expect(seen).toBe('abcd');
  });

  it('leave the file closed where nobody asks for the rest', async () => {
    const at = temporary();
    writeFileSync(at('some'), Buffer.alloc(1024 * 1024, 'a'));
    for await (const bytes of readBytes(at('some'), { isReused: true })) {
      expect(bytes[0]).toBe(97);
      break;
    }
    expect(await all(at('some'))).toHaveLength(1024 * 1024);
  });
});

const pipe = (path: string): string => {
  execFileSync('mkfifo', [path]);
  return path;
};

describe.skipIf(process.platform === 'win32')('what cannot be read', () => {
  it('is named with its reason, by every reader', async () => {
    const at = temporary();
    const socket = createServer().listen(at('socket'));
    await once(socket, 'listening');
    onTestFinished(() => void socket.close());
    const cases = [
      [at('none'), 'there is no such file'],
      [at(''), 'it is a folder'],
      [at('socket'), 'it is a socket'],
      ['/dev/zero', 'it is a device'],
    ] as const;
    for (const [path, why] of cases) {
      const lines = async (): Promise<void> => {
        for await (const _ of readLines(path));
      };
      for (const read of [() => all(path), () => readText(path), lines, () => openFile(path)]) {
        expect(await refused(read())).toBe(`${path} cannot be read: ${why}.`);
      }
    }
  });

  it.skipIf(process.getuid?.() === 0)('is told from what is someone else’s', async () => {
    const at = temporary();
    writeFileSync(at('a'), 'x');
    chmodSync(at('a'), 0);
    expect(await refused(all(at('a')))).toContain('it is not yours to use');
  });
});

describe('a file that is written to while it is read', () => {
  const half = 'x'.repeat(400_000);
  const meddling = async (meddle: (path: string) => void): Promise<void> => {
    const path = temporary()('a');
    writeFileSync(path, half + half);
    let once = true;
    for await (const _ of readBytes(path)) {
      if (once) meddle(path);
      once = false;
    }
  };

  it('is refused when it grew, shrank or changed, and read to its end when it was removed', async () => {
    expect(await refused(meddling((path) => appendFileSync(path, 'more')))).toMatch(/changed while it was read\.$/);
    expect(await refused(meddling((path) => truncateSync(path, 400_000)))).toMatch(/changed while it was read\.$/);
    await meddling((path) => rmSync(path));
  });

  it('is refused when it grows for ever', async () => {
    const path = temporary()('a');
    writeFileSync(path, half);
    const growing = async (): Promise<void> => {
      for await (const _ of readBytes(path)) appendFileSync(path, half);
    };
    expect(await refused(growing())).toMatch(/changed while it was read/);
  });

  it('is refused when it no longer holds what it did', async () => {
    const path = temporary()('a');
    writeFileSync(path, 'abc');
    const read = async (bytes: number): Promise<void> => {
      for await (const _ of readBytes(path, { bytes }));
    };
    await read(3);
    expect(await refused(read(4))).toMatch(/changed/);
  });

  it('is read where the system makes it up and it has no size', async () => {
    if (existsSync('/proc/self/status')) expect(await all('/proc/self/status')).toContain('Name:');
  });
});

describe.skipIf(process.platform === 'win32')('a pipe', () => {
  it('is waited for and read to its end', async () => {
    const path = pipe(temporary()('pipe'));
    const reading = all(path);
    await writeFile(path, 'one\ntwo\n');
    expect(await reading).toBe('one\ntwo\n');
  });

  it('that nobody writes to is let go of with the signal', async () => {
    const path = pipe(temporary()('pipe'));
    const control = new AbortController();
    const reading = all(path, control.signal);
    control.abort(new Error('enough'));
    await expect(reading).rejects.toThrow('enough');
  });

  it('can be read again as a copy, which goes away', async () => {
    const path = pipe(temporary()('pipe.jsonl'));
    const copying = rereadable(path);
    await writeFile(path, '{"a": 1}\n');
    const copy = await copying;
    expect([await all(copy.path), await all(copy.path)]).toEqual(['{"a": 1}\n', '{"a": 1}\n']);
    expect((await openFile(copy.path)).format).toBe('jsonl');
    await copy[Symbol.asyncDispose]();
    expect(existsSync(copy.path)).toBe(false);
    await expect(openFile(path)).rejects.toThrow(/is a pipe, which gives its bytes only once/);
  });

  it('leaves a file as it is', async () => {
    const path = temporary()('a');
    writeFileSync(path, 'x');
    await using same = await rereadable(path);
    expect(same.path).toBe(path);
  });
});

describe('a line over 64 MB', () => {
  it('is refused by its number, in lines and in values, before it fills the memory', async () => {
    const at = temporary();
    const write = async (name: string, start: string, piece: string): Promise<string> => {
      const file = await open(at(name), 'w');
      await file.writeFile(start);
      for (let written = 0; written < 66; written += 1) await file.writeFile(piece);
      await file.close();
      return at(name);
    };
    const line = await write('line.jsonl', '{}\n"', 'x'.repeat(1024 * 1024));
    const lines = async (): Promise<void> => {
      for await (const _ of readLines(line));
    };
    expect(await refused(lines())).toBe(`${line}: Line 2 is longer than 64 MB.`);
    expect(await refused(openFile(line))).toBe(`${line}: Line 2 is longer than 64 MB.`);
    const value = await write('value.json', '[\n{"a": "\n', `${'x'.repeat(1024 * 1024 - 1)}\n`);
    const source = await openFile(value);
    const records = async (): Promise<void> => {
      for await (const _ of source.records());
    };
    expect(await refused(records())).toBe(`${value}: The value that begins on line 2 is longer than 64 MB.`);
  }, 60_000);
});
