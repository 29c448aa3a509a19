import { describe, expect, it } from 'vitest';
import { WorkbenchProvider } from '../../src/app/react.tsx';
import type { ScreenId } from '../../src/domain/project/types.ts';
import type { Checkpoint } from '../../src/domain/training/types.ts';
import { GenerateScreen } from '../../src/screens/generate/generate-screen.tsx';
import { type FakeWorkbench, newDisk, openFakeWorkbench } from '../app/fakes/fake-workbench.ts';
import { type Rendered, type RenderOptions, render } from '../harness/render.tsx';
import { fakeWorkbenchWithRows, renderEvaluate, runEvaluation } from './evaluate/render-evaluate.tsx';
import {
  BEGINNING,
  done,
  fakeWorkbenchWith,
  measured,
  practiceJob,
  renderTrain,
  type StoredJob,
} from './train/render-train.tsx';

type Render = (desk: FakeWorkbench, options: RenderOptions) => Promise<Rendered>;

const SIZE = { columns: 100, rows: 30 };

/** Where the cursor is; each line that has one. */
const cursors = (frame: string): readonly string[] => frame.split('\n').filter((line) => line.includes('❯'));

/** A key to press, or what must be on the screen before the next one. */
type Step = string | RegExp;

/** Takes the steps, and expects what is then seen again after a visit elsewhere and after a restart. */
async function expectKept(desk: FakeWorkbench, show: Render, steps: readonly Step[], seen: RegExp): Promise<void> {
  const screen: ScreenId = desk.store.getState().screen;
  const app = await show(desk, SIZE);
  for (const step of steps) await (typeof step === 'string' ? app.press(step) : app.waitFor(step));
  await app.waitFor(seen);
  const before = cursors(app.frame());
  desk.workbench.navigation.go('home');
  await app.settled();
  desk.workbench.navigation.go(screen);
  await app.waitFor(seen);
  expect(cursors(app.frame())).toEqual(before);
  app.unmount();
  await desk.close();

  const again = openFakeWorkbench({ disk: desk.disk });
  again.store.setState({ screen });
  const restarted = await show(again, SIZE);
  await restarted.waitFor(seen);
  expect(cursors(restarted.frame())).toEqual(before);
  restarted.unmount();
  await again.close();
}

const checkpoints: readonly Checkpoint[] = [10, 20, 30].flatMap((step) => {
  const { metrics } = measured(step);
  if (metrics === null) return [];
  return [{ id: `ftckpt-${step}`, jobId: done.job.id, model: `model-${step}`, step, createdAt: step, metrics }];
});

function deskWithJobs(jobs: readonly StoredJob[]): FakeWorkbench {
  const desk = fakeWorkbenchWith(jobs);
  desk.disk.deps.jobs.saveCheckpoints(done.job.id, checkpoints);
  return desk;
}

const twin: StoredJob = {
  job: practiceJob({ ...done.job, id: 'ftjob-dddd4444', hyperparameters: { ...done.job.hyperparameters, nEpochs: 9 } }),
  record: { trainRows: 99 },
};

describe('where one was in Train is found again', () => {
  it.each([
    ['the selected event of a job', ['enter', 'g', 'j'], /❯.*Validating training file/],
    ['the selected checkpoint of a job', ['enter', 'v', 'j'], /❯.*model-20/],
  ] as const)('%s', async (_, keys, seen) => {
    await expectKept(deskWithJobs([done]), renderTrain, keys, seen);
  });

  it.each([
    ['that what differs is shown', ['d'], /What differs/],
    ['the selected difference', ['d', 'j'], /❯ \S/],
  ] as const)('of compared jobs, %s', async (_, keys, seen) => {
    await expectKept(deskWithJobs([done, twin]), renderTrain, ['space', 'down', 'space', 'm', ...keys], seen);
  });

  it('of the job it was in, and another one begins anew', async () => {
    const desk = deskWithJobs([done, { ...twin, events: BEGINNING }]);
    const app = await renderTrain(desk, SIZE);
    await app.press('enter', 'g', 'escape', 'j', 'enter');
    expect(app.frame()).toMatch(/❯.*(Fine-tuning job started|successfully completed)/);
  });
});

describe('where one was in Evaluate is found again', () => {
  it.each([
    ['the pane of the summary', ['tab'], /┏━ Compared/],
    ['the selected confusion', ['c', 'j'], /❯ 2 of 20 {2}transfer taken/],
    [
      'the pane and the cell of the matrix',
      ['c', 'tab', 'j', 'l', 'l'],
      /┏━ 3 classes[\s\S]*top up taken for transfer/,
    ],
    ['the order of the classes', ['C', 'o'], /items ↓/],
    ['the selected class', ['C', 'j'], /❯ top up/],
    ['the selected slice', ['S', 'j'], /❯ label +top up/],
    ['the filter and the selected row', ['enter', 'j'], /┏━ Row 2 of 4/],
  ] as const)('%s', async (_, keys, seen) => {
    const desk = fakeWorkbenchWithRows(60);
    await runEvaluation(desk);
    await expectKept(desk, renderEvaluate, ['enter', 's', /┏━ Models/, ...keys], seen);
  });

  it('and Enter shows the rows behind the cell that is found again', async () => {
    const desk = fakeWorkbenchWithRows(60);
    await runEvaluation(desk);
    const steps = ['enter', 's', /┏━ Models/, 'c', 'tab', 'j', 'j'];
    await expectKept(desk, renderEvaluate, steps, /transfer taken for card lost: /);
    const again = openFakeWorkbench({ disk: desk.disk });
    again.store.setState({ screen: 'evaluate' });
    const app = await renderEvaluate(again, SIZE);
    await app.waitFor('transfer taken for card lost: ');
    await app.press('enter');
    expect(app.frame()).toContain('filter: transfer taken for card lost');
    app.unmount();
    await again.close();
  });
});

function renderGenerate(desk: FakeWorkbench, options: RenderOptions): Promise<Rendered> {
  return render(
    <WorkbenchProvider store={desk.store} workbench={desk.workbench}>
      <GenerateScreen />
    </WorkbenchProvider>,
    options,
  );
}

describe('where one was in a run of Generate is found again', () => {
  it.each([
    ['the selected row', ['j', 'j'], /Latest/],
    ['that problems are shown', ['v'], /Problems \(0\)/],
  ] as const)('%s', async (_, keys, seen) => {
    const desk = openFakeWorkbench({ disk: newDisk() });
    desk.workbench.generate.start({ ...desk.store.getState().project.plan, concurrency: 2 });
    await desk.clock.advance(450);
    const app = await renderGenerate(desk, SIZE);
    const first = cursors(app.frame());
    await app.press(...keys);
    await app.waitFor(seen);
    const before = cursors(app.frame());
    expect(before).not.toEqual(first);
    app.unmount();
    const again = await renderGenerate(desk, SIZE);
    expect(again.frame()).toMatch(seen);
    expect(cursors(again.frame())).toEqual(before);
    again.unmount();
    await desk.close();
  });
});
