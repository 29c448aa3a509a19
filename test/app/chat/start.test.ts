import { describe, expect, test } from 'vitest';
import { messagesFor, startChatTurn } from '../../../src/app/chat/start.ts';
import { startTestCall } from '../../../src/app/chat/test-call.ts';
import type { ChatTurn } from '../../../src/domain/chat/types.ts';
import { sumSpending } from '../../../src/domain/pricing/spending.ts';
import { ProviderError } from '../../../src/domain/provider/provider.ts';
import { VirtualClock } from '../fakes/clock.ts';
import { fakeDeps } from '../fakes/fake-deps.ts';
import { answerOf, ScriptedChat } from '../fakes/provider.ts';

const words = Array.from({ length: 100 }, (_, index) => `w${index}`).join(' ');
const base = {
  projectId: 'p',
  providerId: 'embedded',
  turnId: 't1',
  system: 'Be brief.',
  user: 'Hello',
  models: ['base', 'tuned'],
  sampling: { temperature: 0 },
  history: [],
  costOf: () => 0.25,
};

const replyOf = (model: string, text: string) => ({
  model,
  text,
  status: 'done' as const,
  answer: null,
  costUsd: 0,
  error: null,
});

describe('what a chat costs', () => {
  test.each([
    [answerOf('hello'), { calls: 2, usd: 0.5, unsure: 0, promptTokens: 20 }],
    [new ProviderError('timeout', 'slow'), { calls: 2, usd: 0.5, unsure: 2 }],
    [new ProviderError('auth', 'no'), { calls: 0, usd: 0, unsure: 0 }],
  ])('is in the ledger: %s', async (answer, sum) => {
    const clock = new VirtualClock();
    const deps = fakeDeps({ clock, chat: new ScriptedChat(clock, () => ({ afterMs: 500, answer })) });
    const handle = startChatTurn(deps, { ...base, onTurn: () => {} });
    await clock.advance(100);
    expect(sumSpending(deps.ledger.totals('p'))).toMatchObject({ calls: 0, underWay: 2, underWayUsd: 0.5 });
    await clock.run(handle.finished);
    expect(sumSpending(deps.ledger.totals('p'))).toMatchObject({ ...sum, underWay: 0 });
  });

  test('counts what may be billed of a chat that was stopped', async () => {
    const clock = new VirtualClock();
    const deps = fakeDeps({ clock, chat: new ScriptedChat(clock, () => ({ afterMs: 500, answer: answerOf('x') })) });
    const handle = startChatTurn(deps, { ...base, onTurn: () => {} });
    await clock.advance(100);
    handle.cancel();
    await clock.run(handle.finished);
    expect(sumSpending(deps.ledger.totals('p'))).toMatchObject({ unsure: 2, unsureUsd: 0.5 });
  });
});

