import { describe, expect, test } from 'vitest';
import { NO_CHOICES } from '../../../src/domain/tracking/settings.ts';
import { TrackingError } from '../../../src/domain/tracking/types.ts';
import { newDisk, openFakeWorkbench } from '../fakes/fake-workbench.ts';
import { rowOf } from '../fakes/rows.ts';
import { JOB, noticeText, openToTrain, trained } from '../fakes/training.ts';

describe('a job that ends', () => {
  test('is written as an offline run, sent nowhere, and no more is said of it', async () => {
    const app = openToTrain('offline');
    await trained(app);
    const { tracker } = app.disk;
    expect(tracker.written.get('ftjob-1')?.summary.status).toBe('succeeded');
    expect(tracker.written.get('ftjob-1')?.artifacts.map(({ type }) => type)).toContain('training_files');
    expect(tracker.uploads).toEqual([]);
    expect(noticeText(app)).toContain('is ready');
    expect(app.workbench.tracking.state(JOB)?.sync).toBe('local');
  });

  test('is sent in online mode, and was shown while it ran', async () => {
    const app = openToTrain('online', { runs: 300 });
    app.workbench.train.start();
    await app.clock.advance(20_000);
    const { tracker } = app.disk;
    expect(tracker.sent.get('ftjob-1')?.end).toBeNull();
    expect(app.workbench.tracking.state(JOB)?.sync).toBe('partial');
    const early = tracker.uploads.length;
    expect(early).toBeGreaterThan(1);
    await app.clock.advance(600_000);
    expect(tracker.sent.get('ftjob-1')?.end?.outcome).toBe('finished');
    expect(app.workbench.tracking.state(JOB)?.sync).toBe('synced');
    expect(noticeText(app)).toContain('is ready');
  });

  test('is no longer shown once the settings say otherwise', async () => {
    const app = openToTrain('online', { runs: 300 });
    app.workbench.train.start();
    await app.clock.advance(20_000);
    const { tracker } = app.disk;
    const before = tracker.uploads.length;
    app.workbench.trackingSettings.save({ ...NO_CHOICES, mode: 'disabled' });
    await app.clock.advance(600_000);
    expect(app.store.getState().jobs[0]?.job.status).toBe('succeeded');
    expect(tracker.uploads).toHaveLength(before);
  });

  test('while what was requested is still being sent is written and sent after that, whole', async () => {
    const app = openToTrain('online', { runs: 30 });
    app.workbench.train.start();
    await app.clock.advance(500);
    const { tracker } = app.disk;
    const { promise, resolve } = Promise.withResolvers<void>();
    tracker.gate = promise;
    app.workbench.tracking.sync(JOB);
    await app.clock.advance(120_000);
    expect(app.store.getState().jobs[0]?.job.status).toBe('succeeded');
    tracker.gate = null;
    resolve();
    await app.clock.advance(1_000);
    expect(tracker.sent.get('ftjob-1')?.end?.outcome).toBe('finished');
    expect(app.workbench.tracking.state(JOB)?.sync).toBe('synced');
  });

  test('in online mode without a key is written here', async () => {
    const app = openToTrain('online');
    app.disk.tracking.setKey(null);
    await trained(app);
    expect(app.disk.tracker.uploads).toEqual([]);
    expect(app.disk.tracker.written.has('ftjob-1')).toBe(true);
  });

  test('is left alone where tracking is disabled', async () => {
    const app = openToTrain('disabled');
    await trained(app);
    expect(app.disk.tracker.written.size).toBe(0);
    expect(app.workbench.tracking.whyNot(JOB)).toContain('disabled');
  });

  test('that cannot be sent is reported with where it stays, and goes with the next w', async () => {
    const app = openToTrain('online');
    app.disk.tracker.failure = new TrackingError('offline', 'api.wandb.ai cannot be reached.', 'Check the network.');
    await trained(app);
    expect(noticeText(app)).toBe('api.wandb.ai cannot be reached. The run stays in /wandb/offline-run-ftjob-1.');
    app.disk.tracker.failure = null;
    app.workbench.tracking.sync(JOB);
    await app.clock.advance(1_000);
    expect(app.workbench.tracking.state(JOB)?.sync).toBe('synced');
    expect(noticeText(app)).toContain('Synced: https://wandb.ai/team/proj/runs/ftjob-1');
  });

  test('that failed is tracked as failed', async () => {
    const app = openToTrain('offline', { end: 'failed' });
    await trained(app);
    expect(app.disk.tracker.written.get('ftjob-1')?.end?.outcome).toBe('failed');
  });
});

