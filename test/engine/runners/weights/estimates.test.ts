import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { chatLines, jsonl, startEngine, upload, waitForMessage } from '../../support/engine.ts';
import { standInBase, startWeights } from './support/weights.ts';

// Each starts several processes of Node.
vi.setConfig({ testTimeout: 120_000 });

const PATH = '/luthier/estimate';
const hyperparameters = { n_epochs: 3, batch_size: 5 };

test('before a job: its settings with nothing left to choose, what is learned, what it takes; and nothing is left of the look', async () => {
  const { client, home } = await startWeights({ mode: 'good' });
  const { id: training_file } = await upload(client, `\n${chatLines(10)}`);
  const body = { model: 'toy', training_file, hyperparameters };
  const said = await client.post(PATH, { body: { ...body, rows: 2, steps: 2 } });
  expect(said).toMatchObject({
    object: 'luthier.estimate',
    model: 'toy',
    hyperparameters: { n_epochs: 3, batch_size: 5, learning_rate: 0.005, lora_r: 16, max_length: 'auto' },
    base: { architecture: 'Toy', context_length: 256, findings: [] },
    training: {
      device: 'cpu',
      steps: 6,
      learned_tokens: 40,
      measured_steps: 2,
      seconds_per_step: 0.5,
      seconds: 3,
      memory: { fits: true },
    },
    too_long: [],
    notices: [],
    refusal: null,
  });
  // The first line of the file is empty.
  expect(said).toHaveProperty('preview.0.line', 2);
  expect(said).toHaveProperty('preview.1.spans', [
    { text: 'Question 1', tokens: 3, learned: false },
    { text: 'learned words<end>', tokens: 2, learned: true },
  ]);
  expect(readdirSync(join(home, 'tmp'))).toEqual([]);
  expect((await client.fineTuning.jobs.list()).data).toEqual([]);

  const pairs = {
    input: { messages: [{ role: 'user', content: 'Which?' }] },
    preferred_output: [{ role: 'assistant', content: 'this' }],
    non_preferred_output: [{ role: 'assistant', content: 'that' }],
  };
  const preference = await upload(client, jsonl(Array.from({ length: 10 }, () => pairs)));
  const dpo = { model: 'toy', training_file: preference.id, method: { type: 'dpo' }, rows: 1, steps: 0 };
  const twoSides = await client.post(PATH, { body: dpo });
  expect(twoSides).toMatchObject({ training: { seconds: null }, preview: [{ side: 'chosen' }, { side: 'rejected' }] });

  const bad = await upload(client, chatLines(2));
  const few = client.post(PATH, { body: { ...body, training_file: bad.id } });
  await expect(few).rejects.toMatchObject({ status: 400, code: 'invalid_n_examples' });
  const odd = client.post(PATH, { body: { ...body, rows: 0 } });
  await expect(odd).rejects.toMatchObject({ status: 400, param: 'rows' });
});

test('rows too long, findings and want of memory are said; a row that the template refuses by the line of the person’s file', async () => {
  const long = await startWeights({ mode: 'long' });
  const file = await upload(long.client, `\n${chatLines(10)}`);
  expect(await long.client.post(PATH, { body: { model: 'toy', training_file: file.id } })).toMatchObject({
    too_long: [{ file: 'training', line: 4, tokens: 300, limit: 256 }],
    base: { findings: [{ code: 'today_in_template', severity: 'note' }] },
    training: { memory: { needed: 9e9, fits: false } },
  });
  const refusing = await startWeights({ mode: 'refuses' });
  const other = await upload(refusing.client, `\n${chatLines(10)}`);
  expect(await refusing.client.post(PATH, { body: { model: 'toy', training_file: other.id } })).toMatchObject({
    training: null,
    refusal: {
      code: 'template',
      message: "Line 4 of the training file: the base's chat template does not take it. Shorten it.",
    },
  });
});

test('beside a job that trains no step is tried; a look that nobody waits for is ended; one that died says how', async () => {
  const base = standInBase('held');
  const { client, home } = await startWeights({ mode: 'held', base });
  const file = await upload(client, chatLines(10));
  const body = { model: 'toy', training_file: file.id, hyperparameters };
  const gone = new AbortController();
  const left = client.post(PATH, { body, signal: gone.signal });
  const drafts = (): string[] => readdirSync(join(home, 'tmp'));
  await expect.poll(() => drafts().some((name) => existsSync(join(home, 'tmp', name, 'task.json')))).toBe(true);
  gone.abort();
  await expect(left).rejects.toThrow();
  await expect.poll(drafts).toEqual([]);

  const dying = await startWeights({ mode: 'dies' });
  const same = await upload(dying.client, chatLines(10));
  const died = dying.client.post(PATH, { body: { ...body, training_file: same.id } });
  await expect(died).rejects.toMatchObject({ status: 503, message: expect.stringContaining('ended by SIGKILL') });

  const { id } = await client.fineTuning.jobs.create(body);
  await waitForMessage(client, id, 'Checkpoint created at step 2');
  expect(await client.post(PATH, { body })).toMatchObject({
    training: { measured_steps: 0, seconds: null },
    notices: ['A job is training, so no step was tried: time is not known, and memory is worked out.'],
  });
});

test('of a base that nothing is known of before a job, that is what is said', async () => {
  const { client } = await startEngine();
  const file = await upload(client, chatLines(10));
  const asked = client.post(PATH, { body: { model: 'test-quick', training_file: file.id } });
  await expect(asked).rejects.toMatchObject({ status: 400, code: 'no_estimate' });
});
