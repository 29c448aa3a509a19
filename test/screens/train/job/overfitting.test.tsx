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

it('says of the best step that nothing is kept of it, once no checkpoint of it can come', async () => {
  const events = [...BEGINNING, learned(10, 2), learned(20, 1), learned(30, 1.4)];
  const running = practiceJob({ status: 'running' });
  const app = await renderTrain(fakeWorkbenchWith([{ job: running, events }]));
  await app.waitFor('↑ best on held-out rows');
  const ended = fakeWorkbenchWith([{ job: { ...running, status: 'succeeded' }, events }]);
  const late = await renderTrain(ended);
  await late.press('enter');
  await late.waitFor('↑ best at step 20, no checkpoint');
  const kept = fakeWorkbenchWith([{ job: { ...running, status: 'succeeded' }, events }]);
  const { metrics } = learned(20, 1);
  if (metrics === null) throw new Error('the step has no figures');
  const model = { id: 'kept', jobId: running.id, model: 'ft:kept', step: 20, createdAt: 1, metrics };
  kept.disk.deps.jobs.saveCheckpoints(running.id, [model]);
  const early = await renderTrain(kept);
  await early.press('enter');
  await early.waitFor('↑ best on held-out rows');
});
