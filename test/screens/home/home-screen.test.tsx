import { describe, expect, it } from 'vitest';
import { activityLines } from '../../../src/screens/home/activity.ts';
import { TOUR } from '../../../src/screens/home/tour.ts';
import { type Disk, newDisk, openFakeWorkbench } from '../../app/fakes/fake-workbench.ts';
import { jobOf, recordOf } from '../../app/fakes/jobs.ts';
import { rowOf } from '../../app/fakes/rows.ts';
import { renderRoot } from '../root/render-root.tsx';
import { fakeOperation } from '../train/fake-operation.ts';

describe('activityLines', () => {
  it('has what runs, what is deployed, what was spent by kind, then the newest runs', () => {
    const ended = { ...fakeOperation(), status: 'succeeded', endedAt: 60_000 } as const;
    const job = recordOf(jobOf({ id: 'ftjob-1', status: 'succeeded', fineTunedModel: 'ft:a', createdAt: 30 }));
    const deployed = [{ name: 'acme/m0', answers: false, text: 'starting, 2.0 h, $8.00 so far' }];
    const lines = activityLines({
      operations: [fakeOperation(), ended],
      deployed,
      spending: [],
      jobs: [job],
      evaluations: [],
      now: 120_000,
    });
    expect(lines.map(({ label, kind }) => [label, kind])).toEqual([
      ['running', 'running'],
      ['deployed', 'warn'],
      ['spent', 'ok'],
      ['1 min', 'ok'],
    ]);
    expect(lines.at(-1)?.text).toBe('ftjob-1 succeeded · ft:a');
  });
});

async function openHome(disk: Disk, columns = 80, rows = 24) {
  const fake = openFakeWorkbench({ disk });
  const app = await renderRoot(fake, { columns, rows });
  return { fake, app };
}

describe('Home', () => {
  it('says what Luthier is, what happens next, what was spent, and shows the tour in its empty half', async () => {
    const { app } = await openHome(newDisk());
    expect(app.frame()).toContain('A large model writes rows, a small one learns them, and both are measured.');
    expect(app.frame()).toContain('Next: generate the dataset (Enter)  the price is shown first');
    expect(app.frame()).toContain(`First steps 1/${TOUR.length}`);
    expect(app.frame()).not.toContain('…');
  });

  it('lets every key through while the tour is on, and goes to the next note by t', async () => {
    const { app } = await openHome(newDisk());
    for (let note = 2; note <= TOUR.length; note++) {
      await app.press('t');
      expect(app.frame()).toContain(`First steps ${note}/${TOUR.length}`);
      expect(app.frame()).toContain('T end the tour');
    }
    await app.press('enter');
    expect(app.frame()).toContain('› Generate');
    await app.press('1', 't');
    expect(app.frame()).toContain('┏━ Workflow');
    expect(app.frame()).toContain('$0.00 in this project');
  });

  it('shows the tour of a data folder once: not after its end, not in a project with rows, again when asked', async () => {
    const disk = newDisk();
    const first = await openHome(disk);
    await first.app.press('T');
    expect(first.app.frame()).not.toContain('First steps');
    first.app.unmount();
    await first.fake.close();

    const again = await openHome(disk);
    expect(again.app.frame()).not.toContain('First steps');
    await again.app.press('t');
    expect(again.app.frame()).toContain('First steps 1/5');
    again.app.unmount();
    await again.fake.close();

    const used = newDisk();
    const project = openFakeWorkbench({ disk: used }).store.getState().project.id;
    used.deps.rows.put([rowOf('r1', { projectId: project })]);
    expect((await openHome(used)).app.frame()).not.toContain('First steps');
  });

  it('leads from a line of the activity to its screen', async () => {
    const disk = newDisk();
    const seed = openFakeWorkbench({ disk });
    const projectId = seed.store.getState().project.id;
    disk.deps.jobs.save({ ...recordOf(jobOf({ id: 'ftjob-1', status: 'succeeded' })), projectId });
    const { app } = await openHome(disk);
    await app.press('tab', 'tab', 'enter');
    expect(app.frame()).toContain('there is no screen for it');
    await app.press('j', 'enter');
    expect(app.frame()).toContain('› Train');
  });
});
