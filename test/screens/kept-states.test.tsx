import type { ReactNode } from 'react';
import { describe, expect, it } from 'vitest';
import { useAppState, WorkbenchProvider } from '../../src/app/react.tsx';
import { Frame } from '../../src/components/layout/frame.tsx';
import type { ScreenId } from '../../src/domain/project/types.ts';
import { ChatScreen } from '../../src/screens/chat/chat-screen.tsx';
import { DatasetScreen } from '../../src/screens/dataset/dataset-screen.tsx';
import { EvaluateScreen } from '../../src/screens/evaluate/evaluate-screen.tsx';
import { GenerateScreen } from '../../src/screens/generate/generate-screen.tsx';
import { HomeScreen } from '../../src/screens/home/home-screen.tsx';
import { SettingsScreen } from '../../src/screens/settings/settings-screen.tsx';
import { TemplateScreen } from '../../src/screens/template/template-screen.tsx';
import { TrainScreen } from '../../src/screens/train/train-screen.tsx';
import { type Disk, newDisk, openFakeWorkbench } from '../app/fakes/fake-workbench.ts';
import { type Rendered, render } from '../harness/render.tsx';
import { nthRow } from './dataset/render-dataset.tsx';

const SCREENS: Partial<Record<ScreenId, () => ReactNode>> = {
  home: HomeScreen,
  settings: SettingsScreen,
  template: TemplateScreen,
  generate: GenerateScreen,
  dataset: DatasetScreen,
  train: TrainScreen,
  chat: ChatScreen,
  evaluate: EvaluateScreen,
};

function Screens(): ReactNode {
  const screen = useAppState((state) => state.screen);
  const notice = useAppState((state) => state.notice);
  const facts = { project: 'P', breadcrumb: [screen], provider: 'Engine', practice: true, running: 0, spentUsd: 0 };
  const Shown = SCREENS[screen];
  return (
    <Frame facts={facts} notice={notice}>
      {Shown === undefined ? null : <Shown />}
    </Frame>
  );
}

interface Session {
  readonly app: Rendered;
  readonly projectId: string;
  show(screen: ScreenId): Promise<void>;
  project(id: string): Promise<void>;
  newProject(): Promise<void>;
  openRow(id: string): void;
  quit(): Promise<void>;
}

/** The app over a disk; over the same one again it is the app started again. */
async function start(disk: Disk): Promise<Session> {
  const desk = openFakeWorkbench({ disk });
  const { workbench, store } = desk;
  const app = await render(
    <WorkbenchProvider store={store} workbench={workbench}>
      <Screens />
    </WorkbenchProvider>,
    { columns: 100, rows: 30 },
  );
  return {
    app,
    projectId: store.getState().project.id,
    async show(screen) {
      workbench.navigation.go(screen);
      await app.settled();
    },
    async project(id) {
      workbench.projects.open(id);
      await app.settled();
    },
    async newProject() {
      workbench.projects.create('Second', 'dnd');
      await app.settled();
    },
    openRow: (id) => workbench.navigation.openRow(id),
    async quit() {
      app.unmount();
      await desk.close();
    },
  };
}

/** A disk with rows of the first project. */
async function diskWithRows(count: number): Promise<Disk> {
  const disk = newDisk();
  const first = await start(disk);
  disk.deps.rows.put(Array.from({ length: count }, (_, index) => nthRow(first.projectId, index)));
  await first.quit();
  return disk;
}

