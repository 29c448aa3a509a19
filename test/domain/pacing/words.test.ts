import { expect, test } from 'vitest';
import { Pacer } from '../../../src/domain/pacing/pacer.ts';
import { readRefusal } from '../../../src/domain/pacing/refusal.ts';
import { closedText, waitText } from '../../../src/domain/pacing/words.ts';

const minute = { units: 1200, periodMs: 60_000 };

test('a wait says how long, for whom and why', () => {
  const said = (ms: number, standing: Parameters<typeof waitText>[2]): string =>
    waitText({ ms, cause: 'calls' }, 'api.x.com', standing);
  expect(said(11_200, { unit: 'calls', limit: minute, perMinute: 1188, refusal: null })).toBe(
    'waiting 12 s for api.x.com: its limit is 1,200 calls a minute',
  );
  expect(said(1000, { unit: 'tokens', limit: null, perMinute: 900.4, refusal: null })).toBe(
    'waiting 1 s for api.x.com: about 900 tokens a minute pass there',
  );
  expect(said(1000, { unit: 'calls', limit: null, perMinute: null, refusal: null })).toBe(
    'waiting 1 s for api.x.com: it asked for a pause',
  );
  expect(said(4000, null)).toBe('waiting 4 s for api.x.com: it fails, and one call tries it then');
});

test('where nothing has passed, no pace is told but what the server says', () => {
  const pacer = new Pacer();
  const refuse = (now: number, message: string) =>
    pacer.refused(pacer.start(now, 10), now, { message, retryAfterMs: 5000, limits: null });
  const said = (now: number): string =>
    waitText({ ms: 1000, cause: 'calls' }, 'api.x.com', pacer.standing('calls', now));
  refuse(0, 'Slow down.');
  refuse(9000, `\u001b[31mToo many\n requests for sk-proj-abcdefghijklmnop. ${'x'.repeat(200)}`);
  expect(said(9001)).toMatch(
    /^waiting 1 s for api\.x\.com: it has let nothing through yet \(it says: Too many requests for sk-…\. x+…\)$/,
  );
  expect(said(9001).length).toBeLessThan(160);
  pacer.answered(pacer.start(20_000, 10), 20_000, null, null);
  expect(said(20_001)).not.toContain('nothing through');
});

test('a limit that nobody waits for is a sentence', () => {
  const day = { unit: 'calls' as const, limit: { units: 1000, periodMs: 86_400_000 }, perMinute: 0.7, refusal: null };
  expect(closedText({ ms: 18_720_000, cause: 'calls' }, 'api.x.com', day)).toBe(
    'api.x.com lets no more calls pass for 5 h 12 min: its limit is 1,000 calls a day.',
  );
});

test.each([
  [
    'Rate limit reached for gpt-x on tokens per min (TPM): Limit 200000, Used 1, Requested 2.',
    'tokens',
    200_000,
    60_000,
  ],
  ['Rate limit reached for gpt-x on requests per day (RPD): Limit 10,000, Used 10,000.', 'calls', 10_000, 86_400_000],
  ['Requests per minute exceeded. Limit: 60', 'calls', 60, 60_000],
  ['Too many requests', null, null, null],
])('reads %s', (message, unit, limit, periodMs) => {
  expect(readRefusal(message)).toEqual({ unit, limit, periodMs });
});
