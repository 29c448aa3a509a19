import type { ReactNode } from 'react';
import { expect, it } from 'vitest';
import { WorkbenchProvider } from '../../src/app/react.tsx';
import { Frame } from '../../src/components/layout/frame.tsx';
import { plainTarget } from '../../src/domain/bakeoff/target.ts';
import type { Bakeoff } from '../../src/domain/bakeoff/types.ts';
import type { ScreenId } from '../../src/domain/project/types.ts';
import { bindingSets } from '../../src/keys/binding-sets.ts';
import { SCREEN_ORDER, SCREEN_TITLES } from '../../src/keys/bindings/global.ts';
import { GenerateScreen } from '../../src/screens/generate/generate-screen.tsx';
import { HomeScreen } from '../../src/screens/home/home-screen.tsx';
import { type FakeWorkbench, openFakeWorkbench } from '../app/fakes/fake-workbench.ts';
import { fakeProvider, remoteFile } from '../app/fakes/provider.ts';
import { type Rendered, render } from '../harness/render.tsx';
import { ask, exchange, renderChat } from './chat/render-chat.tsx';
import { many, renderDataset } from './dataset/render-dataset.tsx';
import { fakeWorkbenchWithRows, renderEvaluate, runEvaluation } from './evaluate/render-evaluate.tsx';
import { renderSettings } from './settings/render-settings.tsx';
import { renderTemplate } from './template/render-template.tsx';
import { deployableJob } from './train/deployable.ts';
import { realJob, written } from './train/exportable.ts';
import { done, fakeWorkbenchWith, renderTrain, running } from './train/render-train.tsx';

const FACTS = { project: 'P', breadcrumb: [], provider: 'Engine', practice: true, running: 0, spentUsd: 0 };

const renderBare = ({ store, workbench }: FakeWorkbench, screen: ReactNode): Promise<Rendered> =>
  render(
    <WorkbenchProvider store={store} workbench={workbench}>
      <Frame facts={FACTS} notice={null}>
        {screen}
      </Frame>
    </WorkbenchProvider>,
    { columns: 100, rows: 30 },
  );

const BAKEOFF: Bakeoff = {
  id: 'bakeoff-1',
  projectId: '',
  name: 'P',
  createdAt: 1,
  targets: [plainTarget('embedded', 'practice-small')],
  path: null,
  validationPath: null,
  seed: 1,
  margin: null,
  capUsd: null,
  stopBehind: false,
  graders: [{ kind: 'exact' }],
  sampling: {},
  stopped: {},
  deployed: {},
};

/** Goes through every view of a screen; gives what was rendered on the way. */
type Walk = () => Promise<readonly Rendered[]>;

const walks = {
  home: async () => {
    const app = await renderBare(openFakeWorkbench(), <HomeScreen />);
    await app.press('T', 'tab', 'tab');
    return [app];
  },
  template: async () => {
    const app = await renderTemplate({ columns: 140, rows: 40 });
    await app.press('tab');
    await app.press('t');
    return [app];
  },
  generate: async () => {
    const fake = openFakeWorkbench();
    const app = await renderBare(fake, <GenerateScreen />);
    await fake.clock.advance(1_000);
    await app.press('s', 'y');
    await app.waitFor('Latest');
    return [app];
  },
  dataset: async () => {
    const { screen } = await renderDataset({ make: many(12), columns: 100, rows: 30 });
    await screen.press('space', 'escape');
    for (const key of ['c', 'b', 'v', 'd']) await screen.press(key, 'escape');
    await screen.press('p', 's', 'y');
    await screen.waitFor(/[1-9]\d* validation/);
    await screen.press('c');
    await screen.waitFor(/no leak|Leak 1 of/i);
    const empty = await renderDataset({ make: () => [] });
    const record = { text: 'Is it?', answer: 'Yes' };
    empty.disk.documents.files.set('/rows.jsonl', `${JSON.stringify(record)}\n`);
    await empty.screen.press('o');
    await empty.screen.type('/rows.jsonl\r');
    await empty.screen.waitFor('Example 1 of');
    await empty.screen.press('s');
    await empty.screen.waitFor('1 added');
    return [screen, empty.screen];
  },
  train: async () => {
    const held = Promise.withResolvers<void>();
    const provider = fakeProvider({
      files: {
        list: async () => [],
        content: async () => '',
        upload: async ({ filename, bytes }) => {
          await held.promise;
          return remoteFile('file-1', filename, bytes);
        },
      },
      jobs: { events: async () => [], checkpoints: async () => [] },
    });
    const fake = fakeWorkbenchWith([running, done], 16, { providers: [provider] });
    const { id: projectId } = fake.store.getState().project;
    fake.disk.bakeoffs.save({ ...BAKEOFF, projectId });
    const app = await renderTrain(fake, { columns: 100, rows: 30 });
    await app.press('escape', 'b', 'o', 'enter');
    await app.waitFor('1 target, ');
    await app.press('enter');
    await app.waitFor('Which came out best');
    await app.press('escape', 'escape', 'escape', 'f', 'escape', 'space', 'down', 'space', 'm', 'escape', 'n');
    await app.waitFor('13 to train on');
    await app.press('s', 'y');
    await fake.clock.advance(250);
    await app.waitFor('Uploading');
    const deployable = await deployableJob();
    await deployable.app.press('d');
    const exported = await renderTrain(fakeWorkbenchWith([realJob], 16, { exportModel: async () => written }));
    await exported.press('enter', 'x', 'enter', 'enter');
    await exported.waitFor('To serve it:');
    return [app, deployable.app, exported];
  },
  chat: async () => {
    const app = await renderChat();
    await exchange(app, 'Hello', 'Good day.');
    await app.press('f', 'escape', 'm', 'escape');
    await ask(app, 'And again');
    return [app];
  },
  evaluate: async () => {
    const fake = fakeWorkbenchWithRows(12);
    await runEvaluation(fake);
    const app = await renderEvaluate(fake, { columns: 120, rows: 40 });
    await app.press('n', 'm', 'escape', 'escape', 'enter', 's', 'c');
    await app.waitFor('3 classes');
    await app.press('tab', 'escape', 'b', 'escape', 'r');
    return [app];
  },
  settings: async () => {
    const app = await renderSettings(openFakeWorkbench(), { columns: 120, rows: 40 });
    await app.press('tab', 'tab');
    const machine = await renderSettings(openFakeWorkbench());
    await machine.press('w');
    await machine.waitFor('The runner is not installed.');
    await machine.press('escape', 'b');
    await machine.waitFor('There is none yet.');
    return [app, machine];
  },
} satisfies Record<ScreenId, Walk>;

/** The bindings of a screen and of the components that are only its own. */
const idsOf = (title: string): readonly string[] =>
  bindingSets
    .filter(({ place }) => place === title || place.startsWith(`${title}: `))
    .flatMap(({ bindings }) => bindings.map(({ id }) => id));

it.each(SCREEN_ORDER)('every binding of %s is handled somewhere on it', async (screen) => {
  const apps = await walks[screen]();
  const missing = idsOf(SCREEN_TITLES[screen]).filter((id) => !apps.some((app) => app.handled().has(id)));
  expect(missing).toEqual([]);
});
