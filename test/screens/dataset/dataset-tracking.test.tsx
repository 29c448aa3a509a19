import { expect, it } from 'vitest';
import { many, renderDataset } from './render-dataset.tsx';

it('logs this version to W&B with w, and copies its link', async () => {
  const { screen, disk, clock, copied } = await renderDataset({ make: many(12) });
  await screen.press('w');
  await clock.advance(1_000);
  await screen.waitFor('https://wandb.ai/team/proj/runs/dataset-');
  expect([...disk.tracker.sent.values()].map(({ jobType }) => jobType)).toEqual(['dataset']);
  await screen.press('Y');
  expect(copied).toEqual([`https://wandb.ai/team/proj/runs/${[...disk.tracker.sent.keys()][0]}`]);
});

it('has no version to log where there are no rows, and says why', async () => {
  const { screen, workbench, store, refused, clock, disk } = await renderDataset({ make: () => [] });
  await screen.press('w', 'Y');
  await clock.advance(1_000);
  const reason = 'there are no rows yet: 3 generates, o imports';
  expect(refused.map(({ id, disabledReason }) => [id, disabledReason])).toEqual([
    ['dataset.track', reason],
    ['dataset.link', reason],
  ]);
  expect(store.getState()).toMatchObject({ notice: null, operations: [] });
  expect(disk.tracker.uploads).toEqual([]);
  expect(workbench.tracking.whyNot({ kind: 'dataset' })).toBe('there are no rows');
});
