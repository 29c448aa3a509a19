import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseDuration, readRateLimits, readRetryAfter } from '../../../src/services/openai/headers.ts';

const headers = (values: Record<string, string>) => (name: string) => values[name] ?? null;

describe('durations in headers', () => {
  it.each([
    ['12ms', 12],
    ['1m30s', 90_000],
    ['6m0s', 360_000],
    ['1h2m3.5s', 3_723_500],
    ['500us', 0.5],
    ['1.5', 1500],
    [' 20s ', 20_000],
  ])('%s is %d ms', (text, ms) => expect(parseDuration(text)).toBeCloseTo(ms, 6));

  it.each(['', 'soon', '1m soon', '-5s', '5 s'])('%j is no duration', (text) => expect(parseDuration(text)).toBeNull());

  it('reads what Go writes, which is where these strings come from', () => {
    fc.assert(
      fc.property(fc.nat(23), fc.nat(59), fc.nat(59), (h, m, s) => {
        expect(parseDuration(`${h}h${m}m${s}s`)).toBe(((h * 60 + m) * 60 + s) * 1000);
      }),
    );
  });
});

describe('rate limits', () => {
  it('are null when the server says nothing of them', () => {
    expect(readRateLimits(headers({ 'content-type': 'text/plain' }), 0)).toBeNull();
  });

  it('are read as far as they are said', () => {
    const limits = readRateLimits(
      headers({
        'x-ratelimit-limit-requests': '5000',
        'x-ratelimit-remaining-requests': '4120',
        'x-ratelimit-reset-requests': '12ms',
        'x-ratelimit-remaining-tokens': 'plenty',
        'x-ratelimit-reset-tokens': '6m0s',
      }),
      0,
    );
    expect(limits).toEqual({
      limitRequests: 5000,
      remainingRequests: 4120,
      resetRequestsMs: 12,
      limitTokens: null,
      remainingTokens: null,
      resetTokensMs: 360_000,
    });
  });
});

describe('rate limits under other names', () => {
  const now = Date.parse('2026-11-21T08:00:00Z');
  const none = {
    limitRequests: null,
    remainingRequests: null,
    resetRequestsMs: null,
    limitTokens: null,
    remainingTokens: null,
    resetTokensMs: null,
  };
  it.each([
    [
      {
        'anthropic-ratelimit-requests-limit': '50',
        'anthropic-ratelimit-requests-remaining': '49',
        'anthropic-ratelimit-tokens-reset': '2026-11-21T08:00:30Z',
      },
      { limitRequests: 50, remainingRequests: 49, resetTokensMs: 30_000 },
    ],
    [
      { 'ratelimit-limit': '100', 'ratelimit-remaining': '0', 'ratelimit-reset': '50' },
      { limitRequests: 100, remainingRequests: 0, resetRequestsMs: 50_000 },
    ],
    [{ 'x-ratelimit-reset': String(now / 1000 + 20) }, { resetRequestsMs: 20_000 }],
    [{ 'x-ratelimit-reset-requests': String(now + 500) }, { resetRequestsMs: 500 }],
    [{ 'x-ratelimit-over-limit': 'yes' }, { overLimit: true }],
  ])('%j', (sent, read) => {
    expect(readRateLimits(headers(sent), now)).toEqual({ ...none, ...read });
  });
});

describe('retry-after', () => {
  const now = Date.parse('2026-11-21T08:00:00Z');
  it.each([
    [{ 'retry-after-ms': '250', 'retry-after': '9' }, 250],
    [{ 'retry-after': '2' }, 2000],
    [{ 'retry-after': '0.5' }, 500],
    [{ 'retry-after': 'Sat, 21 Nov 2026 08:01:30 GMT' }, 90_000],
    [{ 'retry-after': 'Sat, 21 Nov 2026 07:00:00 GMT' }, 0],
    [{ 'retry-after': 'later' }, null],
    [{ 'retry-after': '-5' }, null],
    [{ 'retry-after': ' ' }, null],
    [{ 'retry-after-ms': 'x', 'retry-after': '3' }, 3000],
    [{}, null],
  ])('%j asks for %s ms', (values: Record<string, string>, ms) =>
    expect(readRetryAfter(headers(values), now)).toBe(ms),
  );
});