describe('where one was on a screen', () => {
  it('is found again on Dataset: filter, order and cursor, after a visit elsewhere and a restart, by project', async () => {
    const disk = await diskWithRows(12);
    const session = await start(disk);
    const { app, projectId } = session;
    await session.show('dataset');
    await app.press('/');
    await app.type('elf\r');
    await app.press('S', 'j', 'j');
    await app.waitFor('Row 3 of 6');
    await session.show('home');
    await session.show('dataset');
    expect(app.frame()).toContain('Row 3 of 6');
    expect(app.frame()).toContain('filter: "elf"');
    expect(app.frame()).toContain('by created ↓');
    await session.newProject();
    await session.show('dataset');
    expect(app.frame()).not.toContain('filter:');
    await session.project(projectId);
    await session.show('dataset');
    expect(app.frame()).toContain('filter: "elf"');
    await session.quit();

    const again = await start(disk);
    await again.show('dataset');
    expect(again.app.frame()).toContain('Row 3 of 6');
    expect(again.app.frame()).toContain('by created ↓');
    await again.quit();
  });

  it('gives way to a row that another screen asks for, once', async () => {
    const disk = await diskWithRows(12);
    const session = await start(disk);
    const { app, projectId } = session;
    session.openRow(nthRow(projectId, 4).id);
    await app.waitFor('Row 5 of 12');
    await app.press('j', 'j');
    expect(app.frame()).toContain('Row 7 of 12');
    await session.show('home');
    await session.show('dataset');
    expect(app.frame()).toContain('Row 7 of 12');
    await session.quit();
  });

  it.each([
    ['home', ['tab', 'j'], /┏━ Projects.*\n┃ {3}\S.*\n┃ ❯ /],
    ['settings', ['j'], /❯ OpenAI/],
    ['settings', ['tab'], /┏━ Models/],
    ['dataset', ['p', 'right'], /Size as +count of rows/],
    ['dataset', ['o', '/', 'x'], /\/x/],
  ] as const)('is found again on %s after %s', async (screen, keys, seen) => {
    const disk = await diskWithRows(12);
    const session = await start(disk);
    const { app } = session;
    await session.newProject();
    await session.project(session.projectId);
    await session.show(screen);
    await app.press(...keys);
    await app.waitFor(seen);
    await session.show('chat');
    await session.show(screen);
    if (screen === 'dataset') await app.press(keys[0]);
    await app.waitFor(seen);
    await session.quit();
    const again = await start(disk);
    await again.show(screen);
    if (screen === 'dataset') await again.app.press(keys[0]);
    await again.app.waitFor(seen);
    await again.quit();
  });

  it('is found again on Chat: what was written and not sent', async () => {
    const disk = newDisk();
    const session = await start(disk);
    await session.show('chat');
    await session.app.press('i');
    await session.app.type('half a thought');
    await session.quit();
    const again = await start(disk);
    await again.show('chat');
    expect(again.app.frame()).toContain('half a thought');
    await again.quit();
  });

  it('is found again on Template: pane and slot, held within the slots there are', async () => {
    const disk = newDisk();
    const session = await start(disk);
    const { app } = session;
    await session.show('template');
    await app.press('tab', 'j', 'right', 'j');
    const line = (frame: string): string => frame.split('\n').find((one) => one.includes('❯')) ?? '';
    const before = line(app.frame());
    expect(before).not.toBe('');
    await session.show('home');
    await session.show('template');
    expect(line(app.frame())).toBe(before);
    await session.quit();
    const again = await start(disk);
    await again.show('template');
    expect(line(again.app.frame())).toBe(before);
    await again.quit();
  });

  it.each([
    ['generate', [], /❯ Max tokens/],
    ['train', ['n'], /❯ Rows/],
    ['evaluate', ['n'], /❯ Models/],
  ] as const)('is found again on %s: the field of the form', async (screen, keys, field) => {
    const disk = await diskWithRows(12);
    const session = await start(disk);
    const { app } = session;
    await session.show(screen);
    await app.press(...keys);
    for (let step = 0; step < 12 && !field.test(app.frame()); step += 1) await app.press('j');
    expect(app.frame()).toMatch(field);
    await session.show('home');
    await session.show(screen);
    expect(app.frame()).toMatch(field);
    await session.quit();
    const again = await start(disk);
    await again.show(screen);
    expect(again.app.frame()).toMatch(field);
    await again.quit();
  });
});
