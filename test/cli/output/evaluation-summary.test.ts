import { describe, expect, it } from 'vitest';
import { summaryLines } from '../../../src/cli/output/evaluation-summary.ts';
import { summarise } from '../../../src/domain/evaluation/summary.ts';
import type { EvaluatedItem, EvaluationPlan, Prediction } from '../../../src/domain/evaluation/types.ts';
import type { ModelRef } from '../../../src/domain/provider/models.ts';

const BASE: ModelRef = { providerId: 'p', model: 'base' };
const TUNED: ModelRef = { providerId: 'p', model: 'tuned' };

const plan: EvaluationPlan = {
  source: { kind: 'file', path: 'held-out.jsonl' },
  models: [BASE, TUNED],
  graders: [{ kind: 'exact-ci' }],
  sampling: {},
  concurrency: 'auto',
  capUsd: null,
};

const answer = (itemId: string, model: ModelRef, passed: boolean): Prediction => ({
  itemId,
  model,
  status: 'done',
  text: passed ? 'Yes' : 'No',
  finishReason: 'stop',
  error: null,
  promptTokens: 1,
  completionTokens: 1,
  costUsd: 0,
  scores: [{ value: passed ? 1 : 0, passed, note: null }],
});

/** `count` items of which only the tuned model gets any right, and that all of them. */
const onlyTuned = (count: number): readonly EvaluatedItem[] =>
  Array.from({ length: count }, (_, at) => ({
    item: { id: `${at}`, rowId: null, line: at + 1, prompt: [], target: 'Yes', slices: {} },
    predictions: [answer(`${at}`, BASE, false), answer(`${at}`, TUNED, true)],
  }));

const told = (count: number): string => {
  const summary = summarise(onlyTuned(count), plan);
  return summary === null ? '' : summaryLines(summary).join('\n');
};

describe('the p of two models', () => {
  it('is a number where there is one', () => {
    expect(told(10)).toContain('McNemar p = 0.002: a significant difference');
    expect(told(20)).toContain('McNemar p < 0.001: a significant difference');
  });

  it('is never said to be nothing, be it smaller than any number', () => {
    expect(told(2000)).toContain('McNemar p < 0.001: a significant difference');
  });
});
