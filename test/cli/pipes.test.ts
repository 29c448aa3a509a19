import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { open as openFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { launcher, luthier, startLuthier } from './support/cli.ts';

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

  it('is what - names, for a file as for a prompt', async () => {
    const { surroundings, folder } = open();
    writeFileSync(join(folder, 'lines'), LINES);
    // A shell's pipe: what Node itself gives a child to read is a socket.
    const of = (args: string) => {
      const env = { ...process.env, LUTHIER_HOME: surroundings.home };
      const script = `cat lines | "${process.execPath}" "${launcher}" ${args}`;
      const { status, stdout, stderr } = spawnSync('sh', ['-c', script], { cwd: folder, env });
      return [String(stderr), status, String(stdout)];
    };
    expect(of('check -')).toEqual(['', 0, expect.stringContaining('12 examples')]);
    expect(of('import - --out out.jsonl')).toEqual(['', 0, expect.stringContaining('12 examples')]);
    const [, , answer] = of('chat --model practice-writer --json -');
    expect(answer).toContain('"event":"answer"');
  }, 60_000);

  it('that nobody writes to is left by Ctrl-C, and one that is read twice is refused', async () => {
    const { surroundings, folder, pipe } = open();
    const { child, finished } = startLuthier(['check', 'pipe'], surroundings);
    // Opens when somebody reads.
    const writer = await openFile(pipe, 'w');
    child.kill('SIGINT');
    const { code } = await finished;
    await writer.close();
    expect(code).toBe(130);
    writeFileSync(join(folder, 's.jsonl'), LINES);
    const trained = await luthier(['train', 'pipe', '--model', 'practice-small'], surroundings);
    expect([trained.code, trained.stderr]).toEqual([2, expect.stringContaining('is a pipe')]);
  });
});
