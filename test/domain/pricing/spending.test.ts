import { describe, expect, it } from 'vitest';
import {
  capLeftText,
  cappedText,
  hostOf,
  NOTHING_SPENT,
  type SpendingKind,
  spentOn,
} from '../../../src/domain/pricing/spending.ts';

describe('caps in words', () => {
  it('say what is left, never less than nothing, and nothing where there is no cap', () => {
    expect(capLeftText(0.01, 0.0061)).toBe(', $0.0061 of $0.010 left');
    expect(capLeftText(null, null)).toBe('');
    expect(cappedText(2, 0.5)).toBe(', capped at $2.00 ($1.50 left)');
    expect(cappedText(2, 5)).toBe(', capped at $2.00 ($0.00 left)');
    expect(cappedText(null, 5)).toBe('');
  });
});

it('judges count as evaluation, and nothing else but generating as generation', () => {
  const kinds: SpendingKind[] = ['generate', 'evaluate', 'judge', 'chat', 'test', 'job'];
  const call = { overbilling: 1, projectId: 'p', projectName: 'p', providerId: 'x', host: 'x', model: 'm' };
  const totals = kinds.map((kind, index) => ({ ...NOTHING_SPENT, ...call, kind, usd: 2 ** index }));
  expect(spentOn('generation', totals)).toBe(1);
  expect(spentOn('evaluation', totals)).toBe(6);
});

it('a provider is known by its host, one whose port changes by its id', () => {
  expect(hostOf('https://api.openai.com/v1')).toBe('api.openai.com');
  expect(hostOf('http://127.0.0.1:4010/v1')).toBe('127.0.0.1:4010');
  expect(hostOf('embedded')).toBe('embedded');
});
