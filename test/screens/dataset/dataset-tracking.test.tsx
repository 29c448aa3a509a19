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

it('has no version to log where there are no rows', async () => {
  const { screen, disk } = await renderDataset({ make: () => [] });
  await screen.press('w');
  expect(disk.tracker.uploads).toEqual([]);
});
