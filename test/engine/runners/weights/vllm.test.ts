import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import type { Server } from '../../../../src/domain/weights/servers.ts';
import type { Generated } from '../../../../src/engine/runners/types.ts';
import { createAnswerer } from '../../../../src/engine/runners/weights/answerer.ts';
import { disk } from '../../../../src/engine/runners/weights/disk.ts';
import { createVllmAnswerer } from '../../../../src/engine/runners/weights/vllm/answerer.ts';
import { vllmFacts } from '../../../../src/engine/runners/weights/vllm/papers.ts';
import { chatLines, tempHome, upload, waitForStatus } from '../../support/engine.ts';
import { standInBase, standInPython, startWeights } from './support/weights.ts';

// Each starts several processes of Node.
vi.setConfig({ testTimeout: 120_000 });

const ask = (content: string) => ({ model: 'toy', messages: [{ role: 'user' as const, content }], seed: 3 });

type Vllm = 'good' | 'broken' | 'picky' | null;

/** An engine whose Python has vLLM, or has none. */
async function start(how: Vllm, serve: () => Server = () => 'auto') {
  const base = standInBase('good');
  if (how !== null) writeFileSync(join(base, 'vllm'), how);
  const told: string[] = [];
  const engine = await startWeights({ mode: 'good', base, serve, tell: (words) => told.push(words) });
  return { ...engine, told, happened: () => readFileSync(join(base, 'vllm.log'), 'utf8').trim().split('\n') };
}

type Client = Awaited<ReturnType<typeof start>>['client'];

async function tune(client: Client, rank: number): Promise<string> {
  const { id: file } = await upload(client, chatLines(10));
  const hyperparameters = { n_epochs: 1, batch_size: 10, lora_r: rank };
  const method = { type: 'supervised' as const, supervised: { hyperparameters } };
  const { id } = await client.fineTuning.jobs.create({ model: 'toy', training_file: file, method });
  return (await waitForStatus(client, id, 'succeeded')).fine_tuned_model ?? '';
}

const answer = async (client: Client, request: ReturnType<typeof ask> & { readonly max_tokens?: number }) =>
  (await client.chat.completions.create(request)).choices[0];

test('vLLM answers for a base and its adapters; a larger rank starts it anew, a training ends it, and it ends with the engine', async () => {
  const { client, server, told, happened } = await start('good');
  expect((await answer(client, ask('brief')))?.message.content).toBe('vllm toy: brief #3🙂');
  const small = await tune(client, 8);
  const large = await tune(client, 20);
  for (const model of [small, small]) {
    const said = await answer(client, { ...ask('brief'), model });
    expect(said).toMatchObject({
      finish_reason: 'stop',
      message: { content: 'vllm tuned weights 1: brief #3🙂' },
    });
  }
  expect((await answer(client, { ...ask('brief'), model: large }))?.message.content).toContain('vllm tuned');
  expect((await answer(client, { ...ask('brief'), model: small }))?.message.content).toContain('vllm tuned');
  await server.close();
  expect(happened()).toEqual([
    ...['starts 16', 'ends'],
    ...['starts 16', 'loads adapter-1', 'ends'],
    ...['starts 32', 'loads adapter-1', 'loads adapter-2', 'ends'],
  ]);
  expect(told).toEqual([]);
});

test('questions at one moment, where there is no vLLM, are answered by one process of transformers', async () => {
  const base = standInBase('good');
  const calls = join(tempHome(), 'calls');
  const python = join(tempHome(), 'python');
  writeFileSync(python, `#!/bin/sh\necho "$*" >> "${calls}"\nexec "${standInPython()}" "$@"\n`, { mode: 0o755 });
  const { client } = await startWeights({ mode: 'good', base, python, serve: () => 'auto' });
  const said = await Promise.all(Array.from({ length: 4 }, () => answer(client, ask('brief'))));
  expect(said.map((choice) => choice?.message.content)).toEqual(Array(4).fill('toy: brief🙂'));
  const commands = readFileSync(calls, 'utf8').trim().split('\n');
  expect(commands.filter((words) => words.includes(' serve'))).toHaveLength(1);
  expect(commands.filter((words) => words.includes(' vllm'))).toHaveLength(1);
});

test('who answers is chosen while the engine runs: vLLM is ended before transformers take its place', async () => {
  let chosen: Server = 'auto';
  const { client, server, happened } = await start('good', () => chosen);
  expect((await answer(client, ask('brief')))?.message.content).toBe('vllm toy: brief #3🙂');
  chosen = 'transformers';
  expect((await answer(client, ask('brief')))?.message.content).toBe('toy: brief🙂');
  expect(happened()).toEqual(['starts 16', 'ends']);
  chosen = 'vllm';
  expect((await answer(client, ask('brief')))?.message.content).toBe('vllm toy: brief #3🙂');
  await server.close();
});

