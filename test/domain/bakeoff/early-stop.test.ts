import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clearlyBehind, type StoppableJob } from '../../../src/domain/bakeoff/early-stop.ts';
import type { StepMetrics } from '../../../src/domain/training/types.ts';

const NONE = {
  totalSteps: 12,
  trainLoss: null,
  trainTokenAccuracy: null,
  validLoss: null,
  validTokenAccuracy: null,
  fullValidLoss: null,
  fullValidTokenAccuracy: null,
};

const job = (id: string, losses: readonly number[], change: Partial<StoppableJob> = {}): StoppableJob => ({
  id,
  group: 'a',
  running: true,
  points: losses.map((fullValidLoss, place): StepMetrics => ({ ...NONE, step: place + 2, fullValidLoss })),
  ...change,
});

const GOOD = [1.2, 1.0, 0.9, 0.8];
const BAD = [1.4, 1.35, 1.34, 1.33];
const ids = (jobs: readonly StoppableJob[]): readonly string[] => clearlyBehind(jobs).map(({ id }) => id);

describe('clearlyBehind', () => {
  it('names the one whose validation loss is above the middle of the others', () => {
    const found = clearlyBehind([job('x', GOOD), job('y', GOOD), job('z', BAD)]);
    expect(found).toEqual([{ id: 'z', step: 5, curve: 'fullValidLoss', loss: 1.33, others: 0.8 }]);
  });

  it('leaves alone what is close, has ended, has hardly begun, or has too few beside it', () => {
    expect(ids([job('x', GOOD), job('y', GOOD), job('z', [1.2, 1.1, 0.92, 0.83])])).toEqual([]);
    expect(ids([job('x', GOOD), job('y', GOOD), job('z', BAD, { running: false })])).toEqual([]);
    expect(ids([job('x', GOOD), job('y', GOOD), job('z', BAD.slice(0, 2))])).toEqual([]);
    expect(ids([job('x', GOOD), job('z', BAD)])).toEqual([]);
    expect(ids([job('x', GOOD), job('y', GOOD.slice(0, 1)), job('z', BAD)])).toEqual([]);
  });

  it('compares only within a group, and never a loss of batches with one of the whole set', () => {
    expect(ids([job('x', GOOD), job('y', GOOD), job('z', BAD, { group: 'b' })])).toEqual([]);
    const batches = job('z', BAD).points.map((point) => ({
      ...point,
      validLoss: point.fullValidLoss,
      fullValidLoss: null,
    }));
    expect(ids([job('x', GOOD), job('y', GOOD), job('z', [], { points: batches })])).toEqual([]);
  });

  it('never stops the best, and never all', () => {
    const losses = fc.array(fc.double({ min: 0.01, max: 5, noNaN: true }), { minLength: 1, maxLength: 10 });
    fc.assert(
      fc.property(fc.array(losses, { minLength: 1, maxLength: 8 }), (all) => {
        const jobs = all.map((own, place) => job(String(place), own));
        const stopped = clearlyBehind(jobs);
        expect(stopped.length).toBeLessThan(jobs.length);
        const lowest = Math.min(...all.flat());
        for (const { loss } of stopped) expect(loss).toBeGreaterThan(lowest);
      }),
    );
  });
});