describe('what is requested', () => {
  test('is sent in offline mode too: that is what asking means', async () => {
    const app = openToTrain('offline');
    await trained(app);
    const before = app.workbench.reads.version(['tracking']);
    app.workbench.tracking.sync(JOB, { overwrite: true });
    expect(app.workbench.tracking.whyNot(JOB)).toBe('it is being synced');
    await app.clock.advance(1_000);
    expect(app.disk.tracker.uploads).toEqual([{ runId: 'ftjob-1', overwrite: true }]);
    expect(app.workbench.reads.version(['tracking'])).toBeGreaterThan(before);
    expect(app.workbench.tracking.whyNot(JOB)).toBeNull();
  });

  test('without a key is written, and what to do is said', async () => {
    const app = openToTrain('offline');
    app.disk.tracking.setKey(null);
    app.workbench.tracking.sync({ kind: 'dataset' });
    await app.clock.advance(1_000);
    expect(noticeText(app)).toMatch(/^No W&B key is known \(Settings, 8\).*Written to \/wandb\/offline-run-dataset-/);
    expect(app.workbench.tracking.state({ kind: 'dataset' })?.sync).toBe('local');
  });

  test('stays here where WANDB_MODE=offline was said for this very process', async () => {
    const app = openToTrain('online');
    app.disk.tracking.env.WANDB_MODE = 'offline';
    app.workbench.tracking.sync({ kind: 'dataset' });
    await app.clock.advance(1_000);
    expect(app.disk.tracker.uploads).toEqual([]);
    expect(noticeText(app)).toMatch(/^WANDB_MODE is offline, so it was not sent. Written to/);
  });

  test('of a dataset is one version for the same rows', async () => {
    const app = openToTrain('offline');
    for (const _ of [1, 2]) {
      app.workbench.tracking.sync({ kind: 'dataset' });
      await app.clock.advance(1_000);
    }
    expect([...app.disk.tracker.written.keys()]).toHaveLength(1);
    const [run] = app.disk.tracker.written.values();
    expect(run?.artifacts[0]).toMatchObject({ type: 'dataset', metadata: { items: 40 } });
  });

  test('of a dataset whose rows changed is another version, and that is what is sent', async () => {
    const app = openToTrain('offline');
    const { tracker } = app.disk;
    app.workbench.tracking.sync({ kind: 'dataset' });
    await app.clock.advance(1_000);
    const projectId = app.store.getState().project.id;
    app.disk.deps.rows.put([rowOf('late', { projectId, cell: { race: 'late' }, createdAt: 9 })]);
    app.workbench.tracking.sync({ kind: 'dataset' });
    await app.clock.advance(1_000);
    expect(new Set(tracker.uploads.map(({ runId }) => runId)).size).toBe(2);
    expect([...tracker.sent.values()].map(({ artifacts }) => artifacts[0]?.metadata.items)).toEqual([40, 41]);
  });

  test('is refused while the environment makes no sense, with the reason', () => {
    const disk = newDisk();
    disk.tracking.env.WANDB_BASE_URL = 'nonsense';
    const app = openFakeWorkbench({ disk });
    expect(app.workbench.tracking.whyNot(JOB)).toContain('WANDB_BASE_URL');
  });
});

describe('settings of tracking', () => {
  test('are kept, and the test of the connection says whose key it is and where runs go', async () => {
    const app = openFakeWorkbench();
    const { trackingSettings } = app.workbench;
    trackingSettings.save({ ...NO_CHOICES, mode: 'online', project: 'nda', entity: 'lawyers' });
    expect(trackingSettings.read()).toMatchObject({ mode: 'online', project: 'nda', entity: 'lawyers' });
    expect(trackingSettings.read().sources).toMatchObject({ mode: 'settings', baseUrl: 'default' });
    const outcome = await trackingSettings.test();
    if (!outcome.ok) throw new Error(outcome.problem.what);
    expect(outcome.value).toContain("The key is ada's. Runs go to lawyers/nda.");
    expect(outcome.value).toContain('lawyers is none of its teams');
    trackingSettings.setKey(null);
    expect(trackingSettings.keySource()).toBe('none');
  });
});
