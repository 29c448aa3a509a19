import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { writePrivateFile } from '../../../src/services/filesystem/private-files.ts';
import { temporaryHome } from '../store/sample.ts';

const SOURCE = new URL('../../../src/services/filesystem/private-files.ts', import.meta.url).href;

describe.skipIf(process.platform === 'win32')('a file of the owner alone', () => {
  it('stays as it was when there is room for only a part of the new one', () => {
    const path = join(temporaryHome(), 'keys.json');
    writePrivateFile(path, 'the old text');
    // A limit on the size of files ends a write half-way, as a disk that fills up does.
    const script = `const { writePrivateFile } = await import(${JSON.stringify(SOURCE)});
      try { writePrivateFile(${JSON.stringify(path)}, 'x'.repeat(100_000)); } catch { console.log('refused'); }`;
    const limited = `trap '' XFSZ; ulimit -f 8; exec "$0" --input-type=module -e "$1"`;
    const child = spawnSync('/bin/bash', ['-c', limited, process.execPath, script], { encoding: 'utf8' });
    expect(child.stdout).toBe('refused\n');
    expect(readFileSync(path, 'utf8')).toBe('the old text');
    expect(readdirSync(join(path, '..'))).toEqual(['keys.json']);
  });
});
