import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { RateLimits } from '../../../src/domain/chat/types.ts';
import { Pacer } from '../../../src/domain/pacing/pacer.ts';
import type { SimulatedServer } from './simulated-server.ts';
import { simulate } from './simulation.ts';

const latencyMs = [150, 450] as const;
const calls = (perMinute: number, burstS: number) => ({ calls: { perMinute, burstS } });
const tokens = (perMinute: number, burstS: number) => ({ tokens: { perMinute, burstS } });

/** Limits as servers have them, and the share of calls that may be refused. */
const SERVERS: readonly (readonly [string, Omit<SimulatedServer, 'latencyMs'>, number])[] = [
  [
    '3,000 calls and 200,000 tokens a minute, a minute at once, everything stated',
    { ...calls(3000, 60), ...tokens(200_000, 60), headers: 'level', retryAfter: 'ms' },
    0.01,
  ],
  ['1,200 calls, a second at once, stated', { ...calls(1200, 1), headers: 'level' }, 0.01],
  ['1,200 calls, a second at once, a minute stated', { ...calls(1200, 1), headers: 'minute' }, 0.01],
  ['1,200 calls, a second at once, retry-after-ms', { ...calls(1200, 1), headers: 'minute', retryAfter: 'ms' }, 0.01],
  ['1,200 calls, a second at once, nothing stated', calls(1200, 1), 0.015],
  ['200,000 tokens, a second at once', { ...tokens(200_000, 1), headers: 'level' }, 0.01],
  ['200,000 tokens, a second at once, a minute stated', { ...tokens(200_000, 1), headers: 'minute' }, 0.01],
  ['200,000 tokens, 5 seconds at once, retry-after', { ...tokens(200_000, 5), retryAfter: 's' }, 0.01],
  [
    '200,000 tokens, 5 seconds at once, retry-after, stated',
    { ...tokens(200_000, 5), headers: 'level', retryAfter: 's' },
    0.01,
  ],
  ['2,400 calls, 2 seconds at once, nothing stated', calls(2400, 2), 0.01],
];

describe('a pacer uses what a server allows', () => {
  for (const [name, server, mostRefused] of SERVERS) {
    test(`${name}: at least 95% used, at most ${mostRefused * 100}% refused`, () => {
      for (const seed of [1, 2, 3, 4, 5]) {
        const { used, refused } = simulate({ ...server, latencyMs }, { seconds: 120, warmUpS: 12, seed, width: 100 });
        expect(used).toBeGreaterThanOrEqual(0.95);
        expect(refused).toBeLessThan(mostRefused);
      }
    });
  }

  test('a machine whose timers fire late makes up for it', () => {
    for (const server of [calls(1200, 1), calls(2400, 2), { ...calls(1200, 1), headers: 'level' as const }]) {
      for (const seed of [1, 2, 3]) {
        const run = { seconds: 120, warmUpS: 15, seed, width: 100, mostLateMs: 120 };
        expect(simulate({ ...server, latencyMs }, run).used).toBeGreaterThan(0.95);
      }
    }
  });

  test('any server: it never starves, is seldom refused, and finds the limit', () => {
    const server = fc.record(
      {
        perMinute: fc.integer({ min: 120, max: 5000 }),
        burstS: fc.integer({ min: 1, max: 20 }),
        headers: fc.constantFrom('level' as const, 'minute' as const),
        retryAfter: fc.constantFrom('ms' as const, 's' as const),
        slowest: fc.integer({ min: 40, max: 900 }),
      },
      { requiredKeys: ['perMinute', 'burstS', 'slowest'] },
    );
    fc.assert(
      fc.property(server, fc.nat(), ({ perMinute, burstS, slowest, ...rest }, seed) => {
        const { used, refused, longestGapMs } = simulate(
          { ...rest, ...calls(perMinute, burstS), latencyMs: [20, slowest] },
          { seconds: 180, warmUpS: 60, seed, width: 200 },
        );
        expect(longestGapMs).toBeLessThan(10_000);
        expect(used).toBeGreaterThan(0.9);
        expect(refused).toBeLessThan(0.08);
      }),
      { numRuns: 60 },
    );
  });

  test.each([40, 300, 900])('two calls a second, two at once, nothing stated, answers within %d ms', (slowest) => {
    for (const seed of [1, 2, 3, 4, 5, 6]) {
      const run = { seconds: 180, warmUpS: 60, seed, width: 200 };
      const { used, refused } = simulate({ ...calls(120, 1), latencyMs: [20, slowest] }, run);
      expect(used).toBeGreaterThan(0.93);
      expect(refused).toBeLessThan(0.08);
    }
  });

  test.each([0.5, 0.8, 1.25, 2])('a limit that moves by %f and is not stated is followed', (times) => {
    const moved = { atS: 60, times };
    for (const seed of [1, 2, 3]) {
      const { used, refused } = simulate(
        { ...calls(1200, 2), latencyMs },
        { seconds: 240, warmUpS: 130, seed, width: 200, moved },
      );
      expect(used).toBeGreaterThan(0.93);
      expect(refused).toBeLessThan(0.03);
    }
  });
});

