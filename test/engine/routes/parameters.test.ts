import { describe, expect, test } from 'vitest';
import { chatLines, startEngine, upload } from '../support/engine.ts';
import { QUICK } from '../support/runner.ts';

const ask = { model: 'test-writer', messages: [{ role: 'user' as const, content: 'hi' }] };
const tool = { type: 'function', function: { name: 'look', parameters: {} } };
const schema = { type: 'json_schema', json_schema: { name: 'a', schema: {} } };

describe('a chat completion', () => {
  test.each<[string, unknown, unknown]>([
    ['audio', { voice: 'alloy', format: 'wav' }, null],
    ['functions', [{ name: 'look' }], []],
    ['modalities', ['text', 'audio'], ['text']],
    ['moderation', { model: 'omni-moderation-latest' }, null],
    ['prediction', { type: 'content', content: 'hi' }, null],
    ['prompt_cache_options', { mode: 'explicit' }, undefined],
    ['prompt_cache_retention', '24h', null],
    ['reasoning_effort', 'high', 'none'],
    ['response_format', schema, { type: 'text' }],
    ['service_tier', 'flex', 'auto'],
    ['tools', [tool], []],
    ['verbosity', 'low', null],
    ['web_search_options', {}, undefined],
    ['logit_bias', { 1: 100 }, {}],
  ])('refuses %s where it asks for something, and takes it where it asks for nothing', async (name, asks, harmless) => {
    const { client } = await startEngine();
    await expect(client.chat.completions.create({ ...ask, [name]: asks })).rejects.toMatchObject({
      status: 400,
      type: 'invalid_request_error',
      param: name,
      code: 'unsupported_parameter',
    });
    const answer = await client.chat.completions.create({ ...ask, [name]: harmless });
    expect(answer.choices[0]?.message.content).toBe('You said: hi END of it');
  });

  test.each<[string, unknown, string]>([
    ['tool_choice', 'required', 'tools'],
    ['tool_choice', 'none', 'tools'],
    ['parallel_tool_calls', false, 'tools'],
    ['function_call', 'auto', 'functions'],
    ['metadata', { a: 'b' }, 'store'],
    ['top_logprobs', 2, 'logprobs'],
    ['stream_options', { include_usage: true }, 'stream'],
  ])('%s: %j needs another beside it', async (name, value, other) => {
    const { client } = await startEngine();
    const refusal = await client.chat.completions.create({ ...ask, [name]: value }).catch((error: unknown) => error);
    expect(refusal).toMatchObject({ status: 400, param: name, code: 'invalid_value' });
    expect(String(refusal)).toMatch(new RegExp(`The '${name}' parameter is only allowed when '${other}' (is|are) `));
  });

  test('refuses to pad its stream, and is glad not to', async () => {
    const { client } = await startEngine();
    const padded = (pad: boolean) =>
      client.chat.completions.create({ ...ask, stream: true, stream_options: { include_obfuscation: pad } });
    await expect(padded(true)).rejects.toMatchObject({ status: 400, param: 'stream_options.include_obfuscation' });
    for await (const { object } of await padded(false)) expect(object).toBe('chat.completion.chunk');
  });

  test('is not asked for two limits at once', async () => {
    const { client } = await startEngine();
    const both = { ...ask, max_tokens: 2, max_completion_tokens: 3 };
    await expect(client.chat.completions.create(both)).rejects.toMatchObject({ status: 400, param: 'max_tokens' });
  });

  test('takes the names by which a caller tells its users and prompts apart', async () => {
    const { client } = await startEngine();
    const names = { user: 'u', safety_identifier: 's', prompt_cache_key: 'p' };
    expect((await client.chat.completions.create({ ...ask, ...names })).choices).toHaveLength(1);
    const long = { ...ask, safety_identifier: 's'.repeat(65) };
    await expect(client.chat.completions.create(long)).rejects.toMatchObject({ code: 'string_above_max_length' });
  });
});

