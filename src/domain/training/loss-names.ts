import { lossText } from '../text/format.ts';
import type { JobEvent } from './types.ts';

/** What the losses on held-out rows are called: one is on all of these rows, one on a batch of them, and neither stands for the other. */
export const VALIDATION_LOSSES = {
  fullValidLoss: 'full validation loss',
  validLoss: 'batch validation loss',
} as const;

/** Where a rule takes the one that is measured. */
export const EITHER_VALIDATION_LOSS = 'validation loss (full, else batch)';

const STEP = /^\s*step\s+\d+(?:\s*\/\s*\d+)?/i;

/**
 * An event as it is listed: figures of a step by the names they have everywhere else, `Step 90/90: loss 0.012, batch valid
 * 0.300, full valid 0.256`, since the protocol's own words call the loss on a batch plainly "validation loss"; all others as they came.
 */
export function eventText({ message, metrics }: Pick<JobEvent, 'message' | 'metrics'>): string {
  const [step] = STEP.exec(message) ?? [];
  if (metrics === null || step === undefined) return message;
  const { trainLoss, validLoss, fullValidLoss } = metrics;
  const figures = (
    [
      ['loss', trainLoss],
      ['batch valid', validLoss],
      ['full valid', fullValidLoss],
    ] as const
  ).flatMap(([name, value]) => (value === null ? [] : [`${name} ${lossText(value)}`]));
  return figures.length === 0 ? message : `${step.trim()}: ${figures.join(', ')}`;
}
