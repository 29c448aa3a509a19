import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { chatLines, eventsOf, jsonl, messagesOf, upload, waitForMessage, waitForStatus } from '../../support/engine.ts';
import { standInBase, startWeights } from './support/weights.ts';

// Each starts several processes of Node.
vi.setConfig({ testTimeout: 120_000 });

const hyperparameters = { n_epochs: 3, batch_size: 5, learning_rate_multiplier: 2 };

const stepsIn = (messages: readonly string[]) =>
  messages.flatMap((text) => /^Step (\d+)\/\d+: train/.exec(text)?.[1] ?? []);
const pairs = (count: number, rejected = 'no') =>
  jsonl(
    Array.from({ length: count }, (_, i) => ({
      input: { messages: [{ role: 'user', content: `Question ${i}` }] },
      preferred_output: [{ role: 'assistant', content: 'yes' }],
      non_preferred_output: [{ role: 'assistant', content: rejected }],
    })),
  );

test('a job of real weights: every step and evaluation told, checkpoints that answer, settings with nothing left to choose', async () => {
  const { client, home } = await startWeights({ mode: 'good' });
  const file = await upload(client, chatLines(10));
  const held = await upload(client, chatLines(2));
  const created = await client.fineTuning.jobs.create({
    model: 'toy',
    training_file: file.id,
    validation_file: held.id,
    hyperparameters,
  });
  const job = await waitForStatus(client, created.id, 'succeeded');
  expect(job.hyperparameters).toMatchObject({
    n_epochs: 3,
    batch_size: 5,
    learning_rate: 0.01,
    lora_r: 16,
    full: false,
  });
  expect(job).toMatchObject({ trained_tokens: 90, fine_tuned_model: expect.stringMatching(/^ft:toy:luthier::\w{8}$/) });
  const events = await eventsOf(client, job.id);
  expect(events.map(({ message }) => message)).toEqual(
    expect.arrayContaining([
      'Training 10 of 1,000 parameters on stand-in, fp32, rows of up to 256 tokens: 6 steps, 40 tokens to learn',
      'Step 2/6: training loss=1.00',
      'Step 2/6: validation loss=1.50, full validation loss=1.50',
      `Checkpoint created at step 2 with Snapshot ID: ${job.fine_tuned_model}:ckpt-step-2`,
    ]),
  );
  expect(events.find(({ message }) => message.startsWith('Step 1/6'))?.data).toEqual({
    step: 1,
    total_steps: 6,
    train_loss: 2,
    train_mean_token_accuracy: 1 / 6,
    learning_rate: 0.01,
    tokens_per_second: 9,
    memory_used: 5,
    memory_peak: 7,
    device: 'stand-in, fp32',
  });
  const checkpoints = (await client.fineTuning.jobs.checkpoints.list(job.id)).data;
  expect(checkpoints.map(({ step_number }) => step_number)).toEqual([6, 4, 2]);
  expect(checkpoints[2]?.metrics).toMatchObject({ train_loss: 1, full_valid_loss: 1.5 });
  const csv = await (await client.files.content(job.result_files[0] ?? '')).text();
  expect(csv.trim().split('\n').slice(2, 4)).toEqual([`2,1,${1 / 3},1.5,${1 / 3}`, `3,${2 / 3},0.5,,`]);
  const folder = readdirSync(join(home, 'models')).find((name) => name.endsWith('ckpt-step-2')) ?? '';
  expect(readdirSync(join(home, 'models', folder)).toSorted()).toEqual([
    'adapter_config.json',
    'adapter_model.safetensors',
    'luthier.json',
  ]);
  await expect.poll(() => readdirSync(join(home, 'jobs'))).toEqual([]);
});

test('preference pairs are trained on where the base can be; figures of rewards are told', async () => {
  const { client } = await startWeights({ mode: 'good' });
  const file = await upload(client, pairs(10));
  const method = { type: 'dpo' as const, dpo: { hyperparameters: { beta: 0.2, n_epochs: 1, batch_size: 10 } } };
  const { id } = await client.fineTuning.jobs.create({ model: 'toy', training_file: file.id, method });
  const job = await waitForStatus(client, id, 'succeeded');
  expect(job.method).toMatchObject({ type: 'dpo', dpo: { hyperparameters: { beta: 0.2 } } });
  const step = (await eventsOf(client, id)).find(({ type }) => type === 'metrics');
  expect(step?.data).toMatchObject({ train_reward_margin: 2 });
});

test.each([
  ['answers', chatLines(10), 'Line 1: no preference pair'],
  ['pairs that are no choice', pairs(10, 'yes'), 'Line 1: both answers are the same'],
])('%s are no file for preferences', async (_name, content, message) => {
  const { client } = await startWeights({ mode: 'good' });
  const file = await upload(client, content);
  const { id } = await client.fineTuning.jobs.create({ model: 'toy', training_file: file.id, method: { type: 'dpo' } });
  expect((await waitForStatus(client, id, 'failed')).error?.message).toContain(message);
});

test('rows too long are told by the lines of the person’s own file', async () => {
  const { client } = await startWeights({ mode: 'long' });
  const file = await upload(client, `\n${chatLines(10)}`);
  const { id } = await client.fineTuning.jobs.create({ model: 'toy', training_file: file.id });
  await waitForStatus(client, id, 'succeeded');
  const told = (await eventsOf(client, id)).find(({ level }) => level === 'warn');
  expect(told?.message).toBe(
    'Line 4 of the training file has 300 tokens and 256 fit: it is not trained on. Shorten it, or raise max_length.',
  );
});

