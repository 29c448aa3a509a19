import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loweredCap, raisedCap } from '../../../src/screens/generate/run.tsx';

const money = fc.double({ min: 0, max: 10_000, noNaN: true });

describe('caps by one key', () => {
  it('raises by half and lowers by a third', () => {
    expect(raisedCap({ capUsd: 1, projectUsd: 0.2 })).toBe(1.5);
    expect(loweredCap({ capUsd: 1.5, projectUsd: 0.2 })).toBe(1);
    expect(raisedCap({ capUsd: null, projectUsd: 2 })).toBe(3);
    expect(raisedCap({ capUsd: 0, projectUsd: 0 })).toBe(0.01);
  });

  it('never lowers below what is spent and always raises above the cap', () => {
    fc.assert(
      fc.property(fc.option(money), money, (capUsd, projectUsd) => {
        expect(loweredCap({ capUsd, projectUsd })).toBeGreaterThanOrEqual(projectUsd);
        expect(raisedCap({ capUsd, projectUsd })).toBeGreaterThan(capUsd ?? 0);
      }),
    );
  });
});
