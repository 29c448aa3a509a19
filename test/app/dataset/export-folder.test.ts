import { expect, it } from 'vitest';
import { openFakeWorkbench } from '../fakes/fake-workbench.ts';
import { rowOf } from '../fakes/rows.ts';

const to = { path: '/exports/nda', replace: false };

it('writes preference pairs as a folder in the columns of TRL, and says so where there are none', async () => {
  const app = openFakeWorkbench();
  const { id: projectId } = app.store.getState().project;
  const prompt = [{ role: 'user', content: 'q' }] as const;
  const none = await app.workbench.dataset.exportFolder(to, 'pairs');
  expect(none).toMatchObject({ ok: false, problem: { what: expect.stringContaining('no preference pair') } });
  app.disk.deps.rows.put([
    rowOf('r1', { projectId, rating: 'accepted', split: 'train', source: 'imported', prompt }),
    rowOf('r2', { projectId, rating: 'rejected', split: 'train', source: 'imported', prompt }),
  ]);
  const out = await app.workbench.dataset.exportFolder(to, 'pairs');
  expect(out).toMatchObject({ ok: true, value: expect.stringMatching(/^1 train pairs written/) });
  const { files } = app.disk.documents;
  expect(JSON.parse(String(files.get('/exports/nda/train.jsonl')))).toEqual({
    prompt,
    chosen: [{ role: 'assistant', content: 'Answer r1' }],
    rejected: [{ role: 'assistant', content: 'Answer r2' }],
  });
  expect(files.get('/exports/nda/README.md')).toContain('trl dpo');
  expect(files.has('/exports/nda/data/train-00000-of-00001.parquet')).toBe(true);
});

it('writes the rows by their sides as a folder, its own files again, and nobody else’s', async () => {
  const app = openFakeWorkbench();
  const { id: projectId } = app.store.getState().project;
  const prompt = [{ role: 'user', content: 'q' }] as const;
  app.disk.deps.rows.put([
    rowOf('r1', { projectId, rating: 'accepted', split: 'train', source: 'imported', prompt }),
    rowOf('r2', { projectId, rating: 'accepted', split: 'validation', source: 'imported', prompt }),
    rowOf('r3', { projectId, rating: 'rejected', split: 'train', source: 'imported', prompt }),
  ]);
  const out = await app.workbench.dataset.exportFolder(to, 'accepted');
  expect(out).toMatchObject({ ok: true, value: expect.stringMatching(/^1 train and 1 validation rows written/) });
  const { files } = app.disk.documents;
  expect([...files.keys()].toSorted()).toEqual([
    '/exports/nda/README.md',
    '/exports/nda/data/train-00000-of-00001.parquet',
    '/exports/nda/data/validation-00000-of-00001.parquet',
    '/exports/nda/dataset_info.json',
    '/exports/nda/train.jsonl',
    '/exports/nda/validation.jsonl',
  ]);
  expect(files.get('/exports/nda/validation.jsonl')).toContain('Answer r2');
  expect((await app.workbench.dataset.exportFolder(to, 'accepted')).ok).toBe(true);
  app.disk.documents.writers.set('/exports/nda/README.md', 'somebody');
  expect((await app.workbench.dataset.exportFolder(to, 'accepted')).ok).toBe(false);
  expect((await app.workbench.dataset.exportFolder({ ...to, replace: true }, 'accepted')).ok).toBe(true);

  // A row that is more than texts has no columns.
  const whole = '{"messages":[{"role":"user","content":"q"},{"role":"assistant","content":"a","weight":1}]}';
  app.disk.deps.rows.put([
    rowOf('r4', { projectId, rating: 'accepted', split: 'train', source: 'imported', prompt, whole }),
  ]);
  files.clear();
  const more = await app.workbench.dataset.exportFolder({ path: '/exports/more', replace: false }, 'accepted');
  expect(more).toMatchObject({ ok: true, value: expect.stringContaining('JSONL alone') });
  expect([...files.keys()].some((path) => path.endsWith('.parquet'))).toBe(false);
});