test('answers side by side have seeds of their own and are stopped alone; tokens, limits and refusals are as those of transformers', async () => {
  const { client } = await start('good');
  const { choices, usage } = await client.chat.completions.create({
    ...ask('hi'),
    n: 2,
    stop: ['on on'],
    logprobs: true,
    top_logprobs: 1,
  });
  expect(choices.map(({ message, finish_reason }) => [message.content, finish_reason])).toEqual([
    ['vllm toy: hi #3🙂 ', 'stop'],
    [expect.stringMatching(/^vllm toy: hi #(?!3🙂)\d+🙂 $/), 'stop'],
  ]);
  const tokens = choices[0]?.logprobs?.content ?? [];
  expect(tokens.slice(3, 5).map(({ token, logprob }) => [token, logprob])).toEqual([
    ['', -0.5],
    ['🙂', -0.5],
  ]);
  expect(tokens[0]?.top_logprobs).toMatchObject([{ token: 'vllm toy:' }]);
  expect(usage).toMatchObject({ prompt_tokens: 1 });
  expect((await answer(client, { ...ask('hi'), max_tokens: 2 }))?.finish_reason).toBe('length');
  const most = await client.chat.completions.create({ ...ask('hi'), max_tokens: 100 });
  expect(most.usage).toMatchObject({ completion_tokens: 99 });
  await expect(client.chat.completions.create(ask('word '.repeat(200)))).rejects.toMatchObject({
    status: 400,
    code: 'context_length_exceeded',
    message: expect.stringContaining('maximum context length is 100 tokens. However, your messages resulted in 201'),
  });
  for (const end of ['die', 'die late']) {
    await expect(client.chat.completions.create(ask(end))).rejects.toMatchObject({ status: 503, code: 'runner_died' });
    expect((await answer(client, ask('brief')))?.message.content, end).toContain('vllm toy');
  }
});

test('where vLLM does not start or takes no adapter transformers answer, which is told once; where it is required that is the answer', async () => {
  const broken = await start('broken');
  for (const _ of [1, 2]) expect((await answer(broken.client, ask('brief')))?.message.content).toBe('toy: brief🙂');
  expect(broken.happened()).toEqual(['starts 16']);
  expect(broken.told).toEqual([
    'vLLM does not answer for toy, transformers do: vLLM did not start, or ended: ValueError: Free memory is too little.',
  ]);
  const picky = await start('picky');
  const tuned = await tune(picky.client, 8);
  expect((await answer(picky.client, { ...ask('brief'), model: tuned }))?.message.content).toBe(
    'tuned weights 1: brief🙂',
  );
  expect((await answer(picky.client, ask('brief')))?.message.content).toBe('vllm toy: brief #3🙂');
  expect(picky.told).toEqual([expect.stringContaining('vLLM does not yet support DoRA.')]);
  const without = await start(null);
  expect((await answer(without.client, ask('brief')))?.message.content).toBe('toy: brief🙂');
  expect(without.told).toEqual([]);
  const required = await start(null, () => 'vllm');
  await expect(required.client.chat.completions.create(ask('brief'))).rejects.toMatchObject({
    status: 503,
    code: 'no_vllm',
    message: expect.stringContaining('vLLM is not installed.'),
  });
});

const options = { seeds: [1], topLogprobs: 0, presencePenalty: 0, frequencyPenalty: 0, wanted: () => true };

/** What answers by itself, without an engine. */
function answererFor(how: string, required: boolean) {
  const base = standInBase('good');
  writeFileSync(join(base, 'vllm'), how);
  const found = { python: standInPython(), packages: '/nowhere' };
  const setup = { python: () => found, log: join(base, 'log'), memoryHolder: () => null };
  const serve = (): Server => (required ? 'vllm' : 'auto');
  const more = { serve, training: () => false, tell: () => {}, idleMs: 300 };
  const answerer = createVllmAnswerer({ ...setup, ...more, transformers: createAnswerer(setup) });
  onTestFinished(() => answerer.close());
  const happened = () => (disk.text(join(base, 'vllm.log')) ?? '').trim().split('\n');
  const answers = async (adapter: string | null, maxTokens: number): Promise<readonly Generated[]> => {
    const model = { base: { path: base, id: 'toy', revision: null }, adapter };
    const said: Generated[] = [];
    const { signal } = new AbortController();
    for await (const one of answerer.generate(model, 'brief', { ...options, maxTokens }, signal)) said.push(one);
    return said;
  };
  return { answerer, answers, happened };
}

test('an adapter that nobody asks is unloaded, and idle vLLM is ended', async () => {
  const { answerer, answers, happened } = answererFor('good', true);
  const adapter = join(tempHome(), 'adapter');
  mkdirSync(adapter);
  writeFileSync(join(adapter, 'adapter_config.json'), JSON.stringify({ r: 4, rank_pattern: { q_proj: 40 } }));
  writeFileSync(join(adapter, 'adapter_model.safetensors'), 'mine');
  writeFileSync(join(adapter, 'luthier.json'), JSON.stringify({ template_options: { enable_thinking: false } }));
  const said = await answers(adapter, 2);
  expect(said[2]).toMatchObject({ kind: 'token', token: { text: ' brief {"enable_thinking":false}' } });
  answerer.unload(adapter);
  await expect
    .poll(happened, { timeout: 60_000 })
    .toEqual(['starts 64', 'loads adapter-1', 'unloads adapter-1', 'ends']);
  expect(answerer.running()).toBe(false);
});

test('a job that begins while vLLM starts does not wait for it, and the question goes to transformers', async () => {
  const { answerer, answers, happened } = answererFor('silent', false);
  const asked = answers(null, 1);
  await expect.poll(happened, { timeout: 60_000 }).toEqual(['starts 16']);
  await answerer.release();
  expect((await asked)[1]).toMatchObject({ kind: 'token', token: { text: 'toy:' } });
});

test('a model whose template prints the day of its training is none for vLLM', () => {
  const path = standInBase('good');
  writeFileSync(join(path, 'chat_template.jinja'), '{{ strftime_now("%d %b %Y") }}');
  const adapter = join(tempHome(), 'dated');
  mkdirSync(adapter);
  const model = { base: { path, id: 'toy', revision: null }, adapter };
  const obstacle = (papers: object): string | null => {
    writeFileSync(join(adapter, 'luthier.json'), JSON.stringify(papers));
    return vllmFacts(model).obstacle;
  };
  expect(obstacle({ date: '2026-11-29' })).toContain('prints the day');
  expect(obstacle({})).toBe(null);
});