test('a parameter that does not exist is named, wherever it stands', async () => {
  const { client } = await startEngine();
  const file = await upload(client, chatLines(10));
  const job = { model: QUICK, training_file: file.id };
  const chat = (change: object) => () => client.chat.completions.create({ ...ask, ...change });
  const legacy = (change: object) => () => client.completions.create({ model: 'test-writer', prompt: 'hi', ...change });
  const train = (change: object) => () => client.fineTuning.jobs.create({ ...job, ...change });
  const supervised = (hyperparameters: object) => ({ method: { type: 'supervised', supervised: { hyperparameters } } });
  const one = 'Unrecognized request argument supplied: foo';
  for (const [call, param, message] of [
    [chat({ foo: 1 }), 'foo', one],
    [legacy({ foo: null }), 'foo', one],
    [train({ foo: 1 }), 'foo', one],
    [chat({ foo: 1, bar: 2 }), 'foo', 'Unrecognized request arguments supplied: foo, bar'],
    [chat({ best_of: 2 }), 'best_of', 'Unrecognized request argument supplied: best_of'],
    [legacy({ messages: [] }), 'messages', 'Unrecognized request argument supplied: messages'],
    [legacy({ store: true }), 'store', 'Unrecognized request argument supplied: store'],
    [
      chat({ messages: [{ role: 'user', content: 'hi', weight: 1 }] }),
      'messages[0].weight',
      "Unknown parameter: 'messages[0].weight'.",
    ],
    [
      chat({ stream: true, stream_options: { foo: 1 } }),
      'stream_options.foo',
      "Unknown parameter: 'stream_options.foo'.",
    ],
    [train(supervised({ lr: 1 })), 'method.supervised.hyperparameters.lr', null],
    [train({ hyperparameters: { lr: 1 } }), 'hyperparameters.lr', null],
    [train({ method: { type: 'supervised', foo: {} } }), 'method.foo', null],
    [train({ integrations: [{ type: 'wandb', wandb: { project: 'p', foo: 1 } }] }), 'integrations[0].wandb.foo', null],
  ] as const) {
    const refusal = await call().catch((error: unknown) => error);
    expect([param, refusal]).toEqual([
      param,
      expect.objectContaining({ status: 400, type: 'invalid_request_error', param, code: 'unknown_parameter' }),
    ]);
    expect(refusal).toMatchObject({ error: { message: message ?? `Unknown parameter: '${param}'.` } });
  }
  expect((await client.fineTuning.jobs.list()).data).toEqual([]);
});

describe('a conversation', () => {
  const said = async (...messages: unknown[]) => {
    const { client } = await startEngine();
    const answer = await client.chat.completions.create({ ...ask, ...JSON.parse(JSON.stringify({ messages })) });
    return answer.choices[0]?.message.content;
  };

  test.each<[string, unknown, string]>([
    ['a function that returned nothing', { role: 'function', name: 'f', content: null }, ''],
    ['a function that returned text', { role: 'function', name: 'f', content: 'four' }, 'four'],
    ['a tool’s parts', { role: 'tool', tool_call_id: 'c', content: [{ type: 'text', text: 'four' }] }, 'four'],
    ['an assistant that declined', { role: 'assistant', content: null, refusal: 'No.' }, 'No.'],
    [
      'an assistant that declined in a part',
      { role: 'assistant', content: [{ type: 'refusal', refusal: 'No.' }] },
      'No.',
    ],
    [
      'an assistant that spoke and declined',
      {
        role: 'assistant',
        content: [
          { type: 'text', text: 'Well, ' },
          { type: 'refusal', refusal: 'no.' },
        ],
      },
      'Well, no.',
    ],
    ['an assistant that called a tool', { role: 'assistant', content: null, tool_calls: [{ id: 'c', ...tool }] }, ''],
    ['developer’s parts', { role: 'developer', content: [{ type: 'text', text: 'Be brief.' }] }, 'Be brief.'],
    ['a name', { role: 'user', name: 'Ann', content: 'hi' }, 'hi'],
    ['nulls that say nothing', { role: 'user', content: 'hi', name: null, refusal: null, audio: null }, 'hi'],
  ])('may hold %s', async (_name, message, text) => {
    expect(await said(message)).toBe(`You said: ${text} END of it`);
  });

  test.each<[string, unknown, string, string]>([
    ['a function without a word on content', { role: 'function', name: 'f' }, 'content', 'missing_required_parameter'],
    ['a user’s null', { role: 'user', content: null }, 'content', 'missing_required_parameter'],
    ['no parts', { role: 'user', content: [] }, 'content', 'empty_array'],
    [
      'a user’s refusal',
      { role: 'user', content: [{ type: 'refusal', refusal: 'x' }] },
      'content[0].type',
      'invalid_value',
    ],
    [
      'a part without text',
      { role: 'user', content: [{ type: 'text' }] },
      'content[0].text',
      'missing_required_parameter',
    ],
    [
      'a refusal without words',
      { role: 'assistant', content: [{ type: 'refusal' }] },
      'content[0].refusal',
      'missing_required_parameter',
    ],
    ['a number among the parts', { role: 'user', content: [3] }, 'content[0]', 'invalid_type'],
    ['earlier audio', { role: 'assistant', content: 'x', audio: { id: 'a' } }, 'audio', 'unsupported_parameter'],
  ])('may not hold %s', async (_name, message, place, code) => {
    await expect(said(message)).rejects.toMatchObject({ status: 400, param: `messages[0].${place}`, code });
  });
});

