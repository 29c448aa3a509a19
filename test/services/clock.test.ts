import { describe, expect, expectTypeOf, it } from 'vitest';
import type { Clock } from '../../src/app/runtime/ports.ts';
import { createClock } from '../../src/services/clock.ts';

describe('the clock', () => {
  it('is the clock operations ask for', () => {
    expectTypeOf(createClock()).toExtend<Clock>();
  });

  it('tells the time in milliseconds since the epoch', () => {
    const before = Date.now();
    const now = createClock().now();
    expect(now).toBeGreaterThanOrEqual(before);
    expect(now).toBeLessThanOrEqual(Date.now());
  });

  it('sleeps, also for no time at all', async () => {
    await expect(createClock().sleep(1)).resolves.toBeUndefined();
    await expect(createClock().sleep(-5)).resolves.toBeUndefined();
  });

  it('wakes with the reason of its signal', async () => {
    const stop = new AbortController();
    const slept = createClock().sleep(3_600_000, stop.signal);
    const reason = new Error('enough');
    stop.abort(reason);
    await expect(slept).rejects.toBe(reason);
    await expect(createClock().sleep(1, stop.signal)).rejects.toBe(reason);
  });

  it('does not take a month for no time at all', async () => {
    const stop = new AbortController();
    const slept = createClock().sleep(40 * 86_400_000, stop.signal);
    await createClock().sleep(5);
    stop.abort(new Error('still asleep'));
    await expect(slept).rejects.toThrow('still asleep');
  });
});
