import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type AskedJob, findAsked, isSameTraining, JOB_KEY } from '../../../src/domain/training/asked-jobs.ts';
import { jobOf } from '../../app/fakes/jobs.ts';

const frame = { projectId: 'p', providerId: 'o', trainRows: 1, validationRows: 0, quoteUsd: null };
const asked: AskedJob = {
  key: 'k',
  address: 'a',
  askedAt: 1_000_000_000,
  model: 'gpt-x',
  trainingFile: 'file-1',
  suffix: 'd.d',
  frame,
};
const keyed = (key: string) => ({ rest: { metadata: { [JOB_KEY]: key } } });
const like = { model: 'gpt-x-2026', trainingFile: 'file-1', suffix: 'd-d', createdAt: 1_000_000 };
const find = (...jobs: Parameters<typeof jobOf>[0][]): string | null =>
  findAsked(asked, jobs.map(jobOf), (id) => id === 'known')?.id ?? null;

describe('the job that was asked for', () => {
  test('is the one with its key, whatever else it says', () => {
    expect(find({ ...like, id: 'alike' }, { ...keyed('k'), id: 'own', createdAt: 0 })).toBe('own');
  });

  test.each([
    ['with a dated model and its suffix in another form', {}, 'one'],
    ['in a list without suffixes', { suffix: null }, 'one'],
    ['by a clock that is some minutes behind', { createdAt: 1_000_000 - 300 }, 'one'],
    ['created before', { createdAt: 1_000_000 - 301 }, null],
    ['without a time', { createdAt: 0 }, null],
    ['of another file', { trainingFile: 'file-2' }, null],
    ['with another suffix', { suffix: 'e-e' }, null],
    ['of another model', { model: 'gpt-y' }, null],
    ['with the key of another', keyed('other'), null],
    ['that is known already', { id: 'known' }, null],
  ])('is else one like it: %s', (_, change, found) => {
    expect(find({ ...like, id: 'one', ...change })).toBe(found);
  });

  test('is the first of several like it', () => {
    expect(find({ ...like, id: 'late', createdAt: 1_000_009 }, { ...like, id: 'first' })).toBe('first');
  });

  test('is never one with the key of another job', () => {
    fc.assert(
      fc.property(fc.array(fc.string().filter((key) => key !== 'k')), (keys) => {
        expect(find(...keys.map((key) => ({ ...like, ...keyed(key) })))).toBeNull();
      }),
    );
  });
});

test('a training is the same by data, settings and method', () => {
  const of = (data: string, method?: 'dpo' | 'supervised') => ({
    ...asked,
    frame: { data: { training: data, validation: null }, asked: jobOf().hyperparameters, method },
  });
  expect(isSameTraining(of('a'), of('a', 'supervised'))).toBe(true);
  expect(isSameTraining(of('a'), { ...of('a'), suffix: null })).toBe(false);
  expect(isSameTraining({ ...of('a'), suffix: '' }, { ...of('a'), suffix: null })).toBe(true);
  expect(isSameTraining(of('a'), of('b'))).toBe(false);
  expect(isSameTraining(of('a'), of('a', 'dpo'))).toBe(false);
  const settings = { ...jobOf().hyperparameters, nEpochs: 2 };
  expect(isSameTraining(of('a'), { ...of('a'), frame: { ...of('a').frame, asked: settings } })).toBe(false);
  const chosen = { ...of('a'), frame: { ...of('a').frame, choices: { weights: 'full' } as const } };
  expect([isSameTraining(of('a'), chosen), isSameTraining(chosen, chosen)]).toEqual([false, true]);
});
