import { execFileSync } from 'node:child_process';
import { closeSync, constants, globSync, openSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import {
  chatLines,
  eventsOf,
  messagesOf,
  startEngine,
  upload,
  waitForMessage,
  waitForStatus,
} from './support/engine.ts';
import { BROKEN, HELD, QUICK, SLOW, STUCK } from './support/runner.ts';

test('a job goes from file to model, with the events, checkpoints and result file of the real service', async () => {
  const { client } = await startEngine();
  const file = await upload(client, chatLines(10));
  const held = await upload(client, chatLines(3));
  const created = await client.fineTuning.jobs.create({
    model: QUICK,
    training_file: file.id,
    validation_file: held.id,
    suffix: 'dnd',
    seed: 7,
    metadata: { project: 'p1' },
    method: { type: 'supervised', supervised: { hyperparameters: { n_epochs: 4, batch_size: 5 } } },
  });
  expect(created.id).toMatch(/^ftjob-\w{24}$/);
  expect(created).toMatchObject({ object: 'fine_tuning.job', seed: 7, fine_tuned_model: null, error: null });
  expect(created.hyperparameters).toEqual({ n_epochs: 4, batch_size: 5, learning_rate_multiplier: 'auto' });
  const job = await waitForStatus(client, created.id, 'succeeded');
  const model = job.fine_tuned_model ?? '';
  expect(model).toMatch(/^ft:test-quick:luthier:dnd:\w{8}$/);
  expect(job.hyperparameters.learning_rate_multiplier).toBe(1);
  expect(job.method?.supervised?.hyperparameters).toEqual(job.hyperparameters);
  expect(job).toMatchObject({ trained_tokens: 40, estimated_finish: null, metadata: { project: 'p1' } });
  expect(job.finished_at).toBeGreaterThanOrEqual(job.created_at);

  const steps = (from: number) => [
    `Step ${from}/8: training loss=${(2 / from).toFixed(2)}, validation loss=${(3 / from).toFixed(2)}`,
    `Step ${from + 1}/8: training loss=${(2 / (from + 1)).toFixed(2)}, validation loss=${(3 / (from + 1)).toFixed(2)}, full validation loss=${(3.5 / (from + 1)).toFixed(2)}`,
    `Checkpoint created at step ${from + 1} with Snapshot ID: ${model}:ckpt-step-${from + 1}`,
  ];
  expect(await messagesOf(client, job.id)).toEqual([
    `Created fine-tuning job: ${job.id}`,
    `Validating training file: ${file.id} and validation file: ${held.id}`,
    'Files validated, moving job to queued state',
    'Fine-tuning job started',
    ...[1, 3, 5, 7].flatMap(steps),
    `New fine-tuned model created: ${model}`,
    'The job has successfully completed',
  ]);
  const metrics = (await eventsOf(client, job.id)).filter((event) => event.type === 'metrics');
  expect(metrics[1]?.data).toEqual({
    step: 2,
    total_steps: 8,
    train_loss: 1,
    train_mean_token_accuracy: 1 - 1 / 3,
    valid_loss: 1.5,
    valid_mean_token_accuracy: 0.5,
    full_valid_loss: 1.75,
    full_valid_mean_token_accuracy: 0.4,
  });

  const checkpoints = (await client.fineTuning.jobs.checkpoints.list(job.id)).data;
  expect(checkpoints.map((checkpoint) => checkpoint.step_number)).toEqual([8, 6, 4]);
  expect(checkpoints[0]?.id).toMatch(/^ftckpt_/);
  expect(checkpoints[0]?.metrics.full_valid_loss).toBeCloseTo(3.5 / 8);
  for (const name of [model, checkpoints[2]?.fine_tuned_model_checkpoint ?? '']) {
    const said = await client.chat.completions.create({ model: name, messages: [{ role: 'user', content: 'Hi' }] });
    expect(said.choices[0]?.message.content).toBe('learned words');
  }
  const [resultId = ''] = job.result_files;
  const csv = await (await client.files.content(resultId)).text();
  expect(csv.split('\n').slice(0, 2)).toEqual([
    'step,train_loss,train_accuracy,valid_loss,valid_mean_token_accuracy',
    '1,2,0.5,3,0.5',
  ]);
  expect(csv.trim().split('\n')).toHaveLength(9);
  expect((await client.files.retrieve(resultId)).purpose).toBe('fine-tune-results');

  const listed = (await client.models.list()).data.map((each) => each.id);
  expect(listed).toContain(model);
  expect(listed).not.toContain(`${model}:ckpt-step-2`);
  expect(await client.models.delete(model)).toMatchObject({ id: model, deleted: true });
  await expect(client.models.retrieve(model)).rejects.toMatchObject({ status: 404, code: 'model_not_found' });
});

test('the old top-level hyperparameters work, and auto is resolved by the cookbook rule', async () => {
  const { client } = await startEngine();
  const file = await upload(client, chatLines(16));
  const request = { model: QUICK, training_file: file.id };
  const old = await client.fineTuning.jobs.create({ ...request, hyperparameters: { n_epochs: 1 } });
  const auto = await client.fineTuning.jobs.create(request);
  expect(auto.hyperparameters).toEqual({ n_epochs: 'auto', batch_size: 'auto', learning_rate_multiplier: 'auto' });
  expect((await waitForStatus(client, old.id, 'succeeded')).hyperparameters.n_epochs).toBe(1);
  const done = await waitForStatus(client, auto.id, 'succeeded');
  expect(done.hyperparameters).toEqual({ n_epochs: 6, batch_size: 1, learning_rate_multiplier: 1 });
  expect(done.fine_tuned_model).toMatch(/^ft:test-quick:luthier::\w{8}$/);
});

const latin = (text: string): Uint8Array<ArrayBuffer> => Buffer.from(text, 'latin1');
const bad = (line: unknown): string => chatLines(11) + (typeof line === 'string' ? line : JSON.stringify(line));
const chat = (...messages: unknown[]) => ({ messages });
const user = { role: 'user', content: 'Hi' };

test.each([
  ['too few lines', chatLines(7), 'invalid_n_examples', 'has 7 example(s), but must have at least 10'],
  ['no JSON', bad('{"messages": '), 'invalid_training_file', 'Line 12: not valid JSON'],
  ['no object', bad('[1]'), 'invalid_training_file', 'Line 12: not a JSON object'],
  [
    'bytes of no UTF-8',
    latin(bad('{"é": 1}')),
    'invalid_training_file',
    'Line 12: not UTF-8 (column 3 holds the byte E9)',
  ],
  [
    'no role',
    bad(chat(user, { content: 'x' })),
    'invalid_training_file',
    "Line 12: message 2 Discriminator 'role' is missing",
  ],
  ['no answer', bad(chat(user)), 'invalid_training_file', 'Line 12: no assistant message'],
  ['a weight on a user', bad(chat({ ...user, weight: 1 })), 'invalid_training_file', "Line 12: message 1: 'weight'"],
  [
    'an answer of nulls',
    bad(chat(user, { role: 'assistant', content: null, tool_calls: null })),
    'invalid_training_file',
    "message 2: 'content' is missing",
  ],
  ['a number as content', bad(chat({ role: 'user', content: 3 })), 'invalid_training_file', "message 1: 'content'"],
  [
    'a preference pair',
    bad({ input: {}, preferred_output: [] }),
    'invalid_training_file',
    'Line 12: a preference pair',
  ],
])('a training file with %s fails the job and says where', async (_name, content, code, message) => {
  const { client } = await startEngine();
  const file = await upload(client, content);
  const { id } = await client.fineTuning.jobs.create({ model: QUICK, training_file: file.id });
  const job = await waitForStatus(client, id, 'failed');
  expect(job.error).toMatchObject({ code, param: 'training_file', message: expect.stringContaining(message) });
  const last = (await eventsOf(client, id)).at(-1);
  expect(last).toMatchObject({ level: 'error', message: job.error?.message });
});

test('weights, names, text parts, tools and legacy lines can be trained on', async () => {
  const { client } = await startEngine();
  const lines = [
    chat(
      { ...user, name: 'ada' },
      { role: 'assistant', content: 'no', weight: 0 },
      { role: 'assistant', content: 'yes', weight: 1 },
    ),
    chat({ ...user, name: null, weight: null }, { role: 'assistant', content: 'yes', weight: null, tool_calls: null }),
    chat({ role: 'user', content: [{ type: 'text', text: 'Hi' }] }, { role: 'assistant', content: 'yes' }),
    chat(
      user,
      { role: 'assistant', tool_calls: [{}] },
      { role: 'tool', content: '4' },
      { role: 'assistant', content: 'yes' },
    ),
    { prompt: 'Hi ->', completion: ' from legacy' },
  ].map((line) => JSON.stringify(line));
  const file = await upload(client, `\uFEFF${chatLines(8)}\r\n\n${lines.join('\n')}`);
  const { id } = await client.fineTuning.jobs.create({ model: QUICK, training_file: file.id });
  const { fine_tuned_model } = await waitForStatus(client, id, 'succeeded');
  const said = await client.completions.create({ model: fine_tuned_model ?? '', prompt: 'Hi' });
  expect(said.choices[0]?.text).toBe(' from legacy');
});

test('a runner that fails, fails the job with its reason', async () => {
  const { client } = await startEngine();
  const file = await upload(client, chatLines(10));
  const { id } = await client.fineTuning.jobs.create({ model: BROKEN, training_file: file.id });
  const job = await waitForStatus(client, id, 'failed');
  expect(job.error).toEqual({ code: 'server_error', message: 'The practice weights fell apart.', param: null });
});

test('one job trains at a time, in order; paused, it makes room, and goes on from its checkpoint', async () => {
  const { client } = await startEngine();
  const file = await upload(client, chatLines(10));
  const hyperparameters = { n_epochs: 3, batch_size: 5 };
  const first = await client.fineTuning.jobs.create({ model: HELD, training_file: file.id, hyperparameters });
  const second = await client.fineTuning.jobs.create({ model: QUICK, training_file: file.id });
  await waitForMessage(client, first.id, 'Checkpoint created at step 4');
  await waitForStatus(client, second.id, 'queued');
  expect((await client.fineTuning.jobs.retrieve(first.id)).estimated_finish).toEqual(expect.any(Number));
  expect((await client.fineTuning.jobs.pause(first.id)).status).toBe('paused');
  await waitForStatus(client, second.id, 'succeeded');
  await client.fineTuning.jobs.resume(first.id);
  await waitForStatus(client, first.id, 'succeeded');
  const messages = await messagesOf(client, first.id);
  expect(messages).toContain('Training is taken up again; going on from step 4');
  const steps = messages.map((text) => /^Step (\d+)/.exec(text)?.[1]).filter((step) => step !== undefined);
  expect(steps).toEqual(['1', '2', '3', '4', '5', '6']);
});

test('a cancelled job stops and stays cancelled; it can be neither cancelled nor resumed again', async () => {
  const { client } = await startEngine();
  const file = await upload(client, chatLines(10));
  const { id } = await client.fineTuning.jobs.create({ model: HELD, training_file: file.id });
  await waitForMessage(client, id, 'Checkpoint created');
  const cancelled = await client.fineTuning.jobs.cancel(id);
  expect(cancelled).toMatchObject({ status: 'cancelled', finished_at: expect.any(Number) });
  await expect(client.fineTuning.jobs.cancel(id)).rejects.toMatchObject({ status: 400, code: 'invalid_job_state' });
  await expect(client.fineTuning.jobs.resume(id)).rejects.toMatchObject({ status: 400 });
  const next = await client.fineTuning.jobs.create({ model: QUICK, training_file: file.id });
  await waitForStatus(client, next.id, 'succeeded');
  expect((await client.fineTuning.jobs.retrieve(id)).status).toBe('cancelled');
});

test('line separators inside a text (U+2028, a lone return) do not end a line of the file', async () => {
  const { client } = await startEngine();
  const file = await upload(client, `\uFEFF${chatLines(10, 'one\u2028two\u2029three').replaceAll('\n', '\r\n')}`);
  const job = await client.fineTuning.jobs.create({ model: QUICK, training_file: file.id });
  const done = await waitForStatus(client, job.id, 'succeeded');
  expect(done.error).toBeNull();
});

test('a training that stands still is ended and its job fails in words; the next job is not kept waiting', async () => {
  const { client } = await startEngine();
  const file = await upload(client, chatLines(10));
  const stuck = await client.fineTuning.jobs.create({ model: STUCK, training_file: file.id });
  const next = await client.fineTuning.jobs.create({ model: QUICK, training_file: file.id });
  const { error } = await waitForStatus(client, stuck.id, 'failed');
  const text = 'Training stood still for 2 s and was ended. Start a new job to try again.';
  expect(error).toEqual({ code: 'server_error', message: text, param: null });
  expect((await messagesOf(client, stuck.id)).at(-1)).toBe(text);
  await waitForStatus(client, next.id, 'succeeded');
});

test('a training that has nothing to report for a long time and goes on is left alone', async () => {
  const { client } = await startEngine();
  const file = await upload(client, chatLines(10));
  const job = await client.fineTuning.jobs.create({ model: SLOW, training_file: file.id });
  await waitForStatus(client, job.id, 'succeeded');
});

test.skipIf(process.platform === 'win32')(
  'a disk that does not answer fails its job in words, and the next one goes on',
  async () => {
    const { client, home } = await startEngine();
    const file = await upload(client, chatLines(10));
    const path = globSync(join(home, 'files', '*'))[0] ?? '';
    rmSync(path);
    execFileSync('mkfifo', [path]);
    onTestFinished(() => closeSync(openSync(path, constants.O_RDWR | constants.O_NONBLOCK)));
    const stuck = await client.fineTuning.jobs.create({ model: STUCK, training_file: file.id });
    const { error } = await waitForStatus(client, stuck.id, 'failed');
    expect(error?.message).toBe(
      'Reading the job’s files stood still for 2 s and was ended. Start a new job to try again.',
    );
    const other = await upload(client, chatLines(10));
    const next = await client.fineTuning.jobs.create({ model: QUICK, training_file: other.id });
    await waitForStatus(client, next.id, 'succeeded');
  },
);
