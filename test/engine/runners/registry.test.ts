import { expect, test } from 'vitest';
import { baseModels, runners } from '../../../src/engine/runners/registry.ts';

test('every base model that can be tuned has one runner, and no runner tunes another', () => {
  const tunable = baseModels.filter((model) => model.tunable).map(({ id }) => id);
  expect(runners.flatMap((runner) => runner.baseModels).toSorted()).toEqual(tunable.toSorted());
  expect(new Set(runners.map(({ name }) => name)).size).toBe(runners.length);
});