test('a limit that is halved costs few refusals until that is known', () => {
  const moved = { atS: 60, times: 0.5 };
  const runs = [1, 2, 3, 4, 5, 6, 7, 8].map((seed) =>
    simulate({ ...calls(1200, 2), latencyMs }, { seconds: 110, warmUpS: 60, seed, width: 200, moved }),
  );
  expect(runs.reduce((sum, { refused }) => sum + refused, 0) / runs.length).toBeLessThan(0.015);
});

const stated = (requests: readonly [number, number, number] | null): RateLimits => ({
  limitRequests: requests?.[0] ?? null,
  remainingRequests: requests?.[1] ?? null,
  resetRequestsMs: requests?.[2] ?? null,
  limitTokens: null,
  remainingTokens: null,
  resetTokensMs: null,
});

describe('what a server states', () => {
  test('a window that is used up is waited for until it begins again', () => {
    const pacer = new Pacer();
    const early = pacer.start(0, 10);
    pacer.answered(early, 20, 20, stated([60, 59, 59_900]));
    const last = pacer.start(100, 10);
    pacer.answered(last, 120, 20, stated([60, 0, 40_000]));
    expect(pacer.wait(130, 10)).toEqual({ ms: 39_990, cause: 'calls' });
    expect(pacer.wait(40_121, 10)).toBeNull();
  });

  test('a day that is used up is told from a burst', () => {
    const pacer = new Pacer();
    const first = pacer.start(0, 10);
    pacer.answered(first, 20, 20, stated([1000, 900, 5 * 3_600_000]));
    const last = pacer.start(100, 10);
    pacer.answered(last, 120, 20, stated([1000, 0, 5 * 3_600_000]));
    expect(pacer.wait(130, 10)?.ms).toBeGreaterThan(4 * 3_600_000);
    expect(pacer.standing('calls', 130)).toMatchObject({ limit: { units: 1000, periodMs: 86_400_000 } });
  });

  test('a second is a period where the first answer shows most of it left, and stays one when it is used', () => {
    const pacer = new Pacer();
    pacer.answered(pacer.start(0, 10), 20, 20, stated([20, 18, 100]));
    pacer.answered(pacer.start(30, 10), 50, 20, stated([20, 2, 900]));
    expect(pacer.standing('calls', 20)).toMatchObject({ limit: { units: 20, periodMs: 1000 } });
  });

  test('retry-after is obeyed by all calls, once', () => {
    const pacer = new Pacer();
    const [one, two] = [pacer.start(0, 10), pacer.start(0, 10)];
    pacer.refused(one, 10, { message: '', retryAfterMs: 5000, limits: null });
    pacer.refused(two, 12, { message: '', retryAfterMs: 4000, limits: null });
    expect(pacer.wait(20, 10)).toEqual({ ms: 4990, cause: 'asked' });
  });

  test('a call above a limit that moves makes the next ones wait, though room is stated', () => {
    const pacer = new Pacer();
    const limits = stated([1200, 1000, 10_000]);
    pacer.answered(pacer.start(0, 10), 20, 20, limits);
    expect(pacer.wait(30, 10)).toBeNull();
    pacer.answered(pacer.start(30, 10), 40, 20, { ...limits, overLimit: true });
    expect(pacer.wait(50, 10)?.cause).toBe('calls');
    expect(pacer.wait(1000, 10)).toBeNull();
  });

  test('a limit that only the refusal names is kept from then on', () => {
    const pacer = new Pacer();
    const message = 'Rate limit reached on tokens per min (TPM): Limit 200000, Used 199000, Requested 1200.';
    pacer.refused(pacer.start(0, 1200), 10, { message, retryAfterMs: null, limits: null });
    expect(pacer.standing('tokens', 10)).toMatchObject({ unit: 'tokens', limit: { units: 200_000, periodMs: 60_000 } });
    pacer.start(60_000, 3300);
    pacer.start(60_000, 3300);
    expect(pacer.wait(60_000, 3300)?.cause).toBe('tokens');
  });

  test('no call fits where none is stated to remain, until one flows in', () => {
    const pacer = new Pacer();
    pacer.answered(pacer.start(0, 10), 20, 20, stated([60, 0, 60_000]));
    expect(pacer.wait(30, 10)).toEqual({ ms: 990, cause: 'calls' });
  });

  test('a refused call takes nothing from the limit that did not refuse it', () => {
    const pacer = new Pacer();
    const limits = { ...stated([60, 50, 10_000]), limitTokens: 60_000, remainingTokens: 0, resetTokensMs: 60_000 };
    pacer.answered(pacer.start(0, 10), 20, 20, limits);
    const refused = pacer.start(5000, 10_000);
    const message = 'Requests per minute exceeded.';
    pacer.refused(refused, 5010, { message, retryAfterMs: null, limits: null });
    expect(pacer.wait(9000, 10)).toBeNull();
  });

  test('pauses grow until something is let through, and ten refusals in a row give the server up', () => {
    const pacer = new Pacer();
    const refuse = (now: number): void =>
      pacer.refused(pacer.start(now, 10), now + 1, { message: '', retryAfterMs: null, limits: null });
    for (let times = 0; times < 7; times += 1) refuse(times * 100_000);
    expect(pacer.givenUp).toBe(false);
    expect(pacer.wait(600_001, 10)?.ms).toBeGreaterThan(10_000);
    pacer.answered(pacer.start(900_000, 10), 900_010, 10, null);
    for (let times = 0; times < 9; times += 1) refuse(1_000_000 + times * 100_000);
    expect(pacer.givenUp).toBe(false);
    refuse(2_000_000);
    expect(pacer.givenUp).toBe(true);
  });

  test('what a call took less than was thought is there for the next', () => {
    const pacer = new Pacer();
    const message = 'on tokens per min (TPM): Limit 60000';
    pacer.refused(pacer.start(0, 100), 10, { message, retryAfterMs: null, limits: null });
    const long = pacer.start(60_000, 10_000);
    expect(pacer.wait(60_000, 100)?.ms).toBeGreaterThan(9000);
    pacer.answered(long, 60_000, 200, null);
    expect(pacer.wait(60_000, 100)).toBeNull();
  });
});

