import { expect, test } from 'vitest';
import { chatLines, startEngine, upload, waitForStatus } from '../support/engine.ts';
import { HELD, QUICK } from '../support/runner.ts';

type Create = Parameters<Awaited<ReturnType<typeof startEngine>>['client']['fineTuning']['jobs']['create']>[0];

test.each<[string, Record<string, unknown>, number, string, string | null]>([
  ['no model', { model: undefined }, 400, 'model', 'missing_required_parameter'],
  ['a number as model', { model: 3 }, 400, 'model', 'invalid_type'],
  ['an unknown model', { model: 'gpt-4o' }, 404, 'model', 'model_not_found'],
  ['a model that cannot be tuned', { model: 'test-writer' }, 400, 'model', 'model_not_available'],
  ['an unknown file', { training_file: 'file-none' }, 404, 'training_file', 'file_not_found'],
  ['an unknown validation file', { validation_file: 'file-none' }, 404, 'validation_file', 'file_not_found'],
  ['an empty suffix', { suffix: '' }, 400, 'suffix', 'string_below_min_length'],
  ['a suffix too long', { suffix: 'x'.repeat(65) }, 400, 'suffix', 'string_above_max_length'],
  ['a suffix with a colon', { suffix: 'a:b' }, 400, 'suffix', 'invalid_value'],
  ['a negative seed', { seed: -1 }, 400, 'seed', 'integer_below_min_value'],
  ['a seed too large', { seed: 2 ** 31 }, 400, 'seed', 'integer_above_max_value'],
  [
    'too many epochs',
    { hyperparameters: { n_epochs: 51 } },
    400,
    'hyperparameters.n_epochs',
    'integer_above_max_value',
  ],
  ['half an epoch', { hyperparameters: { n_epochs: 1.5 } }, 400, 'hyperparameters.n_epochs', 'invalid_type'],
  [
    'a batch of none',
    { method: { type: 'supervised', supervised: { hyperparameters: { batch_size: 0 } } } },
    400,
    'method.supervised.hyperparameters.batch_size',
    'integer_below_min_value',
  ],
  [
    'a learning rate of none',
    { hyperparameters: { learning_rate_multiplier: 0 } },
    400,
    'hyperparameters.learning_rate_multiplier',
    'decimal_below_min_value',
  ],
  [
    'words for a number',
    { hyperparameters: { batch_size: 'lots' } },
    400,
    'hyperparameters.batch_size',
    'invalid_type',
  ],
  ['preference tuning', { method: { type: 'dpo' } }, 400, 'method.type', 'unsupported_method'],
  ['reinforcement tuning', { method: { type: 'reinforcement' } }, 400, 'method.type', 'unsupported_method'],
  [
    'the settings of another method',
    { method: { type: 'supervised', dpo: { hyperparameters: { beta: 1 } } } },
    400,
    'method.dpo',
    'invalid_value',
  ],
  [
    'hyperparameters in two places',
    { method: { type: 'supervised', supervised: { hyperparameters: {} } }, hyperparameters: { n_epochs: 1 } },
    400,
    'hyperparameters',
    'invalid_value',
  ],
  ['another integration', { integrations: [{ type: 'mlflow' }] }, 400, 'integrations[0].type', 'invalid_value'],
  [
    'an integration without a project',
    { integrations: [{ type: 'wandb', wandb: {} }] },
    400,
    'integrations[0].wandb.project',
    'missing_required_parameter',
  ],
  [
    'six integrations',
    { integrations: Array.from({ length: 6 }, () => ({ type: 'wandb', wandb: { project: 'p' } })) },
    400,
    'integrations',
    'array_above_max_length',
  ],
  ['half a seed', { seed: 0.5 }, 400, 'seed', 'invalid_type'],
  ['a list as metadata', { metadata: ['a'] }, 400, 'metadata', 'invalid_type'],
  ['an unknown method', { method: { type: 'magic' } }, 400, 'method.type', 'invalid_value'],
  ['metadata that is no text', { metadata: { a: 1 } }, 400, 'metadata.a', 'invalid_type'],
])('a job with %s is refused', async (_name, change, status, param, code) => {
  const { client } = await startEngine();
  const file = await upload(client, chatLines(10));
  const request: Create = { model: QUICK, training_file: file.id };
  await expect(client.fineTuning.jobs.create({ ...request, ...change })).rejects.toMatchObject({
    status,
    type: 'invalid_request_error',
    param,
    code,
  });
  expect((await client.fineTuning.jobs.list()).data).toEqual([]);
});

