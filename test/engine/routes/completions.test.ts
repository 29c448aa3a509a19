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
  ['best_of', { best_of: 3 }, 'best_of'],
  ['echoed logprobs', { echo: true, logprobs: 1 }, 'echo'],
  ['too many logprobs', { logprobs: 6 }, 'logprobs'],
])('a request with %s is refused', async (_name, change, param) => {
  const { client } = await startEngine();
  const request = { model: 'test-writer', prompt: 'hi', ...change };
  await expect(client.completions.create(request)).rejects.toMatchObject({ status: 400, param });
});
