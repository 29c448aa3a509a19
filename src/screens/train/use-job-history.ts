import { useState } from 'react';
import { useRead, useWorkbench } from '../../app/react.tsx';
import type { ChartMark, ChartSeries } from '../../components/charts/line-chart.tsx';
import { plural } from '../../domain/text/format.ts';
import {
  type CurveName,
  curveOf,
  type MeasuredFigure,
  measuredPoints,
  newestHeldOutLoss,
  newestTokenAccuracy,
} from '../../domain/training/metrics.ts';
import { bestStep } from '../../domain/training/overfitting.ts';
import {
  type Checkpoint,
  type JobEvent,
  type JobRecord,
  type StepMachine,
  type StepMetrics,
  TERMINAL_STATUSES,
  type TuningJob,
} from '../../domain/training/types.ts';
import type { Metric } from './reducer.ts';

/** The newest of each figure of a job. */
export interface JobSummary {
  readonly step: number | null;
  readonly totalSteps: number | null;
  readonly trainLoss: number | null;
  readonly heldOut: MeasuredFigure | null;
  readonly accuracy: MeasuredFigure | null;
  /** Of the newest step that says it; null where none does. */
  readonly machine: StepMachine | null;
}

const newestValue = (points: readonly StepMetrics[], read: (point: StepMetrics) => number | null): number | null => {
  const found = points.findLast((point) => read(point) !== null);
  return found === undefined ? null : read(found);
};

/** The newest of each figure in these events. */
export function jobSummary(events: readonly JobEvent[]): JobSummary {
  const points = measuredPoints(events);
  return {
    step: newestValue(points, ({ step }) => step),
    totalSteps: newestValue(points, ({ totalSteps }) => totalSteps),
    trainLoss: newestValue(points, ({ trainLoss }) => trainLoss),
    heldOut: newestHeldOutLoss(points),
    accuracy: newestTokenAccuracy(points),
    machine: points.findLast(({ machine }) => machine !== undefined)?.machine ?? null,
  };
}

/** Summaries by job, read when a row is drawn: those of ended jobs once, of others again with every event. */
export function useJobSummaries(): (record: JobRecord) => JobSummary {
  const { train } = useWorkbench();
  const [ended] = useState(() => new Map<string, JobSummary>());
  const fresh = useRead(['jobs'], () => new Map<string, JobSummary>(), []);
  return ({ job }) => {
    const known = ended.get(job.id) ?? fresh.get(job.id);
    if (known !== undefined) return known;
    const summary = jobSummary(train.events(job.id));
    (TERMINAL_STATUSES.has(job.status) ? ended : fresh).set(job.id, summary);
    return summary;
  };
}

export interface JobHistory {
  /** Oldest first. */
  readonly events: readonly JobEvent[];
  readonly points: readonly StepMetrics[];
  /** Newest first. */
  readonly checkpoints: readonly Checkpoint[];
}

/** Everything that is on disk of a job, read again when there is news. */
export function useJobHistory(jobId: string): JobHistory {
  const { train } = useWorkbench();
  return useRead(['jobs'], () => {
    const events = train.events(jobId);
    const checkpoints = train.checkpoints(jobId).toSorted((a, b) => b.step - a.step);
    return { events, points: measuredPoints(events), checkpoints };
  }, [train, jobId]);
}

/** Whether the model of this step can be had: as a checkpoint, as the one that was trained last, or, while the job runs, perhaps yet. */
function isKept(step: number, { status }: TuningJob, { points, checkpoints }: Omit<JobHistory, 'events'>): boolean {
  if (checkpoints.some((one) => one.step === step) || points.at(-1)?.step === step) return true;
  return !TERMINAL_STATUSES.has(status) && checkpoints.every((one) => one.step < step);
}

/** Where epochs end, as far as it is known how many there are, and where held-out rows were learned best. */
export function chartMarks(job: TuningJob, history: Omit<JobHistory, 'events'>): readonly ChartMark[] {
  const { hyperparameters } = job;
  const { points } = history;
  const total = newestValue(points, ({ totalSteps }) => totalSteps);
  const { nEpochs } = hyperparameters;
  const epochs = typeof nEpochs === 'number' && total !== null ? nEpochs : 0;
  const reached = points.at(-1)?.step ?? 0;
  const ends = Array.from({ length: epochs }, (_, epoch) => Math.round(((total ?? 0) * (epoch + 1)) / epochs));
  const best = bestStep(points);
  return [
    ...ends.filter((x) => x <= reached).map((x): ChartMark => ({ x, kind: 'epoch' })),
    ...(best === null
      ? []
      : [{ x: best, kind: isKept(best, job, history) ? ('best' as const) : ('best, not kept' as const) }]),
  ];
}

/** `3 epochs, batch 4, rate × 1.8`: what the job trains by. */
export function hyperparameterText({ hyperparameters, seed }: TuningJob): string {
  const { nEpochs, batchSize, learningRateMultiplier } = hyperparameters;
  const epochs = typeof nEpochs === 'number' ? plural(nEpochs, 'epoch') : `epochs ${nEpochs}`;
  return `${epochs}, batch ${batchSize}, rate × ${learningRateMultiplier}${seed === null ? '' : `, seed ${seed}`}`;
}

const METRIC_CURVES: Readonly<Record<Metric, readonly (readonly [name: string, curve: CurveName])[]>> = {
  loss: [
    ['train', 'trainLoss'],
    ['batch valid', 'validLoss'],
    ['full valid', 'fullValidLoss'],
  ],
  accuracy: [
    ['train', 'trainTokenAccuracy'],
    ['batch valid', 'validTokenAccuracy'],
    ['full valid', 'fullValidTokenAccuracy'],
  ],
};

/** The three curves of one figure: on training batches, on validation batches, on the whole validation set. */
export function chartSeries(points: readonly StepMetrics[], metric: Metric): readonly ChartSeries[] {
  return METRIC_CURVES[metric].map(([name, curve]) => ({
    name,
    points: curveOf(points, curve).map(({ step, value }) => ({ x: step, y: value })),
  }));
}
