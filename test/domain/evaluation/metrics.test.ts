import { describe, expect, it } from 'vitest';
import { bestModel } from '../../../src/domain/evaluation/metrics.ts';
import type { ModelRef } from '../../../src/domain/provider/models.ts';
import { evaluated, right, type Said, wrong } from './evaluated-items.ts';

const steps: readonly ModelRef[] = ['ckpt-1', 'ckpt-2', 'ckpt-3'].map((model) => ({ providerId: 'engine', model }));
const items = (...rows: readonly (readonly Said[])[]) =>
  rows.map((said, index) => evaluated(index, 'Yes', said, {}, steps));
const [r, w] = [right('Yes'), wrong('No')];

describe('bestModel', () => {
  it('takes the one that passed most, with the chance that it is chance', () => {
    const found = bestModel(items([w, r, w], [w, r, r], [r, r, r]), steps);
    expect(found?.ranking.map(({ model }) => model.model)).toEqual(['ckpt-2', 'ckpt-3', 'ckpt-1']);
    expect(found).toMatchObject({ items: 3, tied: [], p: 1, best: { passed: 3, accuracy: 1 } });
  });

  it('of equal ones takes the higher mean score, then the earlier', () => {
    const close = { text: 'Yez', score: 0.8, passed: false };
    expect(bestModel(items([r, w, r], [w, r, close]), steps)?.best.model.model).toBe('ckpt-3');
    const tie = bestModel(items([w, r, r], [r, w, w]), steps);
    expect(tie?.best.model.model).toBe('ckpt-1');
    expect(tie?.tied.map(({ model }) => model)).toEqual(['ckpt-2', 'ckpt-3']);
  });

  it('compares only items that all of them answered', () => {
    const found = bestModel(items([w, r, r], [r, 'failed', r], [r, null, r], [r, w, r]), steps);
    expect(found?.items).toBe(2);
    expect(found?.best.model.model).toBe('ckpt-3');
  });

  it('says nothing where nothing can be compared', () => {
    expect(bestModel(items([r, 'failed', r]), steps)).toBeNull();
    expect(bestModel([], steps)).toBeNull();
    expect(bestModel(items([r, r, r]), steps.slice(0, 1))?.p).toBeNull();
  });
});
