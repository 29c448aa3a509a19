import { expect, test } from 'vitest';
import type { ChatRequest } from '../../../src/domain/chat/types.ts';
import type { EvaluationPlan } from '../../../src/domain/evaluation/types.ts';
import { openFakeWorkbench } from '../fakes/fake-workbench.ts';
import { answerOf, fakeProvider } from '../fakes/provider.ts';
import { rowOf } from '../fakes/rows.ts';

const asked = { role: 'user', name: 'Ann', content: 'Weather in Bonn?' } as const;
const call = {
  role: 'assistant',
  content: null,
  tool_calls: [{ id: 'c1', type: 'function', function: { name: 'f', arguments: '{"city": "Bonn"}' } }],
};
const tools = [{ type: 'function', function: { name: 'f' } }];
const whole = JSON.stringify({ messages: [asked, call], tools });
const SHOWN = '[tool call] f({"city":"Bonn"})';

const planOf = (source: EvaluationPlan['source']): EvaluationPlan => ({
  source,
  models: [{ providerId: 'embedded', model: 'm' }],
  graders: [{ kind: 'tool-call' }],
  sampling: { temperature: 0 },
  concurrency: 1,
  capUsd: null,
});

/** A workbench whose model calls the tool as it should. */
function openCalling() {
  const requests: ChatRequest[] = [];
  const chat = {
    complete: async (request: ChatRequest) => {
      requests.push(request);
      return answerOf(SHOWN);
    },
  };
  const app = openFakeWorkbench({ providers: [fakeProvider({ chat })] });
  const evaluated = async (source: EvaluationPlan['source']) => {
    const quote = await app.clock.run(app.workbench.evaluate.quote(planOf(source)));
    const started = await app.clock.run(app.workbench.evaluate.start(planOf(source)));
    await app.clock.advance(5_000);
    if (!started.ok || !quote.ok) throw new Error('It did not start.');
    return { quote: quote.value, items: app.workbench.evaluate.items(started.value.id) };
  };
  return { ...app, requests, evaluated };
}

test('a row that is kept whole is asked as it stands, and its call graded', async () => {
  const { disk, store, requests, evaluated } = openCalling();
  const prompt = [{ role: 'user' as const, content: asked.content }];
  const { id: projectId } = store.getState().project;
  disk.deps.rows.put([
    rowOf('r', { projectId, source: 'imported', cell: {}, prompt, completion: SHOWN, rating: 'accepted', whole }),
  ]);
  const { items } = await evaluated({ kind: 'rows', side: 'all' });
  expect(requests.map(({ raw }) => raw)).toEqual([{ messages: [asked], fields: { tools } }]);
  expect(items).toMatchObject([
    { item: { prompt, target: SHOWN, whole }, predictions: [{ text: SHOWN, scores: [{ passed: true }] }] },
  ]);
});

test('a quote says how a file was read', async () => {
  const { disk, evaluated } = openCalling();
  const user = { role: 'user', content: 'Weather?' };
  const answer = { role: 'assistant', content: 'Sunny.' };
  disk.documents.files.set('turns.jsonl', `${JSON.stringify({ messages: [user, answer, user, answer] })}\n`);
  const { quote } = await evaluated({ kind: 'file', path: 'turns.jsonl' });
  expect(quote.notes).toEqual([expect.stringContaining('1 line has several answers to learn')]);
});

test('a quote counts the tools that are sent along', async () => {
  const quoted = async (line: object) => {
    const { disk, evaluated } = openCalling();
    disk.documents.files.set('one.jsonl', `${JSON.stringify(line)}\n`);
    return (await evaluated({ kind: 'file', path: 'one.jsonl' })).quote.promptTokens;
  };
  const messages = [asked, { role: 'assistant', content: 'Sunny.' }];
  expect(await quoted({ messages, tools })).toBeGreaterThan(await quoted({ messages }));
});

test('pairs of a file that keeps to the old form lose its ends, and the quote says so', async () => {
  const { disk, evaluated } = openCalling();
  const pairs = ['{"prompt": "a ->", "completion": " cat END"}', '{"prompt": "b ->", "completion": " dog END"}'];
  disk.documents.files.set('old.jsonl', pairs.join('\n'));
  const { quote, items } = await evaluated({ kind: 'file', path: 'old.jsonl' });
  expect(quote.notes).toEqual([expect.stringContaining('2 pairs in the old prompt/completion form')]);
  expect(items.map(({ item }) => [item.prompt[0]?.content, item.target])).toEqual([
    ['a', 'cat'],
    ['b', 'dog'],
  ]);
});
