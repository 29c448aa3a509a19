import { expect, it } from 'vitest';
import type { ModelInfo } from '../../../src/domain/provider/provider.ts';
import { openFakeWorkbench } from '../../app/fakes/fake-workbench.ts';
import { fakeProvider } from '../../app/fakes/provider.ts';
import { renderSettings } from './render-settings.tsx';

const MODELS: readonly ModelInfo[] = [
  { id: 'llama', ownedBy: 'x', shutdownDate: '2030-02-03', tuned: false },
  { id: 'ft:llama:me::1', ownedBy: 'me', shutdownDate: null, tuned: true },
  { id: 'unheard-of', ownedBy: 'x', shutdownDate: null, tuned: false },
];

it('says when a model closes, and that a tuned one does with its base', async () => {
  const fake = openFakeWorkbench({ providers: [fakeProvider({ models: { list: async () => MODELS } })] });
  fake.resume();
  await fake.clock.advance(10);
  const wide = await renderSettings(fake, { columns: 160, rows: 40 });
  await wide.waitFor(/llama +2030-02-03 /);
  expect(wide.frame()).toMatch(/ft:llama:me::1 +2030-02-03 with its base/);
  expect(wide.frame()).toMatch(/unheard-of +- /);
  wide.unmount();
  const narrow = await renderSettings(fake, { columns: 80, rows: 24 });
  await narrow.press('tab');
  expect(narrow.frame()).toMatch(/ft:llama:me::1 +2030-02-03/);
});
