import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { namedBase } from '../../../../src/engine/runners/weights/bases.ts';
import { createWeightsRunner } from '../../../../src/engine/runners/weights/runner.ts';
import { chatLines, startEngine, tempHome, upload, waitForStatus } from '../../support/engine.ts';
import { standInBase, standInPython, startWeights } from './support/weights.ts';

// Each starts several processes of Node.
vi.setConfig({ testTimeout: 120_000 });

const plain = { serve: () => 'transformers' as const, tell: () => {} };

const ask = (content: string) => ({ model: 'toy', messages: [{ role: 'user' as const, content }] });

test('a base and what was tuned from it answer from one process, in the tokens of the model', async () => {
  const { client } = await startWeights({ mode: 'good' });
  const file = await upload(client, chatLines(10));
  const hyperparameters = { n_epochs: 2, batch_size: 5 };
  const { id } = await client.fineTuning.jobs.create({ model: 'toy', training_file: file.id, hyperparameters });
  const { fine_tuned_model: tuned } = await waitForStatus(client, id, 'succeeded');
  for (const [model, said] of [
    ['toy', 'toy: brief hi🙂'],
    [tuned ?? '', 'tuned weights 4: brief hi🙂'],
    [`${tuned}:ckpt-step-2`, 'tuned weights 2: brief hi🙂'],
  ] as const) {
    const answer = await client.chat.completions.create({ ...ask('brief hi'), model });
    expect(answer.choices[0]?.message.content).toBe(said);
    expect(answer.usage).toMatchObject({ prompt_tokens: 2, completion_tokens: 4 });
  }
  const listed = (await client.models.list()).data;
  expect(listed.map((model) => [model.id, Reflect.get(model, 'practice')])).toContainEqual([tuned, false]);
});

test('several answers come side by side, each stopped by itself; log probabilities have the bytes of each token', async () => {
  const { client } = await startWeights({ mode: 'good' });
  const request = { ...ask('hi'), n: 3, stop: ['on on'], logprobs: true, top_logprobs: 1, seed: 3 };
  const { choices, usage } = await client.chat.completions.create(request);
  expect(choices.map(({ index, message, finish_reason }) => [index, message.content, finish_reason])).toEqual(
    [0, 1, 2].map((index) => [index, 'toy: hi🙂 ', 'stop']),
  );
  const tokens = choices[0]?.logprobs?.content ?? [];
  expect(tokens.slice(2, 4).map(({ token, bytes }) => [token, bytes])).toEqual([
    ['', [0xf0, 0x9f]],
    ['🙂', [0x99, 0x82]],
  ]);
  expect(usage?.completion_tokens).toBe(18);
});

test('a limit ends an answer with `length`; a prompt with no room for one is OpenAI’s error', async () => {
  const { client } = await startWeights({ mode: 'good' });
  const { choices } = await client.chat.completions.create({ ...ask('hi'), max_tokens: 2 });
  expect(choices[0]).toMatchObject({ finish_reason: 'length', message: { content: 'toy: hi' } });
  await expect(client.chat.completions.create(ask('word '.repeat(200)))).rejects.toMatchObject({
    status: 400,
    code: 'context_length_exceeded',
    message: expect.stringContaining(
      'maximum context length is 100 tokens. However, your messages resulted in 201 tokens',
    ),
  });
});

test('a stream whose client goes away is stopped, and the next is answered', async () => {
  const { client } = await startWeights({ mode: 'good' });
  const stream = await client.chat.completions.create({ ...ask('hi'), stream: true });
  for await (const chunk of stream) if (chunk.choices[0]?.delta.content === ' on') break;
  const { choices } = await client.chat.completions.create(ask('brief'));
  expect(choices[0]?.message.content).toBe('toy: brief🙂');
});

