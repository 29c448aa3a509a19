import { expect, it } from 'vitest';
import { BEGINNING, fakeWorkbenchWith, measured, practiceJob, renderTrain } from '../render-train.tsx';

const learned = (step: number, fullValidLoss: number) => {
  const event = measured(step);
  return { ...event, metrics: event.metrics && { ...event.metrics, fullValidLoss } };
};

it('a job that learns its rows by heart says so, beside what it trains by; its chart marks epochs and the best step', async () => {
  const job = practiceJob({
    status: 'running',
    hyperparameters: { nEpochs: 4, batchSize: 2, learningRateMultiplier: 1.8 },
    seed: 7,
  });
  const events = [...BEGINNING, learned(10, 2), learned(20, 1), learned(30, 1.4)];
  const app = await renderTrain(fakeWorkbenchWith([{ job, events }]), { columns: 100, rows: 30 });
  await app.waitFor('overfitting since step 20');
  expect(app.frame()).toContain('full valid 1.40');
  expect(app.frame()).toContain('4 epochs, batch 2, rate × 1.8, seed 7');
  expect(app.frame()).toMatch(/◆ batch valid [\d.]+ +▲ full valid 1\.40/);
  expect(app.frame()).toContain('┴ epoch ends, ↑ best on held-out rows');
});
