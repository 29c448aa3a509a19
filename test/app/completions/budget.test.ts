import { describe, expect, it } from 'vitest';
import { createBudget, createCostEstimator } from '../../../src/app/completions/budget.ts';
import type { PricedRequest } from '../../../src/app/completions/requests.ts';

const work: PricedRequest = {
  id: 'r',
  projectId: 'p',
  target: {
    kind: 'generate',
    providerId: 'x',
    shape: { model: 'm' },
    costOf: ({ promptTokens, completionTokens }) => promptTokens + 2 * completionTokens,
  },
  cell: {},
  messages: [],
  old: null,
  isThere: () => false,
  worstUsage: { promptTokens: 10, completionTokens: 20, cachedTokens: 0 },
};

describe('what a call may cost', () => {
  it('is our count until the server bills more, prompt and answer each by the worst seen', () => {
    const estimator = createCostEstimator();
    expect(estimator.worstUsd(work)).toBe(50);
    estimator.learn(work, { promptTokens: 30, completionTokens: 5, cachedTokens: 0 });
    expect(estimator.worstUsd(work)).toBe(70);
    estimator.learn(work, { promptTokens: 1, completionTokens: 200, cachedTokens: 0 });
    expect(estimator.worstUsd(work)).toBe(430);
  });

  it('is what the ledger knows of the server from before, and not that times what is learned', () => {
    const estimator = createCostEstimator(() => 5);
    expect(estimator.worstUsd(work)).toBe(250);
    estimator.learn(work, { promptTokens: 10, completionTokens: 100, cachedTokens: 0 });
    expect(estimator.worstUsd(work)).toBe(250);
  });

  it('counts within a run’s own cap what is under way at its most', () => {
    const budget = createBudget(100);
    expect([budget.reserve(60), budget.reserve(60)]).toEqual([true, false]);
    budget.settle(60, 10);
    expect([budget.spentUsd(), budget.reserve(60)]).toEqual([10, true]);
  });
});
