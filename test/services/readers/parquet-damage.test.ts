import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createRandom } from '../../../src/domain/common/random.ts';
import { ImportError } from '../../../src/domain/importing/records.ts';
import { parquetCount, readParquet } from '../../../src/services/readers/parquet.ts';
import { parquetOf } from '../huggingface/standin.ts';

const WHOLE = parquetOf(6);
/** Bytes of this very file that, changed so, let the decoder spin. */
const SPINS = [
  [21, 0xff],
  [20, 0x10],
] as const;

function open() {
  const folder = mkdtempSync(join(tmpdir(), 'luthier-parquet-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return (offset: number, flip: number): string => {
    const bytes = Uint8Array.from(WHOLE);
    bytes[offset] = (bytes[offset] ?? 0) ^ flip;
    const path = join(folder, `${offset}-${flip}.parquet`);
    writeFileSync(path, bytes);
    return path;
  };
}

/** What is said of it; null where all of it could be read. */
async function said(path: string, silenceMs: number): Promise<string | null> {
  try {
    await parquetCount(path, { silenceMs });
    for await (const _ of readParquet(path, { silenceMs }));
    return null;
  } catch (error) {
    expect(error).toBeInstanceOf(ImportError);
    return error instanceof Error ? error.message : '';
  }
}

describe('a Parquet file with one byte changed', () => {
  it.each(SPINS)('ends with its name when the decoder spins over it: byte %i', async (offset, flip) => {
    const path = open()(offset, flip);
    expect(await said(path, 2_000)).toBe(
      `${path} cannot be read as Parquet: nothing could be read of it for 2 s, so it is most likely damaged.`,
    );
  });

  it.each([
    [272, 0x02, 'its schema is cut off or damaged'],
    [569, 0x10, 'a part of it lies outside the file: it is cut off or damaged'],
    [624, 0x01, 'its footer contradicts itself'],
    [473, 0x02, 'a part of it is damaged'],
  ])('is told what is wrong with it: byte %i', async (offset, flip, why) => {
    const path = open()(offset, flip);
    expect(await said(path, 10_000)).toBe(`${path} cannot be read as Parquet: ${why}.`);
  });

  it('is let go of at once when a person cancels, however it spins', async () => {
    const path = open()(...SPINS[0]);
    const control = new AbortController();
    const reading = readParquet(path, { signal: control.signal }).next();
    setTimeout(() => control.abort(new Error('cancelled')), 200);
    await expect(reading).rejects.toThrow('cancelled');
    await expect(readParquet(path, { signal: control.signal }).next()).rejects.toThrow('cancelled');
  });

  it('is read, or refused in words, whichever byte it is', async () => {
    const damaged = open();
    const random = createRandom(7);
    const spins = new Set<number>(SPINS.map(([offset]) => offset));
    const cases = Array.from(
      { length: 24 },
      () => [Math.floor(random.next() * WHOLE.length), random.next() < 0.5 ? 0xff : 1] as const,
    );
    for (const [offset, flip] of cases.filter(([at]) => !spins.has(at))) {
      const words = await said(damaged(offset, flip), 2_000);
      if (words === null) continue;
      expect(words).toMatch(/cannot be read as Parquet: /);
      expect(words).not.toMatch(/Cannot read properties|is not a|undefined|NaN|TypeError|RangeError/);
    }
  }, 60_000);
});

it('that is cut off anywhere is refused in words', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'luthier-parquet-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const length of [0, 4, 11, 12, 60, WHOLE.length - 5, WHOLE.length - 1]) {
    const path = join(folder, `${length}.parquet`);
    writeFileSync(path, WHOLE.slice(0, length));
    const words = await said(path, 5_000);
    expect(words).toMatch(/cannot be read as Parquet: a part of it/);
    expect(words).not.toMatch(/Cannot read properties|Offset|undefined|NaN/);
  }
});
