import { expect, it } from 'vitest';
import { deployableJob } from '../deployable.ts';

it('deploys the model at a price that is shown first, and takes it away again', async () => {
  const { at, desk, app, pass } = await deployableJob();
  await app.press('d');
  expect(app.frame()).toContain('It costs $4.00 an hour.');
  expect(app.frame()).toContain('It runs until it is undeployed.');
  await app.press('i');
  expect(app.frame()).toContain('It stops when it is idle.');
  expect(at.made).toEqual([]);
  await app.press('y');
  await pass(5_000);
  const [name = ''] = at.made;
  expect(app.frame()).toMatch(/deployed \d+\.\d h, \$/);
  expect(desk.store.getState().project.chat.models[0]).toBe(`acme/${name}`);
  const [deployed] = desk.store.getState().deployments;
  expect(deployed).toMatchObject({ answered: true, order: { choices: { idleStopMinutes: 60 } } });

  await app.press('d');
  expect(app.frame()).toContain('Take the deployment away?');
  await app.press('y');
  await pass(5_000);
  expect([at.there.size, desk.store.getState().deployments.length]).toEqual([0, 0]);
  expect(app.frame()).not.toMatch(/deployed \d/);
});

it('makes nothing where one says no', async () => {
  const { at, app } = await deployableJob();
  await app.press('d');
  await app.press('n');
  expect(app.frame()).not.toContain('It costs');
  expect(at.made).toEqual([]);
});

it('looks at what is billed, and notices that it was taken away elsewhere', async () => {
  const { at, desk, app, pass } = await deployableJob();
  await app.press('d');
  await app.press('y');
  await pass(5_000);
  expect(desk.store.getState().deployments.length).toBe(1);
  at.there.clear();
  await pass(70_000);
  expect(desk.store.getState().deployments).toEqual([]);
  expect(at.made.length).toBe(1);
});

it('shows the word of the provider while it does not answer yet', async () => {
  const { at, app, pass } = await deployableJob();
  at.fresh = { stage: 'starting', word: 'PROVISIONING', message: '' };
  await app.press('enter');
  await app.press('y');
  await pass(5_000);
  expect(app.frame()).toContain('deploying PROVISIONING');
  expect(app.frame()).toContain('d deploy');
});
