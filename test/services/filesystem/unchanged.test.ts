import { chmodSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readTextSync } from '../../../src/services/filesystem/lines.ts';
import { readWhenChanged } from '../../../src/services/filesystem/unchanged.ts';
import { temporaryHome } from '../store/sample.ts';

/** A file, and how often it was read so far. */
function watched({ laterMs }: { readonly laterMs: number }) {
  const path = join(temporaryHome(), 'small.json');
  let reads = 0;
  const read = readWhenChanged(
    path,
    () => {
      reads += 1;
      return readTextSync(path);
    },
    () => Date.now() + laterMs,
  );
  return { path, read, reads: () => reads };
}

/** Changes the file at another moment than the one before, as the file's own clock tells moments apart. */
function later(path: string, change: () => void): void {
  const before = statSync(path, { bigint: true }).ctimeNs;
  do change();
  while (statSync(path, { bigint: true }).ctimeNs === before);
}

it('a file that stays as it was is read once', () => {
  const { path, read, reads } = watched({ laterMs: 60_000 });
  expect(read()).toBeNull();
  writeFileSync(path, 'one');
  expect([read(), read(), read(), reads()]).toEqual(['one', 'one', 'one', 1]);
  rmSync(path);
  expect(read()).toBeNull();
});

it('a change is seen that leaves size and time of change as they were, and one of the mode alone', () => {
  const { path, read, reads } = watched({ laterMs: 60_000 });
  writeFileSync(path, 'one');
  const { atime, mtime } = statSync(path);
  expect(read()).toBe('one');
  later(path, () => {
    writeFileSync(path, 'two');
    utimesSync(path, atime, mtime);
  });
  expect(read()).toBe('two');
  later(path, () => chmodSync(path, 0o644));
  expect([read(), reads()]).toEqual(['two', 3]);
});

it('what was written just now is read each time: another change of the same moment would not show', () => {
  const { path, read, reads } = watched({ laterMs: 0 });
  writeFileSync(path, 'one');
  expect([read(), read(), reads()]).toEqual(['one', 'one', 2]);
});
