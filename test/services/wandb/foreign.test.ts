import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryHome } from '../store/sample.ts';
import { expectNoFaults, routesOf, serve } from './support/sample.ts';
import { trackedRun, wandbAt } from './support/tracker.ts';

expectNoFaults();

const REAL = new URL('./offline/fixtures/run-ftjob-abc.wandb', import.meta.url).pathname;

describe('a run of a job', () => {
  it('tells whether it was written after its end', async () => {
    const wandb = wandbAt(null, { root: temporaryHome() });
    const open = trackedRun({ config: { status: 'running' }, end: null });
    expect((await wandb.write(open)).ended).toBe(false);
    expect((await wandb.write(trackedRun({ config: { status: 'succeeded' } }))).ended).toBe(true);
    expect((await wandb.write(trackedRun({ id: 'eval-1', config: {} }))).ended).toBe(true);
  });
});

describe('a run that W&B’s own client wrote', () => {
  it('is told from those that are Luthier’s', async () => {
    const root = temporaryHome();
    const wandb = wandbAt(null, { root });
    expect(await wandb.write(trackedRun())).toMatchObject({ own: true });
    const folder = join(root, 'offline-run-20260101_000000-ftjob-abc');
    mkdirSync(folder);
    copyFileSync(REAL, join(folder, 'run-ftjob-abc.wandb'));
    expect(wandb.list().map(({ runId, own }) => [runId, own])).toEqual([
      ['ftjob-abc', false],
      ['ftjob-1', true],
    ]);
  });

  it('is not replaced by one of the same id, which gets a folder of its own', async () => {
    const root = temporaryHome();
    const theirs = wandbAt(null, { root, producer: '0.30.0' });
    const { folder } = await theirs.write(trackedRun());
    const log = readFileSync(join(folder, 'run-ftjob-1.wandb'));
    const wandb = wandbAt(null, { root });
    const own = await wandb.write(trackedRun());
    expect(own.own).toBe(true);
    expect(own.folder).not.toBe(folder);
    expect(readFileSync(join(folder, 'run-ftjob-1.wandb')).equals(log)).toBe(true);
    expect(wandb.list().map(({ folder: listed }) => listed)).toEqual([own.folder]);
    expect((await wandb.write(trackedRun({ tags: ['again'] }))).folder).toBe(own.folder);
  });

  it('can be sent, and stays for W&B’s client to send whole', async () => {
    const [server, root] = [await serve(), temporaryHome()];
    const { folder } = await wandbAt(server, { root, producer: '0.30.0' }).write(trackedRun());
    const wandb = wandbAt(server, { root });
    expect(wandb.state('ftjob-1')).toMatchObject({ own: false, sync: 'local' });
    expect(await wandb.upload('ftjob-1')).toMatchObject({ own: false, sync: 'synced', notes: [] });
    const marker = join(folder, 'run-ftjob-1.wandb.synced');
    expect(existsSync(marker)).toBe(false);
    expect(wandbAt(server, { root }).state('ftjob-1')).toMatchObject({ sync: 'synced' });
    const asked = server.state.asked.length;
    await wandb.upload('ftjob-1');
    expect(routesOf(server, asked)).toEqual([]);
    // Once its own client has sent it, that stays said.
    writeFileSync(marker, '');
    await wandb.upload('ftjob-1', { overwrite: true });
    expect(existsSync(marker)).toBe(true);
  });
});
