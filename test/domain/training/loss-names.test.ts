import { expect, it } from 'vitest';
import { eventText } from '../../../src/domain/training/loss-names.ts';
import { parseStepMetrics } from '../../../src/domain/training/metrics.ts';

const event = (message: string) => ({ message, metrics: parseStepMetrics({}, message) });

it('lists the figures of a step by names that say which rows they were measured on', () => {
  const said = 'Step 131/303: training loss=0.25, validation loss=0.37, full validation loss=0.05';
  expect(eventText(event(said))).toBe('Step 131/303: loss 0.250, batch valid 0.370, full valid 0.050');
  expect(eventText(event('Step 7: training loss=12.31'))).toBe('Step 7: loss 12.3');
});

it('leaves what is no figure as it came', () => {
  for (const message of ['Fine-tuning job started', 'Step 3 of the setup is done'])
    expect(eventText(event(message))).toBe(message);
});
