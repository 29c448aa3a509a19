import type { StepMetrics } from '../../domain/training/types.ts';
import type { NewEvent } from '../storage/events.ts';

/** The metrics event of a step, in OpenAI's words; of several writers of one step only the first is heard. */
export function stepEvent(metrics: StepMetrics): NewEvent {
  const { step, totalSteps, trainLoss, validLoss, fullValidLoss } = metrics;
  const parts = [
    loss('training loss', trainLoss),
    loss('validation loss', validLoss),
    loss('full validation loss', fullValidLoss),
  ].filter((part) => part !== null);
  const message = `Step ${step}/${totalSteps ?? '?'}: ${parts.join(', ')}`;
  return { message, type: 'metrics', once: `step:${step}`, data: { ...wireMetrics(metrics), total_steps: totalSteps } };
}

/** Metrics under the API's names; what was not measured is left out. */
export function wireMetrics(metrics: StepMetrics): Record<string, number> {
  const named = {
    step: metrics.step,
    train_loss: metrics.trainLoss,
    train_mean_token_accuracy: metrics.trainTokenAccuracy,
    valid_loss: metrics.validLoss,
    valid_mean_token_accuracy: metrics.validTokenAccuracy,
    full_valid_loss: metrics.fullValidLoss,
    full_valid_mean_token_accuracy: metrics.fullValidTokenAccuracy,
  };
  const measured: Record<string, number> = {};
  for (const [name, value] of Object.entries(named)) if (value !== null) measured[name] = value;
  return measured;
}

/** The result file: one line a step, empty where nothing was measured. */
export function resultCsv(steps: readonly Readonly<Record<string, unknown>>[]): string {
  const fields = ['step', 'train_loss', 'train_mean_token_accuracy', 'valid_loss', 'valid_mean_token_accuracy'];
  const lines = steps.map((step) => fields.map((field) => String(step[field] ?? '')).join(','));
  return `step,train_loss,train_accuracy,valid_loss,valid_mean_token_accuracy\n${lines.map((line) => `${line}\n`).join('')}`;
}

const loss = (name: string, value: number | null): string | null =>
  value === null ? null : `${name}=${value.toFixed(2)}`;
