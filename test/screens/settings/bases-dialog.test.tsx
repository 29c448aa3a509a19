import { expect, it } from 'vitest';
import type { BaseModels, BaseOnDisk, PullOffer } from '../../../src/app/runtime/machine-ports.ts';
import { openFakeWorkbench } from '../../app/fakes/fake-workbench.ts';
import { renderSettings } from './render-settings.tsx';

const pulled: BaseOnDisk = {
  id: 'org/pulled',
  place: 'pulled',
  state: 'whole',
  missing: [],
  bytes: 1.2e9,
  license: 'apache-2.0',
};
const HERE: readonly BaseOnDisk[] = [
  pulled,
  { ...pulled, id: 'org/half', state: 'half', bytes: 3e8, license: null },
  { ...pulled, id: 'org/cached', place: 'huggingface', state: 'incomplete', missing: ['tokenizer'], license: null },
];

function models(here: readonly BaseOnDisk[] = HERE) {
  const done: string[] = [];
  const ended = Promise.withResolvers<BaseOnDisk>();
  const baseModels: BaseModels = {
    list: () => here,
    async prepare(name) {
      done.push(`prepare ${name}`);
      if (name === 'org/gone')
        throw Object.assign(new Error('There is no org/gone at the Hub.'), { next: 'See its name.' });
      const offer: PullOffer = {
        ...{ id: name, commit: 'a'.repeat(40), license: 'mit\u001b[31m', gated: true, files: 7, bytes: 2e9, left: 5e8 },
        ...{ folder: '/home/models/org--new', done: name === 'org/pulled', replaces: null },
        pull(onProgress) {
          done.push('pull');
          onProgress({ file: 'model.safetensors', have: 1.6e9, bytes: 2e9 });
          return ended.promise;
        },
      };
      return offer;
    },
    remove(id) {
      done.push(`remove ${id}`);
      return true;
    },
  };
  return { baseModels, done, ended };
}

it('says which base models are here, and pulls one after it has said its size and licence', async () => {
  const { baseModels, done, ended } = models();
  const desk = openFakeWorkbench({ baseModels });
  const app = await renderSettings(desk);
  await app.press('b');
  await app.waitFor(/org\/pulled[\s\S]*1\.2 GB, whole, pulled, apache-2\.0/);
  expect(app.frame()).toMatch(/org\/half[\s\S]*half pulled: pull it again to go on/);
  expect(app.frame()).toMatch(/org\/cached[\s\S]*no tokenizer, in the Hugging Face cache/);
  await app.press('p');
  await app.type('a b');
  expect(app.frame()).toContain('Name it as ORG/NAME');
  await app.press('ctrl-u');
  await app.type('org/new\r');
  await app.waitFor('7 files, 2.0 GB, 500 MB of it still to come');
  expect(app.frame()).toContain('Licence: mit');
  expect(app.frame()).toContain('Its terms must have been accepted');
  expect(app.raw()).not.toContain('\u001b[31m.');
  expect(done).toEqual(['prepare org/new']);
  await app.press('y');
  await expect.poll(() => done).toEqual(['prepare org/new', 'pull']);
  const operation = () => desk.store.getState().operations[0];
  await desk.clock.advance(250);
  await expect.poll(() => operation()?.fraction).toBe(0.8);
  expect(operation()).toMatchObject({ title: 'Pull org/new', detail: { name: 'model.safetensors', total: 2e9 } });
  ended.resolve({ ...pulled, id: 'org/new', bytes: 2e9, missing: ['tokenizer'] });
  await expect.poll(() => operation()?.status).toBe('succeeded');
  expect(operation()?.receipt?.summary).toContain('Its repository has no tokenizer');
});

it('tells what the Hub says, asks nothing where the model is here, and removes only what was pulled', async () => {
  const { baseModels, done } = models();
  const desk = openFakeWorkbench({ baseModels });
  const app = await renderSettings(desk);
  await app.press('b', 'p');
  await app.type('org/gone\r');
  const notice = () => desk.store.getState().notice;
  const problem = { what: 'There is no org/gone at the Hub.', saved: 'Nothing was pulled.', next: 'See its name.' };
  await expect.poll(notice).toMatchObject({ kind: 'problem', problem });
  await app.press('b', 'p');
  await app.type('org/pulled\r');
  await expect.poll(notice).toMatchObject({ kind: 'note', text: 'org/pulled is here at this commit, whole.' });
  await app.press('b', 'x');
  await app.waitFor('Remove which?');
  expect(app.frame()).not.toContain('org/cached');
  await app.press('enter');
  await app.waitFor('Remove org/pulled?');
  await app.press('y');
  expect(done.at(-1)).toBe('remove org/pulled');

  const none = await renderSettings(openFakeWorkbench({ baseModels: models([]).baseModels }));
  await none.press('b');
  await none.waitFor('There is none yet.');
});
