import { APIConnectionError, APIError, type OpenAI } from 'openai';
import { expect, test } from 'vitest';
import { faultOf, NO_FAULTS } from '../../src/engine/http/faults.ts';
import { jsonl, startEngine, upload } from './support/engine.ts';

const ask = (client: OpenAI, options: { readonly signal?: AbortSignal } = {}) =>
  client.chat.completions.create({ model: 'test-writer', messages: [{ role: 'user', content: 'hi' }] }, options);

test('a fault is drawn by its share', () => {
  const faults = { fail: 0.125, stall: 0.25, reset: 0.25, halfStream: 0.125 };
  const drawn = [0, 0.12, 0.125, 0.37, 0.375, 0.62, 0.625, 0.74, 0.75, 0.99];
  expect(drawn.map((number) => faultOf(faults, number))).toEqual([
    ...['fail', 'fail', 'stall', 'stall', 'reset', 'reset', 'halfStream', 'halfStream'],
    ...[null, null],
  ]);
  expect(faultOf(NO_FAULTS, 0)).toBeNull();
});

test('calls fail, reset, stall, and streams are cut, as it was wished; what is no call of a model does not', async () => {
  const failing = await startEngine({ faults: { ...NO_FAULTS, fail: 1 } });
  await expect(ask(failing.client)).rejects.toMatchObject({ status: 500 });
  expect((await failing.client.models.list()).data.length).toBeGreaterThan(0);

  const resetting = await startEngine({ faults: { ...NO_FAULTS, reset: 1 } });
  await expect(ask(resetting.client)).rejects.toBeInstanceOf(APIConnectionError);

  const stalling = await startEngine({ faults: { ...NO_FAULTS, stall: 1 } });
  await expect(ask(stalling.client, { signal: AbortSignal.timeout(300) })).rejects.toThrow('aborted');

  const cutting = await startEngine({ faults: { ...NO_FAULTS, halfStream: 1 } });
  const stream = await cutting.client.chat.completions.create({
    model: 'test-writer',
    messages: [{ role: 'user', content: 'one two three four five six' }],
    stream: true,
  });
  let pieces = 0;
  const read = async () => {
    for await (const _ of stream) pieces += 1;
  };
  await expect(read()).rejects.not.toBeInstanceOf(APIError);
  expect(pieces).toBeGreaterThan(0);
  await expect(ask(cutting.client)).resolves.toBeDefined();
});

test('a batch meets none of them', async () => {
  const { client } = await startEngine({ faults: { ...NO_FAULTS, fail: 1 } });
  const body = { model: 'test-writer', messages: [{ role: 'user', content: 'hi' }] };
  const line = { custom_id: 'a', method: 'POST', url: '/v1/chat/completions', body };
  const { id } = await client.batches.create({
    input_file_id: (await upload(client, jsonl([line]), 'batch')).id,
    endpoint: '/v1/chat/completions',
    completion_window: '24h',
  });
  await expect
    .poll(async () => (await client.batches.retrieve(id)).request_counts, { interval: 20 })
    .toEqual({ total: 1, completed: 1, failed: 0 });
});
