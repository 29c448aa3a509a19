import { expect, onTestFinished, test } from 'vitest';
import { createDatabase } from '../../../src/services/store/database.ts';
import { createRows } from '../../../src/services/store/rows/rows.ts';
import { temporaryHome } from '../../services/store/sample.ts';
import { settle } from '../fakes/clock.ts';
import { openFakeWorkbench } from '../fakes/fake-workbench.ts';
import { rowOf } from '../fakes/rows.ts';

const COUNT = 1_000;

function openWithRows() {
  const database = createDatabase({ home: temporaryHome() });
  onTestFinished(() => database.close());
  const rows = createRows(database);
  const app = openFakeWorkbench({ rows });
  const { id: projectId } = app.store.getState().project;
  const make = (index: number) =>
    rowOf(`r${index}`, { projectId, rating: index % 2 === 0 ? 'rejected' : 'unrated', createdAt: index % 7 });
  rows.put(Array.from({ length: COUNT }, (_, index) => make(index)));
  return { ...app, count: (filter: Parameters<typeof rows.counts>[1]) => rows.counts(projectId, filter).total };
}

/** Steps of 200 rows with a turn of the loop between them. */
async function stepsDone(): Promise<void> {
  for (let step = 0; step <= COUNT / 200; step++) await settle();
}

test('a whole filter is rated while the loop goes on, and one undo takes all of it back', async () => {
  const { workbench, count } = openWithRows();
  const rated = workbench.rows.rateAll({ rating: 'unrated' }, new Set(['r1']), 'accepted');
  expect(count({ rating: 'accepted' })).toBeLessThan(COUNT / 2);
  expect(await rated).toEqual({ ok: true, value: COUNT / 2 - 1 });
  expect([count({ rating: 'accepted' }), count({ rating: 'unrated' })]).toEqual([COUNT / 2 - 1, 1]);
  workbench.rows.edit('r3', { completion: 'Mine' });
  expect(workbench.rows.undo()).toBe('the edit of a row');
  expect(workbench.rows.undo()).toBe('accepted on 499 rows');
  await stepsDone();
  expect([count({ rating: 'rejected' }), count({ rating: 'unrated' })]).toEqual([COUNT / 2, COUNT / 2]);
  expect(workbench.rows.undo()).toBeNull();
});

test('a whole filter is removed, and brought back as it was', async () => {
  const { workbench, count } = openWithRows();
  expect(await workbench.rows.removeAll({ rating: 'rejected' }, new Set())).toEqual({ ok: true, value: COUNT / 2 });
  expect(count({})).toBe(COUNT / 2);
  expect(workbench.rows.undo()).toBe('the removal of 500 rows');
  await stepsDone();
  expect([count({}), count({ rating: 'rejected' })]).toEqual([COUNT, COUNT / 2]);
});

test('the label of an imported row goes with its answer; the slot of a generated row stays', () => {
  const { workbench, disk, store } = openFakeWorkbench();
  const projectId = store.getState().project.id;
  const cell = { label: 'Yes', document: 'a.pdf' };
  const row = rowOf('imported', { projectId, source: 'imported', cell, completion: ' Yes' });
  disk.deps.rows.put([row, { ...row, id: 'generated', source: 'generated' }]);
  for (const id of ['imported', 'generated']) workbench.rows.edit(id, { completion: 'No' });
  expect(workbench.rows.get('imported')?.cell).toEqual({ label: 'No', document: 'a.pdf' });
  expect(workbench.rows.get('generated')?.cell).toEqual(cell);
  workbench.rows.undo();
  workbench.rows.undo();
  expect(workbench.rows.get('imported')?.cell).toEqual(cell);
});

const CALL_LINE = JSON.stringify({
  messages: [
    { role: 'user', content: 'Weather?' },
    {
      role: 'assistant',
      content: null,
      tool_calls: [{ id: 'c1', type: 'function', function: { name: 'f', arguments: '{"a":1}' } }],
    },
  ],
  tools: [{ type: 'function', function: { name: 'f' } }],
});

test('an item with tools is learned whole, and an edit of its answer changes the call alone', () => {
  const app = openFakeWorkbench({});
  const item = { rowId: null, prompt: [], target: '', slices: {}, whole: CALL_LINE };
  expect(app.workbench.rows.learn(item)).toMatch(/^Added/);
  expect(app.workbench.rows.learn(item)).toBe('It is a row already.');
  const [id = ''] = app.workbench.rows.ids({});
  const learned = app.workbench.rows.get(id);
  expect(learned).toMatchObject({
    whole: CALL_LINE,
    prompt: [{ role: 'user', content: 'Weather?' }],
    completion: '[tool call] f({"a":1})',
  });
  if (learned !== null) expect(app.workbench.dataset.line(learned)).toBe(CALL_LINE);
  app.workbench.rows.edit(id, { completion: '[tool call] f({"a":2})' });
  expect(app.workbench.rows.get(id)?.whole).toBe(CALL_LINE.replace('\\"a\\":1', '\\"a\\":2'));
  app.workbench.rows.undo();
  expect(app.workbench.rows.get(id)?.whole).toBe(CALL_LINE);
});
