import { describe, expect, it } from 'vitest';
import {
  batchHint,
  countSegments,
  type GenerationRun,
  headSegments,
  latencyText,
  limitSegments,
  paceSegments,
} from '../../../src/screens/generate/run-progress.tsx';
import { unicodeSymbols } from '../../../src/theme/symbols.ts';

const run = (detail: Partial<GenerationRun['detail']> = {}, rest: Partial<GenerationRun> = {}): GenerationRun => ({
  id: 'op-1',
  projectId: 'p',
  title: 'Generate',
  status: 'running',
  fraction: 0.65,
  startedAt: 0,
  endedAt: null,
  problem: null,
  receipt: null,
  detail: {
    kind: 'generate',
    total: 1296,
    done: 840,
    reused: 2,
    running: 24,
    waiting: 430,
    retried: 3,
    failed: 0,
    flagged: 1,
    rowsPerSecond: 23.44,
    etaMs: 19_400,
    concurrency: 24,
    concurrencyHistory: [],
    latencyP50Ms: 900,
    latencyP95Ms: 2100,
    costUsd: 0.31,
    capUsd: 0.55,
    capLeftUsd: 0.2,
    projectUsd: 0.35,
    limits: null,
    wait: null,
    batches: [],
    latest: [],
    problems: [],
    ...detail,
  },
  ...rest,
});

const words = (segments: readonly { readonly text: string }[]) =>
  segments
    .map(({ text }) => text)
    .filter((text) => text !== '')
    .join(' | ');
const none = {
  limitRequests: null,
  remainingRequests: null,
  resetRequestsMs: null,
  limitTokens: null,
  remainingTokens: null,
  resetTokensMs: null,
};

describe('figures of a run', () => {
  it('says how far it is, how fast, how long still and for how much', () => {
    expect(words(headSegments(run()))).toBe('842 / 1,296 | 64% | 23.4 rows/s | ETA 00:19 | $0.31, $0.20 of $0.55 left');
    expect(words(headSegments(run({ etaMs: null, costUsd: null, capUsd: null, capLeftUsd: null })))).toBe(
      '842 / 1,296 | 64% | 23.4 rows/s | unknown',
    );
    expect(
      words(headSegments(run({ done: 1294, costUsd: 0, capUsd: null, capLeftUsd: null }, { endedAt: 65_000 }))),
    ).toBe('1,296 / 1,296 | 100% | took 01:05 | $0.00');
  });

  it('says what it waits for in the place of the limits', () => {
    const text = 'waiting 12 s for api.x.com: its limit is 1,200 calls a minute';
    expect(words(paceSegments(run({ wait: { ms: 12_000, text } }).detail, unicodeSymbols.spark))).toBe(text);
    expect(words(paceSegments(run().detail, unicodeSymbols.spark))).toBe('the server names no limits');
  });

  it('says what the batches do in the place of the limits', () => {
    const batch = {
      key: 'batch-1',
      id: 'b1',
      model: 'm',
      requests: 50,
      fraction: 0.2,
      pending: 40,
      isOpen: true,
      isRunning: true,
    };
    const batches = [
      { ...batch, key: 'batch-0', text: 'completed, 50 answers', pending: 0, isOpen: false },
      { ...batch, text: 'in_progress, 10 of 50 answered' },
    ];
    expect(words(paceSegments(run({ batches }).detail, unicodeSymbols.spark))).toBe(
      '1 of 2 batches ended, in_progress, 10 of 50 answered',
    );
    expect(batchHint(run({ batches }).detail)).toContain('go on without Luthier');
    expect(batchHint(run({ batches: batches.slice(0, 1) }).detail)).toBe('');
  });

  it('counts calls', () => {
    expect(words(countSegments(run()))).toBe(
      'running 24 | waiting 430 | already there 2 | retried 3 | flagged 1 | failed 0',
    );
  });

  it('shows limits only where the server named them', () => {
    const limits = {
      ...none,
      limitRequests: 5000,
      remainingRequests: 880,
      limitTokens: 200_000,
      remainingTokens: 200_000,
    };
    expect(words(limitSegments(limits, unicodeSymbols.spark))).toBe(
      'requests 4,120/5,000 ▇ | tokens 0/200,000 ▁ | (limits from the server)',
    );
    expect(words(limitSegments(none, unicodeSymbols.spark))).toBe('the server names no limits');
    expect(words(limitSegments(null, unicodeSymbols.spark))).toBe('the server names no limits');
  });

  it('says latency once it is known', () => {
    expect(latencyText(run().detail)).toBe('latency p50 900 ms p95 2.1 s');
    expect(latencyText(run({ latencyP50Ms: null }).detail)).toBe('');
  });
});