test('bounds are told in OpenAI’s words', async () => {
  const { client } = await startEngine();
  const file = await upload(client, chatLines(10));
  const chat = (change: object) => () => client.chat.completions.create({ ...ask, ...change });
  const train = (change: object) => () =>
    client.fineTuning.jobs.create({ model: QUICK, training_file: file.id, ...change });
  const pairs = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, i) => [`k${i}`, 'v']));
  for (const [call, code, message] of [
    [
      chat({ temperature: 3 }),
      'decimal_above_max_value',
      "Invalid 'temperature': decimal above maximum value. Expected a value <= 2, but got 3 instead.",
    ],
    [
      chat({ presence_penalty: -3 }),
      'decimal_below_min_value',
      "Invalid 'presence_penalty': decimal below minimum value. Expected a value >= -2, but got -3 instead.",
    ],
    [chat({ n: 'two' }), 'invalid_type', "Invalid type for 'n': expected an integer, but got a string instead."],
    [
      chat({ stop: 3 }),
      'invalid_type',
      "Invalid type for 'stop': expected one of a string or an array, but got an integer instead.",
    ],
    [chat({ stop: [3] }), 'invalid_type', "Invalid type for 'stop[0]': expected a string, but got an integer instead."],
    [
      train({ hyperparameters: { batch_size: 'lots' } }),
      'invalid_type',
      "Invalid type for 'hyperparameters.batch_size': expected one of 'auto' or an integer, but got a string instead.",
    ],
    [
      chat({ messages: [] }),
      'empty_array',
      "Invalid 'messages': empty array. Expected an array with minimum length 1, but got an empty array instead.",
    ],
    [
      train({ suffix: 'x'.repeat(65) }),
      'string_above_max_length',
      "Invalid 'suffix': string too long. Expected a string with maximum length 64, but got a string with length 65 instead.",
    ],
    [
      train({ metadata: pairs(17) }),
      'object_above_max_properties',
      "Invalid 'metadata': too many properties. Expected an object with at most 16 properties, but got an object with 17 properties instead.",
    ],
    [
      chat({ store: true, metadata: pairs(17) }),
      'object_above_max_properties',
      "Invalid 'metadata': too many properties. Expected an object with at most 16 properties, but got an object with 17 properties instead.",
    ],
    [
      train({ metadata: { [`k${'x'.repeat(64)}`]: 'v' } }),
      'property_name_above_max_length',
      "Invalid 'metadata': property name too long. Expected names with maximum length 64, but got one with length 65 instead.",
    ],
    [
      train({ metadata: { k: 'v'.repeat(513) } }),
      'string_above_max_length',
      "Invalid 'metadata.k': string too long. Expected a string with maximum length 512, but got a string with length 513 instead.",
    ],
  ] as const) {
    const refusal = await call().catch((error: unknown) => error);
    expect(refusal).toMatchObject({ status: 400, code, error: { message } });
  }
  const most = { ...pairs(15), ['k'.repeat(64)]: 'v'.repeat(512) };
  expect((await train({ metadata: most, suffix: 'x'.repeat(64) })()).metadata).toEqual(most);
});
