import type { ChartSeries } from '../../../components/chart/index.ts';
import { type CurveName, curveOf, measuredPoints } from '../../../domain/training/curve.ts';
import type { JobEvent, JobRecord } from '../../../domain/training/types.ts';
import { jobName } from '../words.ts';

export const CURVE_TITLES: Readonly<Record<CurveName, string>> = {
  trainLoss: 'Training loss',
  trainTokenAccuracy: 'Training token accuracy',
  validLoss: 'Validation loss',
  validTokenAccuracy: 'Validation token accuracy',
  fullValidLoss: 'Full validation loss',
  fullValidTokenAccuracy: 'Full validation token accuracy',
};

/** One curve of several jobs, a series each, in the order given. */
export function comparedSeries(
  jobs: readonly JobRecord[],
  events: (jobId: string) => readonly JobEvent[],
  curve: CurveName,
): readonly ChartSeries[] {
  return jobs.map((record) => ({
    name: jobName(record),
    points: curveOf(measuredPoints(events(record.job.id)), curve).map(({ step, value }) => ({ x: step, y: value })),
  }));
}
