import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { contentDigest } from '../../../../src/domain/wandb/run-log.ts';
import { readRunLog } from '../../../../src/services/wandb/offline/read.ts';
import { writeRun } from '../../../../src/services/wandb/offline/write.ts';
import { filesUnder, optionsFor, RUN, temporaryRoot } from './sample.ts';

const SCRIPT = new URL('./kill.process.ts', import.meta.url).pathname;
const write = (root: string, phase: string) => spawnSync(process.execPath, [SCRIPT, root, phase], { encoding: 'utf8' });

/** Whether every file the log names is there with the bytes it says. */
async function expectWhole(logPath: string): Promise<void> {
  for (const { entries } of (await readRunLog(logPath)).artifacts) {
    for (const { localPath, digest } of entries) {
      const sum = contentDigest();
      sum.update(readFileSync(localPath));
      expect(sum.digest()).toBe(digest);
    }
  }
}

describe.skipIf(process.platform === 'win32')('a write that is killed', () => {
  it.each(['table', 'artifact', 'log'])(
    'leaves the old run whole, and the next one is as if nothing had been: in the %s',
    async (phase) => {
      const root = temporaryRoot();
      const { folder, logPath } = await writeRun(RUN, optionsFor(root));
      const before = filesUnder(folder);
      expect(write(root, phase).signal).toBe('SIGKILL');
      const after = new Map([...filesUnder(folder)].filter(([path]) => !path.startsWith('.writing-')));
      expect(after).toEqual(before);
      await expectWhole(logPath);
      const next = write(root, 'none');
      expect([next.stdout, next.stderr]).toEqual(['written\n', '']);
      const log = await readRunLog(logPath);
      expect([log.run.displayName, log.history.length, log.cut]).toEqual(['the new one', 5001, null]);
      await expectWhole(logPath);
    },
  );

  it('leaves the old run whole where the files of the new one are there and its log is not yet', async () => {
    const root = temporaryRoot();
    const { folder, logPath } = await writeRun(RUN, optionsFor(root));
    const before = filesUnder(folder);
    expect(write(root, 'rename').signal).toBe('SIGKILL');
    const after = filesUnder(folder);
    expect(after.size).toBeGreaterThan(before.size);
    for (const [path, content] of before) expect(after.get(path)?.equals(content), path).toBe(true);
    await expectWhole(logPath);
    expect(write(root, 'none').stdout).toBe('written\n');
    await expectWhole(logPath);
    // What only the old log named is gone.
    const left = [...filesUnder(folder).keys()].filter((path) => !path.startsWith('.writing-'));
    expect(left).toHaveLength(before.size);
  });
});
