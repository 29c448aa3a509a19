import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Patience } from '../../../src/services/http/patience.ts';

const LIMITS = { firstMs: 60_000, betweenMs: 60_000, wholeMs: 600_000 };

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function begun(): Patience {
  return new Patience({
    place: 'api.test',
    limits: LIMITS,
    slowFirst: false,
    wait: { heard: () => undefined, end: () => undefined },
    over: () => undefined,
  });
}

describe('a call that is over', () => {
  it.each(['connected', 'sent', 'allSent', 'heard'] as const)('starts no clock again when told %s late', (told) => {
    const patience = begun();
    patience.connected();
    patience.end();
    expect(vi.getTimerCount()).toBe(0);
    patience[told]();
    // A clock that runs on keeps the process from its end for as long as the limit is.
    expect(vi.getTimerCount()).toBe(0);
  });

  it('has two clocks while it goes on', () => {
    const patience = begun();
    expect(vi.getTimerCount()).toBe(2);
    patience.allSent();
    patience.heard();
    expect(vi.getTimerCount()).toBe(2);
  });
});
