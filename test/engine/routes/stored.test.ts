import { expect, test } from 'vitest';
import { startEngine, tempHome } from '../support/engine.ts';

const ask = (content: string) => ({ model: 'test-writer', messages: [{ role: 'user' as const, content }] });

test('an answer that is to be kept can be read again, also after a restart; any other cannot', async () => {
  const home = tempHome();
  const first = await startEngine({ home });
  const { completions } = first.client.chat;
  const request = { ...ask('hi'), store: true, metadata: { run: '1' }, n: 2, temperature: 0.5, user: 'ann' };
  const answer = await completions.create(request);
  expect(answer).toMatchObject({ metadata: { run: '1' }, object: 'chat.completion' });
  const other = await completions.create({ ...ask('hi'), store: false });
  expect(other).not.toHaveProperty('metadata');
  await expect(completions.retrieve(other.id)).rejects.toMatchObject({ status: 404 });
  await first.server.close();
  const { client } = await startEngine({ home });
  const kept = await client.chat.completions.retrieve(answer.id);
  expect(kept).toMatchObject(answer);
  expect(kept.choices).toHaveLength(2);
  expect(kept).toMatchObject({ temperature: 0.5, top_p: 1, input_user: 'ann', tools: null });
  expect(kept).toHaveProperty('request_id', expect.stringMatching(/^req_/));
});

test('a streamed answer is kept whole, one that broke off is not', async () => {
  const { client, server } = await startEngine();
  const { completions } = client.chat;
  const request = { ...ask('hi'), store: true, stream: true, logprobs: true } as const;
  let id = '';
  let streamed = '';
  for await (const chunk of await completions.create(request)) {
    id = chunk.id;
    streamed += chunk.choices[0]?.delta.content ?? '';
  }
  const kept = await completions.retrieve(id);
  expect(kept.choices).toMatchObject([{ finish_reason: 'stop', message: { role: 'assistant', content: streamed } }]);
  expect(kept.choices[0]?.logprobs?.content?.map(({ token }) => token).join('')).toBe(streamed);
  expect(kept.usage).toMatchObject({ prompt_tokens: 7, completion_tokens: 6 });

  const stop = new AbortController();
  const endless = { ...request, model: 'test-endless', max_tokens: 32_768, n: 100 };
  for await (const _ of await completions.create(endless, { signal: stop.signal })) stop.abort();
  await expect.poll(() => server.idleMs(), { timeout: 5000 }).toBeGreaterThan(0);
  expect((await completions.list()).data.map((each) => each.id)).toEqual([id]);
});

test('kept answers are listed oldest first, by model and by metadata, page by page', async () => {
  const { client } = await startEngine();
  const { completions } = client.chat;
  const ids: string[] = [];
  for (const run of ['1', '2', '3']) {
    ids.push((await completions.create({ ...ask(run), store: true, metadata: { run } })).id);
  }
  const other = await completions.create({ ...ask('x'), model: 'test-seeded', store: true });
  const page = await completions.list({ limit: 2 });
  expect(page.data.map((each) => each.id)).toEqual(ids.slice(0, 2));
  expect(page.has_more).toBe(true);
  const all = [];
  for await (const each of completions.list({ limit: 2 })) all.push(each.id);
  expect(all).toEqual([...ids, other.id]);
  expect((await completions.list({ order: 'desc', limit: 1 })).data[0]?.id).toBe(other.id);
  expect((await completions.list({ model: 'test-seeded' })).data.map((each) => each.id)).toEqual([other.id]);
  expect((await completions.list({ metadata: { run: '2' } })).data.map((each) => each.id)).toEqual([ids[1]]);
});

test('a kept answer is filed anew, and deleted', async () => {
  const { client } = await startEngine();
  const { completions } = client.chat;
  const { id } = await completions.create({ ...ask('hi'), store: true });
  expect(await completions.retrieve(id)).toHaveProperty('metadata', {});
  expect(await completions.update(id, { metadata: { grade: 'a' } })).toHaveProperty('metadata', { grade: 'a' });
  expect(await completions.retrieve(id)).toHaveProperty('metadata', { grade: 'a' });
  await expect(completions.update(id, { metadata: { grade: 'a'.repeat(513) } })).rejects.toMatchObject({
    status: 400,
    param: 'metadata.grade',
  });
  const wrong: object = { title: 'x' };
  await expect(completions.update(id, { metadata: null, ...wrong })).rejects.toMatchObject({ param: 'title' });
  expect(await completions.delete(id)).toEqual({ id, object: 'chat.completion.deleted', deleted: true });
  for (const call of [
    () => completions.retrieve(id),
    () => completions.update(id, { metadata: null }),
    () => completions.delete(id),
    () => completions.messages.list(id),
  ]) {
    await expect(call()).rejects.toMatchObject({ status: 404, code: 'chat_completion_not_found' });
  }
});

test('what was asked is kept with the answer, as it was sent', async () => {
  const { client } = await startEngine();
  const { completions } = client.chat;
  const parts = [
    { type: 'text' as const, text: 'two ' },
    { type: 'text' as const, text: 'parts' },
  ];
  const { id } = await completions.create({
    model: 'test-writer',
    store: true,
    messages: [
      { role: 'developer', content: 'Be brief.' },
      { role: 'user', name: 'Ann', content: parts },
      { role: 'assistant', content: null, refusal: 'No.' },
    ],
  });
  const { data } = await completions.messages.list(id);
  expect(data).toEqual([
    { id: `${id}-0`, role: 'developer', content: 'Be brief.', name: null, content_parts: null },
    { id: `${id}-1`, role: 'user', content: 'two parts', name: 'Ann', content_parts: parts },
    { id: `${id}-2`, role: 'assistant', content: null, refusal: 'No.', name: null, content_parts: null },
  ]);
  const all = [];
  for await (const message of completions.messages.list(id, { limit: 1, order: 'desc' })) all.push(message.id);
  expect(all).toEqual([`${id}-2`, `${id}-1`, `${id}-0`]);
});
