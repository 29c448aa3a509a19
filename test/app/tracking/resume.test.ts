import { describe, expect, test } from 'vitest';
import { ProviderError } from '../../../src/domain/provider/provider.ts';
import { NO_CHOICES } from '../../../src/domain/tracking/settings.ts';
import { newDisk, openFakeWorkbench } from '../fakes/fake-workbench.ts';
import { jobOf, recordOf } from '../fakes/jobs.ts';
import { fakeProvider } from '../fakes/provider.ts';
import { fileProvider, JOB, noticeText, openRun, openToTrain, trained } from '../fakes/training.ts';

describe('an upload that broke off when the app ended', () => {
  test('goes on at the next start in online mode, and nothing else is sent', async () => {
    const first = openToTrain('offline');
    await trained(first);
    first.workbench.tracking.sync({ kind: 'dataset' });
    await first.clock.advance(1_000);
    const { tracker, tracking } = first.disk;
    // The job's run is there in part; the dataset's was sent whole, and another run never was.
    const run = tracker.written.get('ftjob-1');
    if (run === undefined) throw new Error('The job is written.');
    tracker.sent.set('ftjob-1', { ...run });
    tracker.written.set('other', { ...run, id: 'other' });
    // A version of the dataset whose upload was cancelled is not sent unasked.
    const version = [...tracker.written.values()].find(({ jobType }) => jobType === 'dataset');
    if (version !== undefined) tracker.sent.set(version.id, { ...version });
    tracker.uploads.length = 0;
    tracking.save({ ...NO_CHOICES, mode: 'online' });
    const second = openFakeWorkbench({ disk: first.disk, providers: [fileProvider()] });
    second.resume();
    await second.clock.advance(1_000);
    expect(tracker.uploads.map(({ runId }) => runId)).toEqual(['ftjob-1']);
    expect(second.workbench.tracking.state(JOB)?.sync).toBe('synced');
  });
});

describe('a job that ended when nobody could write it', () => {
  test('is written when the app ends before the write does: it waits for that', async () => {
    const app = openToTrain('offline');
    const { promise, resolve } = Promise.withResolvers<void>();
    app.disk.tracker.writeGate = promise;
    await trained(app);
    expect(app.disk.tracker.written.size).toBe(0);
    const closed = app.close();
    resolve();
    await closed;
    expect(app.disk.tracker.written.has('ftjob-1')).toBe(true);
  });

  test('is written at the next start after a kill, and an old one is not', async () => {
    const disk = newDisk();
    const app = openFakeWorkbench({ disk, providers: [fileProvider()] });
    const { id: projectId } = app.store.getState().project;
    const now = app.clock.now() / 1000;
    // Written before its end, and the app was killed before it could be written again.
    const open = { ...openRun, id: 'ftjob-open' };
    disk.tracker.written.set(open.id, open);
    const endedAt = (id: string, finishedAt: number) =>
      disk.deps.jobs.save({ ...recordOf(jobOf({ id, status: 'succeeded', finishedAt })), projectId });
    endedAt('ftjob-new', now - 60);
    endedAt('ftjob-open', now - 60);
    endedAt('ftjob-old', now - 2 * 86_400);
    app.resume();
    await app.clock.advance(1_000);
    expect([...disk.tracker.written.keys()].toSorted()).toEqual(['ftjob-new', 'ftjob-open']);
    expect(disk.tracker.written.get('ftjob-open')?.end?.outcome).toBe('finished');
    expect(disk.tracker.uploads).toEqual([]);
  });
});

describe('a job whose provider no longer hands out its files', () => {
  test('keeps the run that has them, and sends that', async () => {
    const first = openToTrain('offline');
    await trained(first);
    const { tracker } = first.disk;
    const whole = tracker.written.get('ftjob-1');
    expect(whole?.artifacts.map(({ type }) => type)).toContain('training_files');
    const gone = fakeProvider({
      files: { content: () => Promise.reject(new ProviderError('not-found', 'No such file.', { status: 404 })) },
      jobs: { events: async () => [], checkpoints: async () => [] },
    });
    const second = openFakeWorkbench({ disk: first.disk, providers: [gone] });
    second.workbench.tracking.sync(JOB);
    await second.clock.advance(1_000);
    expect(tracker.sent.get('ftjob-1')).toBe(whole);
    expect(noticeText(second)).toContain('The run on disk is more whole, and was kept.');
  });
});

describe('a job that is still running when the app ends', () => {
  test('is not begun to be shown again while the app waits for what is written', async () => {
    const app = openToTrain('online', { runs: 300 });
    app.workbench.train.start();
    await app.clock.advance(20_000);
    const { tracker } = app.disk;
    const { promise, resolve } = Promise.withResolvers<void>();
    tracker.writeGate = promise;
    app.workbench.tracking.sync({ kind: 'dataset' });
    await app.clock.advance(100);
    const closed = app.close();
    await app.clock.advance(2_000);
    const before = tracker.uploads.filter(({ runId }) => runId === 'ftjob-1').length;
    resolve();
    await closed;
    await app.clock.advance(120_000);
    expect(tracker.uploads.filter(({ runId }) => runId === 'ftjob-1')).toHaveLength(before);
  });
});
