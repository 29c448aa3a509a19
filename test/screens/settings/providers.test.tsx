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
    await app.press('enter', 'down', 'down', 'down', 'enter');
    await app.waitFor('It is saved with the base URL http://127.0.0.1:9/v1: u uses it, t tests it.');
    expect(fake.disk.profiles).toContainEqual(SERVER);
  });

  it('is made from a preset that is found by its name, and is selected once it is saved', async () => {
    const fake = openFakeWorkbench();
    const app = await renderSettings(fake, { columns: 120, rows: 40 });
    await app.press('n');
    await app.waitFor('New provider');
    for (const sign of 'firew') await app.press(sign);
    await app.press('enter');
    await app.waitFor('FIREWORKS_API_KEY');
    for (const filled of ['Fireworks AI', 'https://api.fireworks.ai/inference/v1', 'Fireworks’ own'])
      expect(app.frame()).toContain(filled);
    await app.press('down', 'down', 'down', 'down', 'enter');
    for (const sign of 'acme') await app.press(sign);
    await app.press('enter', 'down', 'down', 'enter');
    await app.waitFor('Fireworks AI is saved: a types its key in, u uses it, t tests it.');
    expect(app.frame()).toMatch(/❯ Fireworks AI +┃/);
    expect(fake.disk.profiles.at(-1)).toEqual({
      id: 'fireworks-ai',
      name: 'Fireworks AI',
      kind: 'fireworks',
      jobDialect: 'fireworks',
      baseUrl: 'https://api.fireworks.ai/inference/v1',
      apiVersion: null,
      account: 'acme',
      keyVariable: 'FIREWORKS_API_KEY',
    });
  });

  it('of Azure says where its resource is, and fits on 80x24', async () => {
    const fake = openFakeWorkbench();
    const app = await renderSettings(fake, { columns: 80, rows: 24 });
    await app.press('n');
    for (const sign of 'azure') await app.press(sign);
    await app.press('enter');
    for (const label of ['API version', 'Subscription', 'Resource group', 'Resource', 'Key in', 'Save'])
      expect(app.frame()).toContain(label);
    await app.press('down', 'down', 'enter');
    await app.type('https://acme.openai.azure.com');
    await app.press('enter', 'down', 'down', 'down', 'enter');
    await app.type('sub-1');
    await app.press('enter', 'down', 'enter');
    await app.type('tuning');
    await app.press('enter', 'down', 'down', 'down', 'enter');
    await app.waitFor('is saved');
    expect(fake.disk.profiles.at(-1)).toMatchObject({ kind: 'azure', subscription: 'sub-1', resourceGroup: 'tuning' });
  });

  it('of a preset that is a list too long for 80x24 scrolls to the last one', async () => {
    const app = await renderSettings(openFakeWorkbench(), { columns: 80, rows: 24 });
    await app.press('n');
    await app.waitFor('New provider');
    for (let n = 0; n < 16; n++) await app.press('down');
    await app.press('enter');
    await app.waitFor('what you call it');
    expect(app.frame()).toContain('http://localhost:4000/v1');
  });

  it('loses its key with its host, which is said', async () => {
    const fake = openFakeWorkbench();
    fake.workbench.settings.saveProfile(SERVER);
    fake.workbench.settings.setKey('mine', 'of-the-old-host');
    const app = await renderSettings(fake, { columns: 120, rows: 40 });
    await app.press('G', 'enter', 'down', 'down', 'enter', 'ctrl-u');
    for (const sign of 'http://127.0.0.1:8/v1') await app.press(sign);
    await app.press('enter', 'down', 'down', 'down', 'enter');
    await app.waitFor('Its key was for 127.0.0.1:9 and is dropped: a types one in.');
    expect(fake.workbench.settings.keyFacts('mine').source).toBe('none');
  });

  it('asks before a key goes over plain http to another machine, and then tests', async () => {
    const fake = openFakeWorkbench();
    fake.workbench.settings.saveProfile({ ...SERVER, baseUrl: 'http://lab.example:8000/v1' });
    const app = await renderSettings(fake, { columns: 120, rows: 40 });
    await app.press('G', 'a', 's', 'e', 'c', 'enter');
    await app.waitFor('Send the key to lab.example:8000 over plain http?');
    await app.press('n');
    await app.waitFor('The key is not sent.');
    expect(app.frame()).toContain('plain http: t asks before lab.example:8000');
    await app.press('t', 'enter', 'y');
    await app.waitFor('No way to mine.');
    expect(fake.disk.profiles.at(-1)).toMatchObject({ plainHttp: 'http://lab.example:8000' });
    expect(fake.workbench.settings.keyFacts('mine').readableAt).toBeNull();
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
