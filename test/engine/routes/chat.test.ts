import { expect, test } from 'vitest';
import { startEngine } from '../support/engine.ts';

const ask = (content: string) => ({ model: 'test-writer', messages: [{ role: 'user' as const, content }] });

test('an answer has the shape, the usage and the finish reason of the real service', async () => {
  const { client } = await startEngine();
  const answer = await client.chat.completions.create(ask('hello there'));
  expect(answer).toMatchObject({ object: 'chat.completion', model: 'test-writer' });
  expect(answer.id).toMatch(/^chatcmpl-/);
  expect(answer.choices).toEqual([
    expect.objectContaining({
      index: 0,
      finish_reason: 'stop',
      logprobs: null,
      message: expect.objectContaining({
        role: 'assistant',
        content: 'You said: hello there END of it',
        refusal: null,
      }),
    }),
  ]);
  expect(answer.usage).toEqual({ prompt_tokens: 2 + 3 + 3, completion_tokens: 7, total_tokens: 15 });
});

test.each(['max_tokens', 'max_completion_tokens'])('%s cuts the answer and says so', async (name) => {
  const { client } = await startEngine();
  const cut = await client.chat.completions.create({ ...ask('hello there'), [name]: 3 });
  expect(cut.choices[0]).toMatchObject({ finish_reason: 'length', message: { content: 'You said: hello' } });
  expect(cut.usage?.completion_tokens).toBe(3);
  const exact = await client.chat.completions.create({ ...ask('hello there'), [name]: 7 });
  expect(exact.choices[0]?.finish_reason).toBe('stop');
});

test.each<[string | string[], string]>([
  ['END', 'You said: hello there '],
  [['zzz', 'said: he'], 'You '],
  ['re E', 'You said: hello the'],
  [[], 'You said: hello there END of it'],
])('stop %j ends the answer before it, streamed or not', async (stop, expected) => {
  const { client } = await startEngine();
  const whole = await client.chat.completions.create({ ...ask('hello there'), stop });
  expect(whole.choices[0]).toMatchObject({ finish_reason: 'stop', message: { content: expected } });
  let streamed = '';
  for await (const chunk of await client.chat.completions.create({ ...ask('hello there'), stop, stream: true })) {
    streamed += chunk.choices[0]?.delta.content ?? '';
  }
  expect(streamed).toBe(expected);
});

test('a stream begins with the role, ends with the reason, and gives usage on request', async () => {
  const { client } = await startEngine();
  const options = { stream: true, stream_options: { include_usage: true } } as const;
  const chunks = [];
  for await (const chunk of await client.chat.completions.create({ ...ask('hi'), ...options })) chunks.push(chunk);
  expect(chunks[0]).toMatchObject({ object: 'chat.completion.chunk', usage: null });
  expect(chunks[0]?.choices[0]?.delta).toEqual({ role: 'assistant', content: '' });
  expect(chunks.map((chunk) => chunk.choices[0]?.delta.content ?? '').join('')).toBe('You said: hi END of it');
  expect(chunks.at(-2)?.choices[0]).toMatchObject({ delta: {}, finish_reason: 'stop' });
  expect(chunks.at(-1)).toMatchObject({ choices: [], usage: { prompt_tokens: 7, completion_tokens: 6 } });
  expect(new Set(chunks.map((chunk) => chunk.id)).size).toBe(1);
  for await (const chunk of await client.chat.completions.create({ ...ask('hi'), stream: true })) {
    expect(chunk).not.toHaveProperty('usage');
  }
});

test('n gives several answers, each with a seed of its own; the same seed gives the same', async () => {
  const { client } = await startEngine();
  const seeded = { ...ask('x'), model: 'test-seeded' };
  const texts = async (request: { n?: number; seed?: number }) =>
    (await client.chat.completions.create({ ...seeded, ...request })).choices.map((choice) => choice.message.content);
  expect(await texts({ n: 3, seed: 5 })).toEqual(['seed 5', 'seed 6', 'seed 7']);
  expect(await texts({})).not.toEqual(await texts({}));
  const streamed: string[] = ['', ''];
  for await (const chunk of await client.chat.completions.create({ ...seeded, n: 2, seed: 1, stream: true })) {
    const choice = chunk.choices[0];
    if (choice) streamed[choice.index] += choice.delta.content ?? '';
  }
  expect(streamed).toEqual(['seed 1', 'seed 2']);
});