describe('a server that fails', () => {
  const failing = (pacer: Pacer, now: number): void => pacer.failed(pacer.start(now, 1), now);

  test('after five failures in a row one call tries it, and its answer lets all go on', () => {
    const pacer = new Pacer();
    for (let call = 0; call < 4; call += 1) failing(pacer, call);
    expect(pacer.wait(4, 1)).toBeNull();
    failing(pacer, 4);
    expect(pacer.wait(4, 1)).toEqual({ ms: 500, cause: 'failures' });
    const probe = pacer.start(504, 1);
    expect(pacer.wait(504, 1)?.ms).toBe(Number.POSITIVE_INFINITY);
    pacer.answered(probe, 600, 1, null);
    expect(pacer.wait(600, 1)).toBeNull();
  });

  test('a probe that fails doubles the pause, and six give the server up', () => {
    const pacer = new Pacer();
    for (let call = 0; call < 5; call += 1) failing(pacer, 0);
    let now = 0;
    const pauses: number[] = [];
    while (!pacer.givenUp) {
      const ms = pacer.wait(now, 1)?.ms ?? 0;
      pauses.push(ms);
      now += ms;
      failing(pacer, now);
    }
    expect(pauses).toEqual([500, 1000, 2000, 4000, 8000, 8000]);
  });

  test('after a rest its failures count no more', () => {
    const pacer = new Pacer();
    for (let call = 0; call < 5; call += 1) failing(pacer, 0);
    expect(pacer.wait(0, 1)).toEqual({ ms: 500, cause: 'failures' });
    pacer.rested();
    expect(pacer.wait(0, 1)).toBeNull();
    for (let call = 0; call < 4; call += 1) failing(pacer, 0);
    expect(pacer.wait(0, 1)).toBeNull();
  });

  test('an answer between failures counts them anew', () => {
    const pacer = new Pacer();
    for (let call = 0; call < 4; call += 1) failing(pacer, 0);
    pacer.answered(pacer.start(1, 1), 1, 1, null);
    for (let call = 0; call < 4; call += 1) failing(pacer, 2);
    expect(pacer.wait(2, 1)).toBeNull();
  });

  test('a probe that is never sent leaves the place to another', () => {
    const pacer = new Pacer();
    for (let call = 0; call < 5; call += 1) failing(pacer, 0);
    pacer.release(pacer.start(500, 1), 500);
    expect(pacer.wait(500, 1)).toBeNull();
  });
});
