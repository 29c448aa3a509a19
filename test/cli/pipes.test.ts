import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { luthier, startLuthier } from './support/cli.ts';

const line = (n: number): string =>
  `${JSON.stringify({
    messages: [
      { role: 'user', content: `q${n}` },
      { role: 'assistant', content: `a${n}` },
    ],
  })}\n`;
const LINES = Array.from({ length: 12 }, (_, n) => line(n)).join('');

describe.skipIf(process.platform === 'win32')('a pipe in the place of a file', () => {
  const open = () => {
    const folder = mkdtempSync(join(tmpdir(), 'luthier-pipes-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true, maxRetries: 10 }));
    execFileSync('mkfifo', [join(folder, 'pipe')]);
    const surroundings = { home: join(folder, 'home'), cwd: folder };
    return { folder, surroundings, pipe: join(folder, 'pipe') };
  };

  it('is checked, mended and imported as the file would be', async () => {
    const { folder, surroundings, pipe } = open();
    const text = `${LINES}${line(12).replace('q12', 'caf\\u00e9')}`;
    for (const args of [
      ['check', 'pipe'],
      ['check', 'pipe', '--fix', 'mended.jsonl'],
      ['import', 'pipe', '--out', 'out.jsonl'],
    ]) {
      const [{ code, stderr }] = await Promise.all([luthier(args, surroundings), writeFile(pipe, text)]);
      expect([args.join(' '), code, stderr]).toEqual([args.join(' '), 0, '']);
    }
    expect(readFileSync(join(folder, 'out.jsonl'), 'utf8').trimEnd().split('\n')).toHaveLength(13);
    expect(readFileSync(join(folder, 'mended.jsonl'), 'utf8').trimEnd().split('\n')).toHaveLength(13);
  });

  it('that nobody writes to is left by Ctrl-C, and one that is read twice is refused', async () => {
    const { surroundings, folder } = open();
    const { child, finished } = startLuthier(['check', 'pipe'], surroundings);
    const interrupt = setInterval(() => child.kill('SIGINT'), 2_000);
    const { code } = await finished;
    clearInterval(interrupt);
    expect(code).toBe(130);
    writeFileSync(join(folder, 's.jsonl'), LINES);
    const trained = await luthier(['train', 'pipe', '--model', 'practice-small'], surroundings);
    expect([trained.code, trained.stderr]).toEqual([2, expect.stringContaining('is a pipe')]);
  });
});
