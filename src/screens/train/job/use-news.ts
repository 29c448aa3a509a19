import { useMemo } from 'react';
import type { ChartSeries } from '../../../components/chart/index.ts';
import { type CurveName, curveOf, measuredPoints } from '../../../domain/training/curve.ts';
import type { Checkpoint, JobEvent, StepMetrics } from '../../../domain/training/types.ts';
import { useAppState, useWorkbench } from '../../../state/context.tsx';
import type { Metric } from '../reducer.ts';

export interface JobNews {
  /** Oldest first. */
  readonly events: readonly JobEvent[];
  readonly points: readonly StepMetrics[];
  /** Newest first. */
  readonly checkpoints: readonly Checkpoint[];
}

/** Everything that is on disk of a job, read again when there is news. */
export function useNews(jobId: string): JobNews {
  const version = useAppState((state) => state.jobsVersion);
  const { train } = useWorkbench();
  // biome-ignore lint/correctness/useExhaustiveDependencies: the version says when there is news to read
  return useMemo(() => {
    const events = train.events(jobId);
    const checkpoints = train.checkpoints(jobId).toSorted((a, b) => b.step - a.step);
    return { events, points: measuredPoints(events), checkpoints };
  }, [train, jobId, version]);
}

const CURVES: Readonly<Record<Metric, readonly (readonly [name: string, curve: CurveName])[]>> = {
  loss: [
    ['train', 'trainLoss'],
    ['valid', 'validLoss'],
    ['full valid', 'fullValidLoss'],
  ],
  accuracy: [
    ['train', 'trainTokenAccuracy'],
    ['valid', 'validTokenAccuracy'],
    ['full valid', 'fullValidTokenAccuracy'],
  ],
};

/** The three curves of one figure: on training batches, on validation batches, on the whole validation set. */
export function seriesOf(points: readonly StepMetrics[], metric: Metric): readonly ChartSeries[] {
  return CURVES[metric].map(([name, curve]) => ({
    name,
    points: curveOf(points, curve).map(({ step, value }) => ({ x: step, y: value })),
  }));
}
