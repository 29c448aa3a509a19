import { expect, test } from 'vitest';
import { createCatalog } from '../../../src/engine/runners/catalog.ts';
import { practiceRunner } from '../../../src/engine/runners/practice/runner.ts';
import type { Runner } from '../../../src/engine/runners/types.ts';

test('a base model that can be tuned is tuned by the trainer of its runner, and no other', async () => {
  for (const { id, methods } of await practiceRunner.models())
    expect(practiceRunner.trainer.tunes(id)).toBe(methods.length > 0);
});

test('of two models with one name the first runner’s counts', async () => {
  const [first] = await practiceRunner.models();
  if (first === undefined) throw new Error('There are no models.');
  const own = { ...first, id: 'own/model', practice: false };
  const other: Runner = { ...practiceRunner, name: 'other', models: async () => [{ ...first, bytes: 7 }, own] };
  const catalog = createCatalog([practiceRunner, other]);
  expect((await catalog.list()).map(({ id }) => id)).toEqual(['practice-writer', 'practice-small', 'own/model']);
  expect((await catalog.find(first.id))?.runner).toBe(practiceRunner);
  expect((await catalog.find('own/model'))?.runner).toBe(other);
  expect(await catalog.find('none')).toBeNull();
});