describe('asking models side by side', () => {
  test('every model gets the prompt and streams; deltas are reported at most every 33 ms', async () => {
    const clock = new VirtualClock();
    const chat = new ScriptedChat(clock, (request) => ({
      afterMs: 500,
      answer: answerOf(`${request.model} ${words}`),
    }));
    const deps = fakeDeps({ clock, chat });
    const told: { readonly at: number; readonly turn: ChatTurn }[] = [];
    const onTurn = (turn: ChatTurn) => told.push({ at: clock.now(), turn });
    const end = await clock.run(startChatTurn(deps, { ...base, onTurn }).finished);
    expect(end).toMatchObject({ status: 'succeeded', receipt: { costUsd: 0.5 } });
    expect(chat.mostRunning).toBe(2);
    expect(told.length).toBeLessThan(20);
    expect(told.some(({ turn }) => turn.replies[0]?.status === 'streaming' && turn.replies[0].text !== '')).toBe(true);
    expect(told.at(-1)?.turn.replies.map((reply) => [reply.status, reply.text])).toEqual([
      ['done', `base ${words}`],
      ['done', `tuned ${words}`],
    ]);
    expect(chat.calls[0]?.request).toMatchObject({ temperature: 0, messages: [{ role: 'system' }, { role: 'user' }] });
  });

  test('what a model thinks comes beside its answer, from before the answer on', async () => {
    const clock = new VirtualClock();
    const answer = answerOf('Paris it is', { reasoning: 'Rome?' });
    const deps = fakeDeps({ clock, chat: new ScriptedChat(clock, () => ({ afterMs: 500, answer })) });
    const told: ChatTurn[] = [];
    await clock.run(startChatTurn(deps, { ...base, models: ['base'], onTurn: (turn) => told.push(turn) }).finished);
    const replies = told.flatMap((turn) => turn.replies);
    expect(replies.some(({ text, thoughts }) => text === '' && thoughts === 'Rome?')).toBe(true);
    expect(replies.at(-1)).toMatchObject({ text: 'Paris it is', thoughts: 'Rome?' });
    const messages = messagesFor('base', '', told.slice(-1), 'And?');
    expect(messages.map(({ content }) => content)).toEqual(['Hello', 'Paris it is', 'And?']);
  });

  test('one that fails leaves the other be; when all fail, the operation does', async () => {
    const clock = new VirtualClock();
    const chat = new ScriptedChat(clock, (request) => ({
      afterMs: 10,
      answer: request.model === 'tuned' ? new ProviderError('not-found', 'No such model') : answerOf('Hi'),
    }));
    const deps = fakeDeps({ clock, chat });
    const turns: ChatTurn[] = [];
    const onTurn = (turn: ChatTurn) => turns.push(turn);
    const first = await clock.run(startChatTurn(deps, { ...base, onTurn }).finished);
    expect(first.status).toBe('succeeded');
    expect(turns.at(-1)?.replies.map((reply) => reply.status)).toEqual(['done', 'failed']);
    expect(turns.at(-1)?.replies[1]?.error).toMatch(/No such model/);
    const second = await clock.run(startChatTurn(deps, { ...base, models: ['tuned'], onTurn }).finished);
    expect(second.status).toBe('failed');
  });

  test('sent alone, a prompt goes with the system message and nothing of before', async () => {
    const clock = new VirtualClock();
    const chat = new ScriptedChat(clock, () => ({ afterMs: 10, answer: answerOf('Hi') }));
    const turns: ChatTurn[] = [];
    const history = [{ id: 't0', system: '', user: 'Before', replies: [replyOf('base', 'Then')] }];
    const request = { ...base, history, alone: true, onTurn: (turn: ChatTurn) => turns.push(turn) };
    await clock.run(startChatTurn(fakeDeps({ clock, chat }), request).finished);
    expect(chat.calls[0]?.request.messages.map(({ content }) => content)).toEqual(['Be brief.', 'Hello']);
    expect(turns.at(-1)?.alone).toBe(true);
  });

  test('stop keeps what was said', async () => {
    const clock = new VirtualClock();
    const chat = new ScriptedChat(clock, () => ({ afterMs: 1000, answer: answerOf(words) }));
    const deps = fakeDeps({ clock, chat });
    const turns: ChatTurn[] = [];
    const handle = startChatTurn(deps, { ...base, onTurn: (turn) => turns.push(turn) });
    await clock.advance(500);
    handle.cancel();
    expect((await clock.run(handle.finished)).status).toBe('cancelled');
    const reply = turns.at(-1)?.replies[0];
    expect(reply?.status).toBe('stopped');
    expect(reply?.text.startsWith('w0 w1 ')).toBe(true);
  });

  test('a model sees its own earlier answers, and another’s where it gave none', () => {
    const turn = (id: string, replies: ChatTurn['replies']): ChatTurn => ({ id, system: '', user: `q${id}`, replies });
    const failed = { ...replyOf('b', ''), status: 'failed' as const };
    const turns = [
      turn('1', [replyOf('a', 'a1'), replyOf('b', 'b1')]),
      turn('2', [replyOf('a', 'a2'), failed]),
      turn('3', [failed]),
    ];
    const said = messagesFor('b', '', turns, 'now').map((message) => message.content);
    expect(said).toEqual(['q1', 'b1', 'q2', 'a2', 'now']);
  });
});

test('a test call streams its text and keeps its answer', async () => {
  const clock = new VirtualClock();
  const chat = new ScriptedChat(clock, () => ({ afterMs: 300, answer: answerOf(words) }));
  const deps = fakeDeps({ clock, chat });
  const texts: string[] = [];
  const call = { model: 'free', messages: [{ role: 'user' as const, content: 'x' }] };
  const request = { projectId: 'p', providerId: 'embedded', call, costOf: () => 0 };
  const handle = startTestCall(deps, { ...request, onText: (text) => texts.push(text) });
  await clock.run(handle.finished);
  expect(handle.answer()?.text).toBe(words);
  expect(texts.at(-1)).toBe(words);
  expect(texts.length).toBeGreaterThan(3);
  expect(texts.length).toBeLessThan(15);
});
