import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createLimiter, formatDuration, newBucket, refill, waitFor } from '../../src/engine/http/limits.ts';
import { startEngine } from './support/engine.ts';

const ask = { model: 'test-writer', messages: [{ role: 'user' as const, content: 'hi' }] };

test('every answer carries the limits, an id and the time it took', async () => {
  const { client } = await startEngine();
  for (const { response } of [
    await client.models.list().withResponse(),
    await client.chat.completions.create(ask).withResponse(),
    await client.chat.completions.create({ ...ask, stream: true }).withResponse(),
  ]) {
    for (const name of ['requests', 'tokens']) {
      expect(Number(response.headers.get(`x-ratelimit-limit-${name}`))).toBeGreaterThan(0);
      expect(Number(response.headers.get(`x-ratelimit-remaining-${name}`))).toBeGreaterThan(0);
      expect(response.headers.get(`x-ratelimit-reset-${name}`)).toMatch(/^(\d+h)?(\d+m)?[\d.]+m?s$/);
    }
    expect(response.headers.get('x-request-id')).toMatch(/^req_\w{32}$/);
    expect(response.headers.get('openai-processing-ms')).toMatch(/^\d+$/);
  }
});

test('over the requests a minute it says 429 and when to come again; other routes go on', async () => {
  const { client } = await startEngine({ rpm: 2 });
  await client.chat.completions.create(ask);
  const { response } = await client.completions.create({ model: 'test-writer', prompt: 'x' }).withResponse();
  expect(response.headers.get('x-ratelimit-limit-requests')).toBe('2');
  expect(response.headers.get('x-ratelimit-remaining-requests')).toBe('0');
  const refusal = await client.chat.completions.create(ask).catch((error: unknown) => error);
  expect(refusal).toMatchObject({ status: 429, code: 'rate_limit_exceeded', type: 'requests' });
  if (!(refusal instanceof Error && 'headers' in refusal && refusal.headers instanceof Headers)) throw refusal;
  expect(Number(refusal.headers.get('retry-after'))).toBeGreaterThan(0);
  expect(Number(refusal.headers.get('retry-after'))).toBeLessThanOrEqual(30);
  expect(Number(refusal.headers.get('retry-after-ms'))).toBeGreaterThan(1000);
  expect((await client.models.list()).data.length).toBeGreaterThan(0);
});

test('over the tokens a minute it says 429; a prompt that can never fit says so', async () => {
  const { client } = await startEngine({ tpm: 12 });
  await client.chat.completions.create(ask);
  await expect(client.chat.completions.create(ask)).rejects.toMatchObject({ status: 429, type: 'tokens' });
  const long = { ...ask, messages: [{ role: 'user' as const, content: 'word '.repeat(20) }] };
  await expect(client.chat.completions.create(long)).rejects.toThrow('Request too large');
});

test('a refused request costs nothing, and what was used comes back evenly', () => {
  let now = 0;
  const limiter = createLimiter(60, 600, () => now);
  for (let i = 0; i < 60; i += 1) limiter.admit(1);
  expect(() => limiter.admit(1)).toThrow('try again in 1s');
  expect(limiter.headers()['x-ratelimit-reset-requests']).toBe('1m0s');
  now = 1000;
  limiter.admit(1);
  expect(() => limiter.admit(1)).toThrow('Rate limit reached on requests');
  limiter.charge(1000);
  now = 20_000;
  expect(() => limiter.admit(1)).toThrow('Rate limit reached on tokens');
  expect(limiter.headers()['x-ratelimit-remaining-tokens']).toBe('0');
});

describe('the bucket', () => {
  test('lets through exactly when it says it will', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e6 }), fc.double({ min: 0, max: 1, noNaN: true }), (perMinute, share) => {
        const bucket = newBucket(perMinute, 0);
        bucket.level = 0;
        const amount = perMinute * share;
        const wait = waitFor(bucket, amount);
        refill(bucket, wait);
        expect(waitFor(bucket, amount * (1 - 1e-9))).toBe(0);
        expect(bucket.level).toBeLessThanOrEqual(perMinute);
      }),
    );
  });

  test.each([
    [0, '0ms'],
    [12, '12ms'],
    [1500, '1.5s'],
    [90_000, '1m30s'],
    [3_605_000, '1h0m5s'],
  ])('%i milliseconds read %s', (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
  });
});
