import type { Score } from '../../../src/domain/evaluation/graders/grader.ts';
import type { EvaluatedItem, Prediction } from '../../../src/domain/evaluation/types.ts';
import type { ModelRef } from '../../../src/domain/provider/models.ts';

export const BASE: ModelRef = { providerId: 'engine', model: 'base' };
export const TUNED: ModelRef = { providerId: 'engine', model: 'ft:tuned' };

/** What a model said, with its score; `failed`, or null while it is to come. */
export type Said = { readonly text: string; readonly score: number; readonly passed?: boolean } | 'failed' | null;

const FAILED = { status: 'failed', text: '', finishReason: null, promptTokens: null, completionTokens: null } as const;

export function evaluated(
  line: number,
  target: string,
  said: readonly Said[],
  slices: Readonly<Record<string, string>> = {},
  models: readonly ModelRef[] = [BASE, TUNED],
): EvaluatedItem {
  return {
    item: {
      id: `item-${line}`,
      rowId: `row-${line}`,
      line,
      target,
      slices,
      prompt: [{ role: 'user', content: `Question ${line}` }],
    },
    predictions: models.map((model, place) => predicted(`item-${line}`, model, said[place] ?? null)),
  };
}

function predicted(itemId: string, model: ModelRef, said: Said): Prediction | null {
  if (said === null) return null;
  if (said === 'failed') return { ...FAILED, itemId, model, costUsd: null, error: 'HTTP 500', scores: [] };
  const score: Score = { value: said.score, passed: said.passed ?? said.score === 1, note: null };
  return {
    itemId,
    model,
    status: 'done',
    text: said.text,
    finishReason: 'stop',
    error: null,
    promptTokens: 10,
    completionTokens: 2,
    costUsd: 0.001,
    scores: [score],
  };
}

export const right = (text: string): Said => ({ text, score: 1 });
export const wrong = (text: string): Said => ({ text, score: 0 });
