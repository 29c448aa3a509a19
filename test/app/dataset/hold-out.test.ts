import { expect, it } from 'vitest';
import type { SplitRequest } from '../../../src/app/dataset/splits.ts';
import { itemsOfRows } from '../../../src/app/evaluation/items.ts';
import type { Row } from '../../../src/domain/dataset/types.ts';
import { openFakeWorkbench } from '../fakes/fake-workbench.ts';
import { rowOf } from '../fakes/rows.ts';

const PAIR = { race: 'race0', class: 'class0' };
const request = (change: Partial<SplitRequest> = {}): SplitRequest => ({
  plan: { train: { kind: 'share', share: 0.8 }, seed: 1, by: 'random' },
  column: null,
  holdOut: { pairs: [PAIR], drawn: 0 },
  ...change,
});

/** A project with two rows of each of 5 x 4 combinations. */
function openProject() {
  const app = openFakeWorkbench();
  const { id: projectId } = app.store.getState().project;
  const make = (at: number, id = `r${at}`): Row =>
    rowOf(id, {
      projectId,
      cell: { race: `race${at % 5}`, class: `class${Math.floor(at / 5) % 4}` },
      prompt: [{ role: 'user', content: `${id} of ${at % 20}` }],
    });
  app.disk.deps.rows.put(Array.from({ length: 40 }, (_, at) => make(at)));
  const held = () =>
    [...app.disk.deps.rows.kept.values()].filter(({ cell }) => cell.race === 'race0' && cell.class === 'class0');
  return { ...app, projectId, make, held };
}

it('holds a pair out, proves it by the rows on disk, and holds it out of rows that come later', async () => {
  const { workbench, store, disk, projectId, make, held } = openProject();
  const done = await workbench.splits.assign(request());
  expect(done).toMatchObject({
    value: '32 rows put on train, 8 on validation. 2 rows of 1 pair held out; 0 of the training rows hold one of them.',
  });
  expect(held().map(({ split }) => split)).toEqual(['validation', 'validation']);
  expect(store.getState().project.training.heldOut).toEqual([PAIR]);
  disk.deps.rows.put([make(0, 'later')]);
  const { training, template } = store.getState().project;
  const side = (of: 'train' | 'validation') =>
    itemsOfRows(disk.deps.rows.scan(projectId, {}), template, training, of).map(({ id }) => id);
  expect(side('validation')).toContain('later');
  expect(side('train')).not.toContain('later');
  expect(await workbench.train.quote()).toMatchObject({ value: { heldOut: { rows: 3, leaked: 0, unseen: [] } } });
});

it('reads the training file of a folder back, and says what it holds', async () => {
  const { workbench, disk, held } = openProject();
  await workbench.splits.assign(request());
  const out = await workbench.dataset.exportFolder({ path: '/exports/f', replace: false }, 'not-rejected');
  expect(out).toMatchObject({ value: expect.stringContaining('2 rows of 1 pair held out; 0 of the training rows') });
  expect(disk.documents.files.get('/exports/f/train.jsonl')).not.toContain('r0 of 0');
  const plain = await workbench.dataset.export({ path: '/exports/all.jsonl', replace: false }, 'chat', 'not-rejected');
  expect(plain).toMatchObject({ value: expect.stringContaining('Both sides are in it, 1 held-out pair too') });
  // As another program, or an older Luthier, might put it.
  disk.deps.rows.put(held().map((row) => ({ ...row, split: 'train' })));
  const leaked = await workbench.dataset.exportFolder({ path: '/exports/f', replace: false }, 'not-rejected');
  expect(leaked).toMatchObject({
    value: expect.stringMatching(/2 of the training rows hold one .* 2 training rows hold a pair/),
  });
  expect(await workbench.train.quote()).toMatchObject({ value: { heldOut: { leaked: 2 } } });
});

it('never moves a row: what is trained on already cannot be held out until the split is cleared', async () => {
  const { workbench, store, held } = openProject();
  await workbench.splits.assign(request({ holdOut: { pairs: [], drawn: 0 } }));
  const trained = held().filter(({ split }) => split === 'train').length;
  const pairs = trained > 0 ? [PAIR] : [{ race: 'race1', class: 'class1' }];
  const refused = await workbench.splits.assign(request({ holdOut: { pairs, drawn: 0 } }));
  expect(refused).toMatchObject({
    ok: false,
    problem: { what: expect.stringContaining('on the training side already') },
  });
  expect(workbench.splits.preview(request({ holdOut: { pairs, drawn: 0 } }))).toMatchObject({ ok: false });
  await workbench.splits.clear();
  expect((await workbench.splits.assign(request({ holdOut: { pairs: [], drawn: 3 } }))).ok).toBe(true);
  const { heldOut } = store.getState().project.training;
  expect(heldOut).toHaveLength(3);
  expect(workbench.splits.preview(request({ holdOut: { pairs: [], drawn: 3 } }))).toMatchObject({
    value: { pairs: heldOut, heldOut: { pairs: 3, rows: 6, leaked: 0, unseen: [] } },
  });
  await workbench.splits.clear();
  expect(store.getState().project.training).not.toHaveProperty('heldOut');
});
