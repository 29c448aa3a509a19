import type { JobEvent, StepMetrics } from '../../../domain/training/types.ts';

/** Figures of a step, told apart from the events of a job, as one of them. */
export const figuresEvent = (id: string, createdAt: number, metrics: StepMetrics): JobEvent => ({
  id,
  createdAt,
  level: 'info',
  type: 'metrics',
  message: metricsText(metrics),
  metrics,
});

function metricsText({ step, trainLoss, validLoss }: StepMetrics): string {
  const figures = [
    ...(trainLoss === null ? [] : [`training loss=${trainLoss}`]),
    ...(validLoss === null ? [] : [`validation loss=${validLoss}`]),
  ];
  return `Step ${step}: ${figures.join(', ')}`;
}
