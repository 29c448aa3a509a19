import { expect, it } from 'vitest';
import {
  done,
  failed,
  fakeWorkbenchWith,
  filesProvider,
  practiceJob,
  renderTrain,
  running,
  type StoredJob,
} from './render-train.tsx';

it('shows of each job how it stands at W&B', async () => {
  const desk = fakeWorkbenchWith([done, running, failed], 16, { providers: [filesProvider()] });
  const app = await renderTrain(desk, { columns: 140, rows: 40 });
  await app.press('escape');
  const rowOf = (word: string): string => app.lines().find((line) => line.includes(word)) ?? '';
  expect(app.lines()[2]).toMatch(/age +W&B/);
  expect(rowOf('✓ succeeded')).toMatch(/— +┃$/);
  const held = Promise.withResolvers<void>();
  desk.disk.tracker.gate = held.promise;
  while (!/❯ .*✓ succeeded/.test(app.frame())) await app.press('down');
  await app.press('w');
  await desk.clock.advance(1_000);
  await app.waitFor(/✓ succeeded.*… 50%/);
  held.resolve();
  await desk.clock.advance(1_000);
  await app.waitFor(/✓ succeeded.*✓ synced/);
  expect(rowOf('✗ failed')).toMatch(/— +┃$/);
  await app.press('Y');
  expect(desk.copied).toEqual(['https://wandb.ai/team/proj/runs/ftjob-bbbb2222']);
  await app.press('w');
  expect(app.frame()).toContain('Send it to W&B again?');
  await app.press('n');
  await app.resize(80, 24);
  // The base model's name goes before it does: the tuned model's holds it.
  await app.waitFor(/age +W&B/);
  await app.waitFor(/✓ succeeded.*✓ synced/);
  expect(app.frame()).not.toMatch(/ base /);
  await app.resize(60, 16);
  await app.waitFor(/✓ succeeded/);
});

it('opens the files of rows in sight alone, and again only when a run may stand otherwise', async () => {
  const many = Array.from({ length: 200 }, (_, index): StoredJob => {
    const id = `ftjob-${String(index).padStart(4, '0')}`;
    return { job: practiceJob({ id, status: 'succeeded', createdAt: 10_000 - index, finishedAt: 10_100 }) };
  });
  const desk = fakeWorkbenchWith(many);
  const asked: string[] = [];
  const { tracker } = desk.disk;
  const read = tracker.state.bind(tracker);
  tracker.state = (id) => {
    asked.push(id);
    return read(id);
  };
  const app = await renderTrain(desk);
  expect(asked.length).toBe(new Set(asked).size + 1);
  expect(new Set(asked).size).toBeLessThanOrEqual(24);
  asked.length = 0;
  desk.workbench.reads.invalidate('jobs');
  await app.settled();
  expect(asked).toEqual([]);
  desk.workbench.reads.invalidate('tracking');
  await app.settled();
  expect(asked.length).toBeGreaterThan(0);
});

it('has nothing to send where there is no job', async () => {
  const app = await renderTrain(fakeWorkbenchWith([], 0));
  await app.press('w');
  expect(app.lines().at(-2)).toContain('sync to tracker: there is no job yet');
});
