import { describe, expect, it } from 'vitest';
import { displayWidth } from '../../../../src/domain/text/graphemes.ts';
import { TrackingError } from '../../../../src/domain/tracking/types.ts';
import { newDisk } from '../../../app/fakes/fake-workbench.ts';
import { done, fakeWorkbenchWith, filesProvider, renderTrain, running, SIZES } from '../render-train.tsx';

const LINK = 'https://wandb.ai/team/proj/runs/ftjob-bbbb2222';

/** The one row that tells of the tracker. */
const lineOf = (app: { lines(): readonly string[] }): string => app.lines().find((line) => / W&B /.test(line)) ?? '';

async function openJob(parts: Parameters<typeof fakeWorkbenchWith>[2] = {}) {
  const desk = fakeWorkbenchWith([done], 16, { providers: [filesProvider()], ...parts });
  const app = await renderTrain(desk);
  await app.press('enter');
  return { desk, app };
}

describe('one job and W&B', () => {
  it('stands in a row of its own at every size, with chart and events beside it', async () => {
    const app = await renderTrain(fakeWorkbenchWith([running]));
    for (const [columns, rows] of SIZES) {
      await app.resize(columns, rows);
      expect(lineOf(app)).toContain('W&B — not sent yet: w sends it');
      expect(app.frame()).toContain('train 0.37');
      expect(app.frame()).toContain('Step 24/40: loss');
      for (const line of app.lines()) expect(displayWidth(line)).toBeLessThanOrEqual(columns);
    }
  });

  it('is sent by w, shows how far it is, and has its link copied whole', async () => {
    const { desk, app } = await openJob();
    const { tracker } = desk.disk;
    await app.press('Y');
    expect(app.frame()).toContain('it has no page at W&B yet');
    const held = Promise.withResolvers<void>();
    tracker.gate = held.promise;
    await app.press('w');
    await desk.clock.advance(1_000);
    await app.waitFor(/W&B … 50% {2}sends history {2}500 B of 1\.0 kB/);
    await app.press('w');
    expect(app.frame()).toContain('it is being synced');
    held.resolve();
    await desk.clock.advance(1_000);
    await app.waitFor(/W&B ✓ synced/);
    for (const [columns, rows] of SIZES) {
      await app.resize(columns, rows);
      expect(lineOf(app)).toContain('✓ synced  https://');
      expect(lineOf(app)).toContain('bbbb2222');
    }
    await app.press('Y');
    expect(desk.copied).toEqual([LINK]);
  });

  it('asks before what is there is written over, and Enter is no yes', async () => {
    const { desk, app } = await openJob();
    const { tracker } = desk.disk;
    await app.press('w');
    await desk.clock.advance(1_000);
    await app.waitFor('✓ synced');
    await app.press('w');
    expect(app.frame()).toContain('Send it to W&B again?');
    expect(app.frame()).toContain(LINK);
    expect(app.frame()).toContain('written over');
    await app.press('enter', 'escape');
    await desk.clock.advance(1_000);
    expect(tracker.uploads).toEqual([{ runId: done.job.id, overwrite: false }]);
    await app.press('w', 'y');
    await desk.clock.advance(1_000);
    expect(tracker.uploads.at(-1)).toEqual({ runId: done.job.id, overwrite: true });
    expect(app.frame()).not.toContain('Send it to W&B again?');
  });

  it('stays on this machine where sending fails, and says where', async () => {
    const disk = newDisk();
    disk.tracker.failure = new TrackingError('auth', 'W&B does not take this key.', 'Type another in Settings (8).');
    const { desk, app } = await openJob({ disk });
    await app.press('w');
    await desk.clock.advance(1_000);
    await app.waitFor('W&B does not take this key.');
    await app.press('escape');
    expect(lineOf(app)).toContain('○ here  on this machine: /wandb/offline-run-ftjob-bbbb2222  w sends it');
  });

  it('cannot be sent while tracking is disabled, and the row says so', async () => {
    const disk = newDisk();
    disk.tracking.env.WANDB_MODE = 'disabled';
    const { app } = await openJob({ disk });
    expect(lineOf(app)).toContain('W&B — tracking is disabled: Settings (8)');
    await app.press('w');
    expect(app.lines().at(-2)).toContain('sync to tracker: tracking is disabled');
    expect(disk.tracker.uploads).toEqual([]);
  });
});
