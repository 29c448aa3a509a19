import { expect, it } from 'vitest';
import { parseStepMetrics } from '../../../../src/domain/training/metrics.ts';
import { fakeWorkbenchWith, jobEvent, practiceJob, renderTrain } from '../render-train.tsx';

const data = {
  step: 7,
  total_steps: 40,
  train_loss: 1.5,
  learning_rate: 0.0002,
  gradient_norm: 1.25,
  tokens_per_second: 811.6,
  memory_used: 2_100_000_000,
  memory_peak: 2_400_000_000,
  device: 'a GPU\u001b[31m, bf16',
};

it('shows of the newest step how it was made, and says what ended the training in words', async () => {
  const event = jobEvent(9, 'Step 7/40: training loss=1.50', { type: 'metrics', metrics: parseStepMetrics(data) });
  const desk = fakeWorkbenchWith([{ job: practiceJob({ status: 'running', model: 'org/tiny' }), events: [event] }]);
  const app = await renderTrain(desk);
  await app.waitFor('rate 2.00e-4');
  expect(app.frame()).toContain('gradient 1.250  812 tokens/s  2.1 GB  a GPU, bf16');
  expect(app.frame()).not.toContain('\u001b[31m');
});

it('says why a training of real weights ended, and what to lower', async () => {
  const error = { code: 'out_of_memory', message: 'There was not enough memory: 9 GB.', param: null };
  const desk = fakeWorkbenchWith([{ job: practiceJob({ status: 'failed', model: 'org/tiny', error }) }]);
  const app = await renderTrain(desk);
  await app.press('escape');
  await app.waitFor('failed');
  await app.press('enter');
  await app.waitFor('There was not enough memory for this training.');
  expect(app.frame().replace(/\s*│?\n│?\s*/g, ' ')).toContain('Lower the longest row or the batch size');
});

it('shows what a job of real weights is trained by once auto is a value, and leaves chart and events their room', async () => {
  const event = jobEvent(9, 'Step 7/40: training loss=1.50', { type: 'metrics', metrics: parseStepMetrics(data) });
  const hyperparameters = {
    nEpochs: 3,
    batchSize: 4,
    learningRateMultiplier: 1,
    learningRate: 0.000_010_000_000_1,
    loraRank: 16,
  };
  const settings = {
    loraAlpha: 32,
    loraDropout: 0,
    targetModules: 'all-linear\u001b[31m',
    gradientCheckpointing: true,
    warmupRatio: 0.03,
  };
  const choices = { weights: 'lora', settings } as const;
  const job = practiceJob({ status: 'running', model: 'org/tiny', hyperparameters, choices, beta: 0.1 });
  const app = await renderTrain(fakeWorkbenchWith([{ job, events: [event] }]), { columns: 80, rows: 24 });
  await app.waitFor('rate 2.00e-4');
  expect(app.frame()).toContain('learning rate 0.00001  beta 0.1  LoRA, rank 16  LoRA alpha 32');
  expect(app.frame()).toContain('LoRA layers all-linear  Checkpointing yes  Warm-up 0.03');
  expect(app.frame()).toContain('train 1.5');
  expect(app.frame()).toContain('Step 7/40: loss');
  await app.resize(60, 16);
  expect(app.frame()).not.toContain('LoRA alpha');
  expect(app.frame()).toContain('train 1.5');
});

it('calls the accuracy of preference pairs what it is, and shows their margin', async () => {
  const step = { ...data, train_mean_token_accuracy: 0.75, train_reward_margin: 0.42 };
  const event = jobEvent(9, 'Step 7/40: training loss=1.50', { type: 'metrics', metrics: parseStepMetrics(step) });
  const job = practiceJob({ status: 'running', model: 'org/tiny' });
  const app = await renderTrain(fakeWorkbenchWith([{ job, events: [event], record: { method: 'dpo' } }]));
  await app.waitFor('margin 0.420');
  expect(app.frame()).toContain('Loss (m share of pairs)');
  await app.press('m');
  expect(app.frame()).toContain('Share of pairs (m loss)');
  expect(app.frame()).not.toContain('token accuracy');
});