test('a row that the template refuses is told by the line of the person’s own file', async () => {
  const { client } = await startWeights({ mode: 'refuses' });
  const file = await upload(client, `\n${chatLines(10)}`);
  const { id } = await client.fineTuning.jobs.create({ model: 'toy', training_file: file.id });
  const { error } = await waitForStatus(client, id, 'failed');
  expect(error?.message).toMatch(/^Line 4 of the training file: the base's chat template/);
});

test('what the runner fails with is the job’s error, with what to do', async () => {
  const { client } = await startWeights({ mode: 'nan' });
  const file = await upload(client, chatLines(10));
  const { id } = await client.fineTuning.jobs.create({ model: 'toy', training_file: file.id });
  const { error } = await waitForStatus(client, id, 'failed');
  expect(error).toEqual({ code: 'nan_loss', message: 'The loss became infinite. Lower learning_rate.', param: null });
});

test('paused, a job saves in the middle of an epoch, makes room, and goes on from there; the step nobody heard of is told', async () => {
  const { client } = await startWeights({ mode: 'held' });
  const file = await upload(client, chatLines(10));
  const { id } = await client.fineTuning.jobs.create({ model: 'toy', training_file: file.id, hyperparameters });
  await waitForMessage(client, id, 'Checkpoint created at step 2');
  await client.fineTuning.jobs.pause(id);
  await client.fineTuning.jobs.resume(id);
  await waitForStatus(client, id, 'succeeded');
  const messages = await messagesOf(client, id);
  expect(messages).toContain('Training is taken up again; going on from step 3');
  expect(stepsIn(messages)).toEqual(['1', '2', '3', '4', '5', '6']);
});

test('a runner that is killed is started again from its last checkpoint, and the job says so', async () => {
  const { client } = await startWeights({ mode: 'killed' });
  const file = await upload(client, chatLines(10));
  const { id } = await client.fineTuning.jobs.create({ model: 'toy', training_file: file.id, hyperparameters });
  await waitForStatus(client, id, 'succeeded');
  const messages = await messagesOf(client, id);
  expect(
    messages.filter((text) => text.startsWith('The runner was ended by SIGKILL. It starts again from step 2')),
  ).toHaveLength(1);
  expect(stepsIn(messages)).toEqual(['1', '2', '3', '4', '5', '6']);
});

test('a runner that dies before every new checkpoint is given up, in words', async () => {
  const base = standInBase('dies');
  const { client } = await startWeights({ mode: 'dies', base });
  const file = await upload(client, chatLines(10));
  const one = { n_epochs: 1, batch_size: 5 };
  const { id } = await client.fineTuning.jobs.create({ model: 'toy', training_file: file.id, hyperparameters: one });
  const { error } = await waitForStatus(client, id, 'failed');
  expect(error).toMatchObject({ code: 'runner_died', message: expect.stringContaining('run out of memory') });
});

test('a cancelled job ends its runner at once, even one that is deaf, and nothing of it is left', async () => {
  const { client, home } = await startWeights({ mode: 'deaf' });
  const file = await upload(client, chatLines(10));
  const { id } = await client.fineTuning.jobs.create({ model: 'toy', training_file: file.id, hyperparameters });
  await waitForMessage(client, id, 'Checkpoint created at step 2');
  await client.fineTuning.jobs.cancel(id);
  await expect.poll(() => existsSync(join(home, 'jobs', id)), { timeout: 20_000 }).toBe(false);
});

test('a job whose folder an earlier runner still holds waits for it', async () => {
  const { client, home } = await startWeights({ mode: 'held' });
  const file = await upload(client, chatLines(10));
  const { id } = await client.fineTuning.jobs.create({ model: 'toy', training_file: file.id, hyperparameters });
  await waitForMessage(client, id, 'Checkpoint created at step 2');
  await client.fineTuning.jobs.pause(id);
  writeFileSync(join(home, 'jobs', id, 'held'), '');
  await client.fineTuning.jobs.resume(id);
  await waitForStatus(client, id, 'succeeded');
  expect(existsSync(join(home, 'jobs', id, 'held'))).toBe(false);
});

test('a job that ran when the engine was closed is taken up by the next engine that has its base', async () => {
  const base = standInBase('held');
  const first = await startWeights({ mode: 'held', base });
  const file = await upload(first.client, chatLines(10));
  const { id } = await first.client.fineTuning.jobs.create({ model: 'toy', training_file: file.id, hyperparameters });
  await waitForMessage(first.client, id, 'Checkpoint created at step 2');
  await first.server.close();

  const other = await startWeights({ mode: 'held', base: standInBase('held', 'another'), home: first.home });
  await waitForMessage(other.client, id, 'The base model toy is not at hand, and the job waits for it');
  await other.server.close();

  const { client } = await startWeights({ mode: 'held', base, home: first.home });
  await waitForStatus(client, id, 'succeeded');
  const messages = await messagesOf(client, id);
  expect(messages).toContain('Training was interrupted when its engine stopped; going on from step 3');
  expect(stepsIn(messages)).toEqual(['1', '2', '3', '4', '5', '6']);
});
