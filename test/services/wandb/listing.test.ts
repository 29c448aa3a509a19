import fs, { chmodSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { createListing } from '../../../src/services/wandb/listing.ts';
import { temporaryHome } from '../store/sample.ts';
import { trackedRun, wandbAt } from './support/tracker.ts';

/** What of the disk is looked at from here on, by the function that looks. */
function watchDisk(): () => readonly string[] {
  const looks = (['statSync', 'readFileSync', 'existsSync', 'openSync'] as const).map((name) => vi.spyOn(fs, name));
  syncBuiltinESMExports();
  onTestFinished(() => {
    for (const look of looks) look.mockRestore();
    syncBuiltinESMExports();
  });
  return () => looks.flatMap(({ mock }) => mock.calls.map(([path]) => String(path)));
}

describe('the runs in a folder', () => {
  it('are none where there is no folder, a file in its place, or one that cannot be entered', () => {
    const home = temporaryHome();
    const file = join(home, 'file');
    writeFileSync(file, '');
    const closed = join(home, 'closed');
    mkdirSync(closed);
    chmodSync(closed, 0o000);
    onTestFinished(() => chmodSync(closed, 0o700));
    for (const root of [join(home, 'none'), file, join(file, 'below'), closed]) {
      expect(createListing(root).all()).toEqual([]);
      expect(createListing(root).find('x')).toBeNull();
    }
  });

  it('are without one whose folder is a file, is empty, or goes while it is looked at', async () => {
    const root = temporaryHome();
    const wandb = wandbAt(null, { root });
    const { folder } = await wandb.write(trackedRun());
    writeFileSync(join(root, 'offline-run-20260101_000000-file'), '');
    mkdirSync(join(root, 'offline-run-20260101_000000-empty'));
    mkdirSync(join(root, 'offline-run-20260101_000000-folder/run-folder.wandb'), { recursive: true });
    expect(wandb.list().map(({ runId }) => runId)).toEqual(['ftjob-1']);
    const look = vi.spyOn(fs, 'readdirSync');
    look.mockImplementationOnce(((path: string) => {
      const names = ['offline-run-20260101_000000-gone', folder.slice(root.length + 1)];
      rmSync(folder, { recursive: true });
      expect(path).toBe(root);
      return names;
    }) as unknown as typeof fs.readdirSync);
    syncBuiltinESMExports();
    onTestFinished(() => {
      look.mockRestore();
      syncBuiltinESMExports();
    });
    expect(createListing(root).all()).toEqual([]);
  });

  it('are there however their record of what was sent looks', async () => {
    const root = temporaryHome();
    const wandb = wandbAt(null, { root });
    const { folder } = await wandb.write(trackedRun());
    mkdirSync(join(folder, 'luthier-sync.json'));
    expect(wandb.list()).toMatchObject([{ runId: 'ftjob-1', sync: 'local', url: null }]);
  });

  it('are looked at only where their id is asked for', async () => {
    const root = temporaryHome();
    const wandb = wandbAt(null, { root });
    for (const id of ['dataset-a-1', 'dataset-a-2', 'other-1', 'other-2']) {
      await wandb.write(trackedRun({ id, startedAt: Number(id.at(-1)) * 1e9, tables: [], artifacts: [] }));
    }
    const looked = watchDisk();
    const found = wandb.list((id) => id.startsWith('dataset-a-')).map(({ runId }) => runId);
    expect(found).toEqual(['dataset-a-2', 'dataset-a-1']);
    expect(looked().filter((path) => path.includes('dataset-a-'))).not.toEqual([]);
    expect(looked().filter((path) => path.includes('other-'))).toEqual([]);
    expect(wandb.list()).toHaveLength(4);
  });
});
