import type { JobEvent, StepMetrics } from './types.ts';

export type CurveName = Exclude<keyof StepMetrics, 'step' | 'totalSteps'>;

export interface CurvePoint {
  readonly step: number;
  readonly value: number;
}

export type Curves = Readonly<Record<CurveName, readonly CurvePoint[]>>;

/**
 * The measured points of a job's events, by step, each step once. A step may be told in several events, as of its
 * training loss and then of its full validation loss: each figure is the last that was told of it.
 */
export function measuredPoints(events: readonly JobEvent[]): readonly StepMetrics[] {
  const byStep = new Map<number, StepMetrics>();
  for (const { metrics } of events) {
    if (metrics === null) continue;
    const before = byStep.get(metrics.step);
    byStep.set(metrics.step, before === undefined ? metrics : merged(before, metrics));
  }
  return [...byStep.values()].toSorted((a, b) => a.step - b.step);
}

const merged = (before: StepMetrics, later: StepMetrics): StepMetrics => ({
  step: later.step,
  totalSteps: later.totalSteps ?? before.totalSteps,
  trainLoss: later.trainLoss ?? before.trainLoss,
  trainTokenAccuracy: later.trainTokenAccuracy ?? before.trainTokenAccuracy,
  validLoss: later.validLoss ?? before.validLoss,
  validTokenAccuracy: later.validTokenAccuracy ?? before.validTokenAccuracy,
  fullValidLoss: later.fullValidLoss ?? before.fullValidLoss,
  fullValidTokenAccuracy: later.fullValidTokenAccuracy ?? before.fullValidTokenAccuracy,
});

/** One curve: the steps at which this figure was measured. */
export function curveOf(points: readonly StepMetrics[], name: CurveName): readonly CurvePoint[] {
  return points.flatMap((point) => {
    const value = point[name];
    return value === null ? [] : [{ step: point.step, value }];
  });
}

/** Every curve of a job; those never measured are empty. */
export function curvesOf(points: readonly StepMetrics[]): Curves {
  return {
    trainLoss: curveOf(points, 'trainLoss'),
    trainTokenAccuracy: curveOf(points, 'trainTokenAccuracy'),
    validLoss: curveOf(points, 'validLoss'),
    validTokenAccuracy: curveOf(points, 'validTokenAccuracy'),
    fullValidLoss: curveOf(points, 'fullValidLoss'),
    fullValidTokenAccuracy: curveOf(points, 'fullValidTokenAccuracy'),
  };
}