test('a file of another purpose is refused', async () => {
  const { client } = await startEngine();
  const file = await upload(client, chatLines(10), 'batch');
  await expect(client.fineTuning.jobs.create({ model: QUICK, training_file: file.id })).rejects.toMatchObject({
    status: 400,
    param: 'training_file',
  });
});

test('jobs are listed newest first, page by page and by metadata, with what was sent echoed', async () => {
  const { client } = await startEngine();
  const file = await upload(client, chatLines(10));
  const request = { model: QUICK, training_file: file.id };
  const integrations = [{ type: 'wandb' as const, wandb: { project: 'luthier', tags: ['a'] } }];
  const first = await client.fineTuning.jobs.create({ ...request, integrations });
  const second = await client.fineTuning.jobs.create({ ...request, metadata: { run: '2' } });
  const third = await client.fineTuning.jobs.create({ ...request, metadata: { run: '3' } });
  expect(first.integrations).toEqual(integrations);
  const warnings = async (id: string) =>
    (await client.fineTuning.jobs.listEvents(id)).data.filter(({ level }) => level === 'warn').length;
  expect([await warnings(first.id), await warnings(second.id)]).toEqual([1, 0]);
  expect(first.seed).toBeGreaterThanOrEqual(0);
  const page = await client.fineTuning.jobs.list({ limit: 2 });
  expect(page.data.map((job) => job.id)).toEqual([third.id, second.id]);
  expect(page.has_more).toBe(true);
  const rest = await page.getNextPage();
  expect(rest.data.map((job) => job.id)).toEqual([first.id]);
  expect(rest.has_more).toBe(false);
  const tagged = await client.fineTuning.jobs.list({ metadata: { run: '2' } });
  expect(tagged.data.map((job) => job.id)).toEqual([second.id]);
  const untagged = await client.fineTuning.jobs.list(undefined, { query: { metadata: 'null' } });
  expect(untagged.data.map((job) => job.id)).toEqual([first.id]);
});

test('an unknown job is a 404 on every route', async () => {
  const { client } = await startEngine();
  const { jobs } = client.fineTuning;
  const id = 'ftjob-none';
  for (const call of [
    () => jobs.retrieve(id),
    () => jobs.cancel(id),
    () => jobs.pause(id),
    () => jobs.resume(id),
    () => jobs.listEvents(id),
    () => jobs.checkpoints.list(id),
  ]) {
    await expect(call()).rejects.toMatchObject({ status: 404, code: 'fine_tune_not_found' });
  }
});

test('events and checkpoints come newest first, page by page, in pages of 20 and 10 by default', async () => {
  const { client } = await startEngine();
  const file = await upload(client, chatLines(10));
  const hyperparameters = { n_epochs: 5, batch_size: 1 };
  const { id } = await client.fineTuning.jobs.create({ model: QUICK, training_file: file.id, hyperparameters });
  await waitForStatus(client, id, 'succeeded');
  const page = await client.fineTuning.jobs.listEvents(id);
  expect(page.data).toHaveLength(20);
  expect(page.data[0]).toMatchObject({
    object: 'fine_tuning.job.event',
    level: 'info',
    type: 'message',
    message: 'The job has successfully completed',
  });
  const all = [];
  for await (const event of client.fineTuning.jobs.listEvents(id)) all.push(event.id);
  expect(new Set(all).size).toBe(4 + 50 + 5 + 2);
  const [latest] = (await client.fineTuning.jobs.checkpoints.list(id, { limit: 1 })).data;
  expect(latest?.step_number).toBe(50);
  const older = await client.fineTuning.jobs.checkpoints.list(id, { after: latest?.id ?? '' });
  expect(older.data.map((checkpoint) => checkpoint.step_number)).toEqual([40, 30]);
});

test('a training file deleted while its job waits fails the job, saying so', async () => {
  const { client } = await startEngine();
  const file = await upload(client, chatLines(10));
  const other = await upload(client, chatLines(10));
  const held = await client.fineTuning.jobs.create({ model: HELD, training_file: file.id });
  await waitForStatus(client, held.id, 'running');
  const waiting = await client.fineTuning.jobs.create({ model: QUICK, training_file: other.id });
  await waitForStatus(client, waiting.id, 'queued');
  await client.files.delete(other.id);
  await client.fineTuning.jobs.cancel(held.id);
  const job = await waitForStatus(client, waiting.id, 'failed');
  expect(job.error).toMatchObject({ code: 'file_not_found', param: 'training_file' });
});
