import { useMemo, useRef } from 'react';
import { measuredPoints } from '../../../domain/training/curve.ts';
import type { JobEvent, JobRecord, StepMetrics } from '../../../domain/training/types.ts';
import { TERMINAL_STATUSES } from '../../../domain/training/types.ts';
import { useAppState, useWorkbench } from '../../../state/context.tsx';

/** The newest of each figure of a job. */
export interface JobSummary {
  readonly step: number | null;
  readonly totalSteps: number | null;
  readonly trainLoss: number | null;
  /** The newest, of the whole validation set or of a batch of it; of the whole where both were measured at one step. */
  readonly validLoss: number | null;
  readonly accuracy: number | null;
}

const last = (points: readonly StepMetrics[], read: (point: StepMetrics) => number | null): number | null => {
  const found = points.findLast((point) => read(point) !== null);
  return found === undefined ? null : read(found);
};

/** The newest of each figure in these events. */
export function summaryOf(events: readonly JobEvent[]): JobSummary {
  const points = measuredPoints(events);
  return {
    step: last(points, ({ step }) => step),
    totalSteps: last(points, ({ totalSteps }) => totalSteps),
    trainLoss: last(points, ({ trainLoss }) => trainLoss),
    validLoss: last(points, ({ fullValidLoss, validLoss }) => fullValidLoss ?? validLoss),
    accuracy:
      last(points, ({ fullValidTokenAccuracy, validTokenAccuracy }) => fullValidTokenAccuracy ?? validTokenAccuracy) ??
      last(points, ({ trainTokenAccuracy }) => trainTokenAccuracy),
  };
}

/** Summaries by job, read when a row is drawn: those of ended jobs once, of others again with every event. */
export function useSummaries(): (record: JobRecord) => JobSummary {
  const version = useAppState((state) => state.jobsVersion);
  const { train } = useWorkbench();
  const ended = useRef(new Map<string, JobSummary>());
  // biome-ignore lint/correctness/useExhaustiveDependencies: the version says when there are new events to read
  return useMemo(() => {
    const fresh = new Map<string, JobSummary>();
    return ({ job }) => {
      const known = ended.current.get(job.id) ?? fresh.get(job.id);
      if (known !== undefined) return known;
      const summary = summaryOf(train.events(job.id));
      (TERMINAL_STATUSES.has(job.status) ? ended.current : fresh).set(job.id, summary);
      return summary;
    };
  }, [train, version]);
}
