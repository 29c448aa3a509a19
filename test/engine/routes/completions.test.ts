import { expect, test } from 'vitest';
import { startEngine } from '../support/engine.ts';

test('one prompt, one answer, sixteen tokens at most unless more are requested', async () => {
  const { client } = await startEngine();
  const answer = await client.completions.create({ model: 'test-writer', prompt: 'one two', stop: ' END' });
  expect(answer).toMatchObject({ object: 'text_completion', model: 'test-writer' });
  expect(answer.choices).toEqual([{ index: 0, text: 'You said: one two', logprobs: null, finish_reason: 'stop' }]);
  expect(answer.usage).toMatchObject({ prompt_tokens: 2, completion_tokens: 5 });
  const long = await client.completions.create({ model: 'test-endless', prompt: '' });
  expect(long.usage?.completion_tokens).toBe(16);
  expect(long.choices[0]?.finish_reason).toBe('length');
});

test('several prompts with several answers are numbered prompt by prompt; echo repeats each', async () => {
  const { client } = await startEngine();
  const request = { model: 'test-seeded', prompt: ['a', 'b'], n: 2, seed: 10, echo: true };
  const { choices } = await client.completions.create(request);
  const expected = ['aseed 10', 'aseed 11', 'bseed 12', 'bseed 13'];
  expect(choices.map((choice) => [choice.index, choice.text])).toEqual([...expected.entries()]);
  const streamed = ['', '', '', ''];
  let usage = null;
  const stream = { ...request, stream: true, stream_options: { include_usage: true } } as const;
  for await (const chunk of await client.completions.create(stream)) {
    for (const choice of chunk.choices) streamed[choice.index] += choice.text;
    usage = chunk.usage ?? usage;
  }
  expect(streamed).toEqual(expected);
  expect(usage).toMatchObject({ prompt_tokens: 2, completion_tokens: 8, total_tokens: 10 });
});

test('logprobs come in the legacy form, with running offsets', async () => {
  const { client } = await startEngine();
  const request = { model: 'test-writer', prompt: 'x', logprobs: 1, max_tokens: 2 };
  const answer = await client.completions.create(request);
  const expected = {
    tokens: ['You', ' said:'],
    token_logprobs: [-0.25, -0.25],
    top_logprobs: [{ You: -0.25 }, { ' said:': -0.25 }],
    text_offset: [0, 3],
  };
  expect(answer.choices[0]?.logprobs).toEqual(expected);
  const offsets: number[] = [];
  for await (const chunk of await client.completions.create({ ...request, stream: true })) {
    offsets.push(...(chunk.choices[0]?.logprobs?.text_offset ?? []));
  }
  expect(offsets).toEqual([0, 3]);
});

test.each<[string, Record<string, unknown>, string]>([
  ['token ids as prompt', { prompt: [1, 2] }, 'prompt[0]'],
  ['no prompt', { prompt: undefined }, 'prompt'],
  ['a suffix', { suffix: 'end' }, 'suffix'],
  ['fewer than n to choose from', { best_of: 2, n: 3 }, 'best_of'],
  ['more than twenty to choose from', { best_of: 21 }, 'best_of'],
  ['a stream of what is chosen at the end', { best_of: 3, stream: true }, 'best_of'],
  ['less than no tokens', { max_tokens: -1 }, 'max_tokens'],
  ['a bias', { logit_bias: { 1: 100 } }, 'logit_bias'],
  ['echoed logprobs', { echo: true, logprobs: 1 }, 'echo'],
  ['too many logprobs', { logprobs: 6 }, 'logprobs'],
])('a request with %s is refused', async (_name, change, param) => {
  const { client } = await startEngine();
  const request = { model: 'test-writer', prompt: 'hi', ...change };
  await expect(client.completions.create(request)).rejects.toMatchObject({ status: 400, param });
});

test('best_of gives the n likeliest of what was made for each prompt, best first, and counts all of it', async () => {
  const { client } = await startEngine();
  const request = { model: 'test-lucky', prompt: ['a', 'b'], seed: 0, n: 2, best_of: 10, max_tokens: 5 };
  const answer = await client.completions.create(request);
  expect(answer.choices.map(({ index, text }) => [index, text])).toEqual([
    [0, 'seed 7'],
    [1, 'seed 6'],
    [2, 'seed 10'],
    [3, 'seed 11'],
  ]);
  expect(answer.usage).toMatchObject({ prompt_tokens: 2, completion_tokens: 40, total_tokens: 42 });
  const echoed = await client.completions.create({ ...request, n: 1, echo: true });
  expect(echoed.choices.map(({ text }) => text)).toEqual(['aseed 7', 'bseed 10']);
  const all = { ...request, n: 2, best_of: 2, stream: true } as const;
  const streamed = new Set<number>();
  for await (const { choices } of await client.completions.create(all)) {
    for (const { index } of choices) streamed.add(index);
  }
  expect([...streamed]).toEqual([0, 1, 2, 3]);
});

test('of no tokens at all only the echo comes back', async () => {
  const { client } = await startEngine();
  const answer = await client.completions.create({
    model: 'test-writer',
    prompt: 'one two',
    echo: true,
    max_tokens: 0,
  });
  expect(answer.choices).toEqual([{ index: 0, text: 'one two', logprobs: null, finish_reason: 'length' }]);
  expect(answer.usage).toMatchObject({ prompt_tokens: 2, completion_tokens: 0 });
});
