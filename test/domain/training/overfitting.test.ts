import { describe, expect, it } from 'vitest';
import { bestStep, byHeartText, heldOutLoss, overfittingSince } from '../../../src/domain/training/overfitting.ts';
import type { StepMetrics } from '../../../src/domain/training/types.ts';

const point = (step: number, change: Partial<StepMetrics>): StepMetrics => ({
  step,
  totalSteps: 40,
  trainLoss: 1,
  trainTokenAccuracy: null,
  validLoss: null,
  validTokenAccuracy: null,
  fullValidLoss: null,
  fullValidTokenAccuracy: null,
  ...change,
});
const full = (...losses: readonly number[]) =>
  losses.map((fullValidLoss, index) => point(10 * (index + 1), { fullValidLoss, validLoss: 9 }));

describe('overfittingSince', () => {
  it('is the step of the least loss on held-out rows, once that loss has risen', () => {
    expect(overfittingSince(full(2, 1, 1.3))).toBe(20);
    expect(overfittingSince(full(1, 1.01))).toBe(10);
    expect(bestStep(full(2, 1, 1, 1.3))).toBe(20);
  });

  it('is null while the loss falls, moves within its noise, or is not measured', () => {
    for (const points of [full(2, 1, 0.9), full(2, 1, 1.02), full(1), [point(1, {})]])
      expect(overfittingSince(points)).toBeNull();
    expect(bestStep([point(1, {})])).toBeNull();
  });

  it('goes by the whole of the held-out rows where that was measured, else by batches', () => {
    expect(heldOutLoss(full(2, 1)).name).toBe('full valid');
    expect(heldOutLoss([point(1, { validLoss: 2 })])).toEqual({ name: 'batch valid', points: [{ step: 1, value: 2 }] });
  });
});

it('few rows are said to be learned by heart', () => {
  expect(byHeartText(12)).toMatch(/^12 rows: they will be learned by heart\./);
  expect([byHeartText(0), byHeartText(50)]).toEqual([null, null]);
});