test('what the runner cannot do is said in its words, and its death too; the next answer has a new one', async () => {
  const { client } = await startWeights({ mode: 'good' });
  await expect(client.chat.completions.create(ask('memory'))).rejects.toMatchObject({
    status: 503,
    code: 'out_of_memory',
    message: expect.stringContaining('No memory. Free some.'),
  });
  await expect(client.chat.completions.create(ask('die'))).rejects.toMatchObject({ status: 503, code: 'runner_died' });
  expect((await client.chat.completions.create(ask('brief'))).choices[0]?.message.content).toBe('toy: brief🙂');
});

test('a base of the Hub has a name with a slash on every route, and is told apart where it is not whole', async () => {
  const cache = tempHome();
  const model = join(cache, 'models--org--Toy-1.5', 'snapshots', 'abc');
  mkdirSync(model, { recursive: true });
  mkdirSync(join(dirname(dirname(model)), 'refs'));
  writeFileSync(join(dirname(dirname(model)), 'refs', 'main'), 'abc\n');
  const source = standInBase('good');
  for (const name of ['tokenizer.json', 'model.safetensors', 'mode'])
    symlinkSync(join(source, name), join(model, name));
  writeFileSync(join(model, 'config.json'), JSON.stringify({ architectures: ['ToyForCausalLM'] }));
  const home = tempHome();
  const python = standInPython();
  const places = { home: '/nowhere', cache };
  const setup = {
    python: () => ({ python, packages: '/nowhere' }),
    ...places,
    processes: 1,
    logs: join(home, 'logs'),
    ...plain,
  };
  const named = [namedBase('org/None')];
  const { client } = await startEngine({ home, runners: [createWeightsRunner({ ...setup, named })] });
  expect((await client.models.list()).data).toMatchObject([
    { id: 'org/None', state: 'not downloaded', bytes: null, methods: [] },
    { id: 'org/Toy-1.5', state: 'ready', practice: false, methods: ['supervised', 'dpo'] },
  ]);
  const file = await upload(client, chatLines(10));
  const training = { training_file: file.id, hyperparameters: { n_epochs: 1, batch_size: 10 } };
  const { id } = await client.fineTuning.jobs.create({ ...training, model: 'org/Toy-1.5' });
  const tuned = (await waitForStatus(client, id, 'succeeded')).fine_tuned_model ?? '';
  expect(tuned).toMatch(/^ft:org\/Toy-1\.5:luthier::\w{8}$/);
  expect(
    (await client.chat.completions.create({ ...ask('brief'), model: tuned })).choices[0]?.message.content,
  ).toContain('tuned');
  expect((await client.models.retrieve(tuned)).id).toBe(tuned);
  const raw = await fetch(`${client.baseURL}/models/${tuned}`, { headers: { authorization: 'Bearer sk-test' } });
  expect(await raw.json()).toMatchObject({ id: tuned });
  expect(await client.models.delete(tuned)).toMatchObject({ deleted: true });

  await expect(client.fineTuning.jobs.create({ ...training, model: 'org/None' })).rejects.toMatchObject({
    code: 'model_not_ready',
  });
  await expect(client.chat.completions.create({ ...ask('hi'), model: 'org/None' })).rejects.toMatchObject({
    status: 400,
    code: 'model_not_ready',
    message: expect.stringContaining('luthier models pull org/None'),
  });
  rmSync(join(source, 'model.safetensors'));
  await expect
    .poll(async () => Reflect.get(await client.models.retrieve('org/Toy-1.5'), 'state'), { timeout: 20_000 })
    .toBe('partial');
});

test('without a Python of the runner’s a named base is there, and asking it says what to do', async () => {
  const named = [namedBase(standInBase('good'))];
  const runner = createWeightsRunner({
    python: () => null,
    named,
    home: '/nowhere',
    cache: '/nowhere',
    processes: 1,
    ...plain,
    logs: tempHome(),
  });
  const { client } = await startEngine({ runners: [runner] });
  await expect(client.chat.completions.create(ask('hi'))).rejects.toMatchObject({
    status: 400,
    message: expect.stringContaining('Run luthier runner install, or set LUTHIER_PYTHON'),
  });
});
