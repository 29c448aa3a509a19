import { describe, expect, it } from 'vitest';
import type { ProviderProfile } from '../../../src/domain/provider/provider.ts';
import { openFakeWorkbench } from '../../app/fakes/fake-workbench.ts';
import { renderSettings } from './render-settings.tsx';

const SERVER: ProviderProfile = {
  id: 'mine',
  name: 'My server',
  kind: 'compatible',
  baseUrl: 'http://127.0.0.1:9/v1',
  jobDialect: 'method',
  apiVersion: null,
};

describe('the selected provider', () => {
  it('is neither removed nor given a key or settings where it is the practice engine, and each key says why', async () => {
    const fake = openFakeWorkbench();
    const before = [...fake.disk.profiles];
    const app = await renderSettings(fake, { columns: 120, rows: 40 });
    const refusals = [
      ['u', 'it is in use already'],
      ['a', 'the practice engine makes its own key'],
      ['e', 'the practice engine needs no settings'],
      ['x', 'this provider is always there'],
    ] as const;
    for (const [key, reason] of refusals) {
      await app.press(key);
      expect(app.frame()).toContain(reason);
    }
    expect(fake.disk.profiles).toEqual(before);
  });

  it('says so where its base URL is mended', async () => {
    const fake = openFakeWorkbench();
    fake.workbench.settings.saveProfile(SERVER);
    const app = await renderSettings(fake, { columns: 120, rows: 40 });
    await app.press('G', 'enter', 'down', 'down', 'enter');
    for (const sign of '/chat/completions?x=1') await app.press(sign);
    await app.press('enter', 'down', 'down', 'enter');
    await app.waitFor('It is saved with the base URL http://127.0.0.1:9/v1: u uses it, t tests it.');
    expect(fake.disk.profiles).toContainEqual(SERVER);
  });

  it('speaks the words of its kind, and has its fields, once a kind is chosen', async () => {
    const fake = openFakeWorkbench();
    const app = await renderSettings(fake, { columns: 120, rows: 40 });
    await app.press('n', 'enter', 'F', 'enter', 'down', 'right', 'right', 'right', 'right');
    await app.waitFor('Fireworks AI');
    expect(app.frame()).toContain('Fireworks’ own');
    await app.press('down', 'down', 'down', 'enter');
    for (const sign of 'acme') await app.press(sign);
    await app.press('enter', 'down', 'enter');
    await app.waitFor('F is saved');
    expect(fake.disk.profiles.at(-1)).toMatchObject({
      name: 'F',
      kind: 'fireworks',
      jobDialect: 'fireworks',
      baseUrl: null,
      account: 'acme',
    });
  });

  it('is removed after a yes where one added it', async () => {
    const fake = openFakeWorkbench();
    fake.workbench.settings.saveProfile(SERVER);
    const app = await renderSettings(fake, { columns: 120, rows: 40 });
    await app.press('G', 'x', 'n');
    expect(fake.disk.profiles).toContainEqual(SERVER);
    await app.press('x', 'y');
    expect(fake.disk.profiles).not.toContainEqual(SERVER);
  });
});
