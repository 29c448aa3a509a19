import { describe, expect, it } from 'vitest';
import type { GenerationPlan } from '../../../src/domain/project/types.ts';
import { planFields, selectionOfKind } from '../../../src/screens/generate/plan-fields.ts';

const plan: GenerationPlan = {
  model: 'practice-writer',
  temperature: 1,
  maxTokens: 300,
  cells: { kind: 'all' },
  concurrency: 'auto',
  capUsd: null,
};

describe('ofKind', () => {
  it('keeps count and seed where both kinds have them', () => {
    const random = { kind: 'random', count: 40, seed: 7 } as const;
    expect(selectionOfKind(random, 'first')).toEqual({ kind: 'first', count: 40 });
    expect(selectionOfKind(random, 'pairwise')).toEqual({ kind: 'pairwise', seed: 7 });
    expect(selectionOfKind({ kind: 'all' }, 'random')).toEqual({ kind: 'random', count: 16, seed: 1 });
    expect(selectionOfKind(random, 'stratified')).toEqual({ kind: 'stratified', count: 40, seed: 7 });
    expect(selectionOfKind(random, 't-wise')).toEqual({ kind: 't-wise', strength: 3, seed: 7 });
    expect(selectionOfKind(random, 'nonsense')).toEqual({ kind: 'all' });
  });
});

describe('planFields', () => {
  const ids = (cells: GenerationPlan['cells']) =>
    planFields({ plan: { ...plan, cells }, models: [], hasOthers: false, hasBatches: false, change: () => {} }).map(
      ({ id }) => id,
    );

  it('asks for count and seed only where the choice has them', () => {
    expect(ids({ kind: 'all' })).toEqual([
      'model',
      'temperature',
      'max-tokens',
      'thoughts',
      'cells',
      'concurrency',
      'cap',
    ]);
    expect(ids({ kind: 'first', count: 3 })).toContain('count');
    expect(ids({ kind: 'random', count: 3, seed: 1 })).toEqual(expect.arrayContaining(['count', 'seed']));
    expect(ids({ kind: 'pairwise', seed: 1 })).not.toContain('count');
    expect(ids({ kind: 't-wise', strength: 3, seed: 1 })).toEqual(expect.arrayContaining(['strength', 'seed']));
    expect(ids({ kind: 'stratified', count: 3, seed: 1 })).toEqual(expect.arrayContaining(['count', 'seed']));
  });

  it('offers the model of the plan even when the server does not list it', () => {
    const [model] = planFields({
      plan,
      models: [{ value: 'other', label: 'other' }],
      hasOthers: false,
      hasBatches: false,
      change: () => {},
    });
    expect(model).toMatchObject({ kind: 'select', options: [{ value: 'practice-writer' }, { value: 'other' }] });
  });

  it('asks what becomes of other answers where there are some, and where something was chosen', () => {
    const has = (hasOthers: boolean, change: Partial<GenerationPlan> = {}) =>
      planFields({ plan: { ...plan, ...change }, models: [], hasOthers, hasBatches: false, change: () => {} }).some(
        ({ id }) => id === 'existing',
      );
    expect(has(false)).toBe(false);
    expect(has(true)).toBe(true);
    expect(has(false, { existing: 'add' })).toBe(true);
  });
});
