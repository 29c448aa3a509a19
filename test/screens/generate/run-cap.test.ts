import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loweredCap, raisedCap } from '../../../src/screens/generate/run.tsx';

const money = fc.double({ min: 0, max: 10_000, noNaN: true });

describe('caps by one key', () => {
  it('raises by half and lowers by a third', () => {
    expect(raisedCap({ capUsd: 1, costUsd: 0.2 })).toBe(1.5);
    expect(loweredCap({ capUsd: 1.5, costUsd: 0.2 })).toBe(1);
    expect(raisedCap({ capUsd: null, costUsd: 2 })).toBe(3);
    expect(raisedCap({ capUsd: 0, costUsd: 0 })).toBe(0.01);
  });

  it('never lowers below what is spent and always raises above the cap', () => {
    fc.assert(
      fc.property(fc.option(money), fc.option(money), (capUsd, costUsd) => {
        expect(loweredCap({ capUsd, costUsd })).toBeGreaterThanOrEqual(costUsd ?? 0);
        expect(raisedCap({ capUsd, costUsd })).toBeGreaterThan(capUsd ?? 0);
      }),
    );
  });
});
