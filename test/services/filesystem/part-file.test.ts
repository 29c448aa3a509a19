import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { rangeHeaders, sizeOf, writePart } from '../../../src/services/filesystem/part-file.ts';
import { absolutePath, expandHome } from '../../../src/services/filesystem/paths.ts';
import { temporaryHome } from '../store/sample.ts';

const partOf = (text: string): string => {
  const path = join(temporaryHome(), 'file.part');
  writeFileSync(path, text);
  return path;
};
const answer = (status: number, body: string | AsyncIterable<Uint8Array>, length: number) => ({
  status,
  header: (name: string) => (name === 'content-length' ? String(length) : null),
  pieces: typeof body === 'string' ? one(body) : body,
});
async function* one(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}

/** Sends a piece, then breaks. */
const broken = (piece: string, error: Error): ReadableStream<Uint8Array> => {
  let sent = false;
  return new ReadableStream({
    pull(controller) {
      if (sent) return controller.error(error);
      sent = true;
      controller.enqueue(new TextEncoder().encode(piece));
    },
  });
};

describe('a part of a file', () => {
  it('is gone on with from the byte it has', async () => {
    expect(rangeHeaders(0)).toEqual({ 'accept-encoding': 'identity' });
    expect(rangeHeaders(3)).toEqual({ 'accept-encoding': 'identity', range: 'bytes=3-' });
    const part = partOf('abc');
    expect(await writePart(answer(206, 'def', 3), part, 3, undefined)).toBe(true);
    expect(readFileSync(part, 'utf8')).toBe('abcdef');
  });

  it('begins anew where the server sends the whole file', async () => {
    const part = partOf('abc');
    expect(await writePart(answer(200, 'xyz', 3), part, 3, undefined)).toBe(true);
    expect(readFileSync(part, 'utf8')).toBe('xyz');
  });

  it('keeps what came before a connection broke, and is not whole', async () => {
    const part = partOf('');
    expect(await writePart(answer(200, broken('ab', new Error('reset')), 4), part, 0, undefined)).toBe(false);
    expect(await sizeOf(part)).toBe(2);
    expect(await sizeOf(`${part}.none`)).toBeNull();
  });

  it('fails by what the disk refuses', async () => {
    const full = Object.assign(new Error('no space'), { code: 'ENOSPC' });
    await expect(writePart(answer(200, broken('ab', full), 4), partOf(''), 0, undefined)).rejects.toBe(full);
  });
});

describe('a path as a person types it', () => {
  it('has ~ for their home, alone or in front', () => {
    expect([expandHome('~', '/home/a'), expandHome('~/b.csv', '/home/a'), expandHome('~b', '/home/a')]).toEqual([
      '/home/a',
      join('/home/a', 'b.csv'),
      '~b',
    ]);
    expect(absolutePath('b.csv')).toBe(resolve('b.csv'));
  });
});
