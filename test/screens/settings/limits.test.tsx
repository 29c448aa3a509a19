import { expect, it } from 'vitest';
import { openFakeWorkbench } from '../../app/fakes/fake-workbench.ts';
import { renderSettings } from './render-settings.tsx';

it('the limits of calls are shown, changed in their fields and saved', async () => {
  const fake = openFakeWorkbench();
  const app = await renderSettings(fake, { columns: 140, rows: 40 });
  expect(app.frame()).toContain('first byte 60 s, pause 60 s');
  await app.press('l', 'right', 'down', 'down', 'right', 'down', 'enter');
  expect(fake.disk.limits).toEqual({ firstMs: 70_000, betweenMs: 60_000, wholeMs: 610_000 });
  expect(app.frame()).toContain('first byte 70 s');
});

it('limits that are not saved are dropped', async () => {
  const fake = openFakeWorkbench();
  const app = await renderSettings(fake, { columns: 140, rows: 40 });
  await app.press('l', 'right', 'escape');
  expect(fake.disk.limits.firstMs).toBe(60_000);
});

it('whom calls wait for is in the state as long as it is waited for, and not after the end', async () => {
  const fake = openFakeWorkbench();
  fake.disk.showWaiting({ place: 'api.x.com', ms: 23_000 });
  expect(fake.store.getState().waiting).toEqual({ place: 'api.x.com', ms: 23_000 });
  fake.disk.showWaiting(null);
  expect(fake.store.getState().waiting).toBeNull();
});
