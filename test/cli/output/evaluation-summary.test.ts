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

const summaryText = (count: number): string => {
  const summary = summarise(onlyTuned(count), plan);
  return summary === null ? '' : summaryLines(summary).join('\n');
};

describe('accuracy beside what needs no model', () => {
  const mixed = (right: number): string => {
    const items = Array.from({ length: 20 }, (_, at): EvaluatedItem => {
      const target = at < 12 ? 'Yes' : 'No';
      const item = { id: `${at}`, rowId: null, line: at + 1, prompt: [], target, slices: {} };
      return { item, predictions: [answer(`${at}`, BASE, at < 1), answer(`${at}`, TUNED, at < right)] };
    });
    const summary = summarise(items, plan);
    return summary === null ? '' : summaryLines(summary).join('\n');
  };

  it('names the majority and chance, and who is above or below them', () => {
    expect(mixed(19)).toContain('Always answering Yes would be right on 60.0%; chance, one of 2 labels, on 50.0%.');
    expect(mixed(19)).toContain('tuned: 95.0% (76.4–99.1%), above both.');
    expect(mixed(19)).toContain('base: 5.0% (0.9–23.6%), below the better of both.');
  });

  it('says where the items are too few', () => {
    expect(mixed(15)).toContain('tuned: 75.0% (53.1–88.8%), too few items to tell from the better of both.');
  });

  it('names the majority alone where the targets are of no classes', () => {
    expect(summaryText(12)).not.toContain('chance, one of');
    expect(summaryText(12)).toContain('Always answering "Yes" would be right on 100.0%.');
    expect(summaryText(12)).toContain('base: 0.0% (0.0–24.2%), below that.');
  });
});

describe('the p of two models', () => {
  it('is a number where there is one', () => {
    expect(summaryText(10)).toContain('McNemar p = 0.002: a significant difference');
    expect(summaryText(20)).toContain('McNemar p < 0.001: a significant difference');
  });

  it('is never said to be nothing, be it smaller than any number', () => {
    expect(summaryText(2000)).toContain('McNemar p < 0.001: a significant difference');
  });
});

describe('scores without a pass mark', () => {
  const scored = (model: ModelRef, at: number, value: number): Prediction => ({
    ...answer(`${at}`, model, false),
    scores: [{ value, passed: null, note: null }],
  });
  const text = (count: number): string => {
    const items = Array.from(
      { length: count },
      (_, at): EvaluatedItem => ({
        item: { id: `${at}`, rowId: null, line: at + 1, prompt: [], target: 'A story.', slices: {} },
        predictions: [scored(BASE, at, 0.2 + at / 100), scored(TUNED, at, 0.6 + at / 100)],
      }),
    );
    const summary = summarise(items, { ...plan, graders: [{ kind: 'similarity', threshold: null }] });
    return summary === null ? '' : summaryLines(summary).join('\n');
  };

  it('are a mean with its interval, and no answer is right or wrong', () => {
    expect(text(10)).toMatch(/^tuned +— +— +— /m);
    expect(text(10)).toMatch(/tuned: similarity \(chrF\) mean 0\.645 \(95% 0\.\d+–0\.\d+\)/);
    expect(text(10)).toMatch(/tuned against base: mean score 0\.400 more on 10 items .*: a significant difference/);
    expect(text(10)).not.toContain('McNemar');
  });

  it('have no interval of one answer', () => {
    expect(text(1)).toContain('tuned: similarity (chrF) mean 0.600 (too few answers for an interval)');
  });
});

describe('what the figures are worth', () => {
  it('says that few items measure nothing', () => {
    expect(summaryText(3)).toContain('3 items cannot measure anything: take 10 or more, better 100.');
    expect(summaryText(10)).not.toContain('cannot measure');
  });

  it('compares no models that have no answered item in common', () => {
    const items = onlyTuned(12).map((one) => ({ ...one, predictions: [one.predictions[0] ?? null, null] }));
    const summary = summarise(items, plan);
    const text = summary === null ? '' : summaryLines(summary).join('\n');
    expect(text).toContain('have no answered item in common yet.');
    expect(text).not.toContain('McNemar');
  });

  it('names the best of the models, and none where they are level', () => {
    expect(summaryText(12)).toContain('Best: tuned, right on 100.0% of the 12 items all answered');
    const level = summarise(onlyTuned(12), { ...plan, models: [TUNED, BASE] });
    if (level === null) throw new Error('no summary');
    const tied = { ...level, best: level.best && { ...level.best, tied: [BASE] } };
    expect(summaryLines(tied).join('\n')).toContain('No best: ');
    expect(summaryLines(tied).join('\n')).not.toContain('Best: ');
  });

  it('says how many answers name a label at all', () => {
    const items = Array.from(
      { length: 20 },
      (_, at): EvaluatedItem => ({
        item: { id: `${at}`, rowId: null, line: at + 1, prompt: [], target: at < 10 ? 'Yes' : 'No', slices: {} },
        predictions: [
          { ...answer(`${at}`, BASE, false), text: at < 5 ? 'Well, perhaps' : at < 10 ? 'No' : 'Yes' },
          null,
        ],
      }),
    );
    const summary = summarise(items, { ...plan, graders: [{ kind: 'labels', labels: ['Yes', 'No'] }] });
    const lines = summary === null ? [] : summaryLines(summary);
    expect(lines).toContain('base: 75.0% of its answers name a label at all.');
    expect(lines.filter((line) => line.includes('name a label'))).toHaveLength(1);
  });
});