test('logprobs come for each token, with alternatives and bytes', async () => {
  const { client } = await startEngine();
  const answer = await client.chat.completions.create({ ...ask('né'), logprobs: true, top_logprobs: 2, max_tokens: 3 });
  const tokens = answer.choices[0]?.logprobs?.content ?? [];
  expect(tokens.map((token) => token.token)).toEqual(['You', ' said:', ' né']);
  expect(tokens[2]).toMatchObject({ logprob: -0.25, bytes: [32, 110, 195, 169] });
  expect(tokens[2]?.top_logprobs.map((each) => each.token)).toEqual([' né', ' other']);
});

test('content may be text parts, and a developer message is a system message', async () => {
  const { client } = await startEngine();
  const answer = await client.chat.completions.create({
    model: 'test-writer',
    messages: [
      { role: 'developer', content: 'Be brief.' },
      {
        role: 'user',
        content: [
          { type: 'text', text: 'two ' },
          { type: 'text', text: 'parts' },
        ],
      },
    ],
  });
  expect(answer.choices[0]?.message.content).toBe('You said: two parts END of it');
});

const image = { type: 'image_url', image_url: { url: 'data:' } };

test.each<[string, Record<string, unknown>, string, string]>([
  ['no messages', { messages: undefined }, 'messages', 'missing_required_parameter'],
  ['empty messages', { messages: [] }, 'messages', 'empty_array'],
  ['messages of the wrong type', { messages: 'hi' }, 'messages', 'invalid_type'],
  ['an unknown role', { messages: [{ role: 'king', content: '' }] }, 'messages[0].role', 'invalid_value'],
  ['a number as content', { messages: [{ role: 'user', content: 3 }] }, 'messages[0].content', 'invalid_type'],
  ['no content', { messages: [{ role: 'user' }] }, 'messages[0].content', 'missing_required_parameter'],
  ['an image', { messages: [{ role: 'user', content: [image] }] }, 'messages[0].content[0].type', 'invalid_value'],
  ['words as temperature', { temperature: 'hot' }, 'temperature', 'invalid_type'],
  ['too much temperature', { temperature: 2.5 }, 'temperature', 'decimal_above_max_value'],
  ['a negative top_p', { top_p: -0.5 }, 'top_p', 'decimal_below_min_value'],
  ['no answers', { n: 0 }, 'n', 'integer_below_min_value'],
  ['no tokens', { max_tokens: 0 }, 'max_tokens', 'integer_below_min_value'],
  ['five stops', { stop: ['a', 'b', 'c', 'd', 'e'] }, 'stop', 'array_above_max_length'],
  ['top_logprobs alone', { top_logprobs: 2 }, 'top_logprobs', 'invalid_value'],
  ['too many top_logprobs', { logprobs: true, top_logprobs: 21 }, 'top_logprobs', 'integer_above_max_value'],
  ['stream options alone', { stream_options: { include_usage: true } }, 'stream_options', 'invalid_value'],
  ['tools', { tools: [{}] }, 'tools', 'unsupported_parameter'],
  ['JSON mode', { response_format: { type: 'json_object' } }, 'response_format', 'unsupported_parameter'],
])('a request with %s is refused', async (_name, change, param, code) => {
  const { client } = await startEngine();
  await expect(client.chat.completions.create({ ...ask('hi'), ...change })).rejects.toMatchObject({
    status: 400,
    type: 'invalid_request_error',
    param,
    code,
  });
});

test('an unknown model is a 404, streamed or not', async () => {
  const { client } = await startEngine();
  const expected = { status: 404, code: 'model_not_found', param: 'model' };
  await expect(client.chat.completions.create({ ...ask('hi'), model: 'gpt-5' })).rejects.toMatchObject(expected);
  const stream = { ...ask('hi'), model: 'gpt-5', stream: true } as const;
  await expect(client.chat.completions.create(stream)).rejects.toMatchObject(expected);
});

test('when the client goes away, the model stops: the next caller is answered', async () => {
  const { client, server } = await startEngine();
  const request = { ...ask('hi'), model: 'test-endless', max_tokens: 32_768, n: 100 };
  const stop = new AbortController();
  const stream = await client.chat.completions.create({ ...request, stream: true }, { signal: stop.signal });
  for await (const chunk of stream) {
    if (chunk.choices[0]?.delta.content) stop.abort();
  }
  await expect.poll(() => server.idleMs(), { timeout: 5000 }).toBeGreaterThan(0);
  const quiet = new AbortController();
  const whole = client.chat.completions.create(request, { signal: quiet.signal });
  await expect.poll(() => server.idleMs(), { timeout: 5000 }).toBe(0);
  quiet.abort();
  await expect(whole).rejects.toThrow();
  expect((await client.chat.completions.create(ask('still there?'))).choices).toHaveLength(1);
});
