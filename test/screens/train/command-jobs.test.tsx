import { expect, it } from 'vitest';
import type { JobRecord } from '../../../src/domain/training/types.ts';
import { done, fakeWorkbenchWith, renderTrain } from './render-train.tsx';

const ofCommand: JobRecord = {
  projectId: 'headless-0123456789abcdef',
  providerId: 'embedded',
  trainRows: 8,
  validationRows: 2,
  quoteUsd: 0,
  job: { ...done.job, id: 'ftjob-command', fineTunedModel: 'ft:practice-small:me::command' },
};

it('jobs of commands stand among those of the app, are opened like them, and arrive while the app is open', async () => {
  const fake = fakeWorkbenchWith([done], 16);
  const app = await renderTrain(fake, { columns: 140, rows: 30 });
  expect(app.frame()).toContain('1 job ');
  fake.disk.deps.jobs.save(ofCommand);
  fake.changedElsewhere();
  await app.waitFor('2 jobs · 1 by command');
  await app.waitFor(/command +8\+2/);
  await app.press('G', 'enter');
  await app.waitFor('0 events');
});

it('one that still runs is followed by the app, and no project is changed by it', async () => {
  const fake = fakeWorkbenchWith([], 16);
  const before = fake.store.getState().project;
  fake.disk.deps.jobs.save({ ...ofCommand, job: { ...ofCommand.job, fineTunedModel: null, status: 'running' } });
  fake.resume();
  await fake.clock.advance(100);
  expect(fake.store.getState().operations.some(({ detail }) => detail.kind === 'watch')).toBe(true);
  expect(fake.store.getState().project).toEqual(before);
});
