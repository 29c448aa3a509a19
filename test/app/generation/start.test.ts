import { describe, expect, test } from 'vitest';
import { retryRows, startGenerate, storedRows } from '../../../src/app/generation/start.ts';
import type { ChatRequest } from '../../../src/domain/chat/types.ts';
import { sumSpending } from '../../../src/domain/pricing/spending.ts';
import type { GenerationPlan } from '../../../src/domain/project/types.ts';
import { ProviderError } from '../../../src/domain/provider/provider.ts';
import { VirtualClock } from '../fakes/clock.ts';
import { fakeDeps, planOf } from '../fakes/fake-deps.ts';
import { answerOf, ScriptedChat, templateOf } from '../fakes/provider.ts';
import { rowOf } from '../fakes/rows.ts';

const userText = (request: ChatRequest): string => request.messages.at(-1)?.content ?? '';
const base = { projectId: 'p', providerId: 'embedded' };

describe('the hand of the person', () => {
  test('pause lets running calls finish and starts no new one; resume goes on', async () => {
    const clock = new VirtualClock();
    const chat = new ScriptedChat(clock, (request) => ({ afterMs: 100, answer: answerOf(userText(request)) }));
    const deps = fakeDeps({ clock, chat });
    const handle = startGenerate(deps, { ...base, template: templateOf(4), plan: planOf() });
    await clock.advance(50);
    handle.pause();
    await clock.advance(5000);
    expect(chat.calls.length).toBe(4);
    expect(deps.rows.kept.size).toBe(4);
    expect(handle.snapshot().status).toBe('paused');
    handle.resume();
    expect((await clock.run(handle.finished)).detail.done).toBe(16);
  });

  test('at its cap a run waits, says so, and goes on when the cap is lifted', async () => {
    const clock = new VirtualClock();
    const chat = new ScriptedChat(clock, (request) => ({ afterMs: 10, answer: answerOf(userText(request)) }));
    const deps = fakeDeps({ clock, chat });
    const plan = planOf({ model: 'paid', capUsd: 100 });
    const handle = startGenerate(deps, { ...base, template: templateOf(3), plan });
    await clock.advance(1000);
    const waiting = handle.snapshot();
    expect(waiting.status).toBe('paused');
    expect(waiting.problem?.what).toMatch(/cap is reached/);
    expect(waiting.detail.done).toBeGreaterThan(0);
    handle.setCap(null);
    const end = await clock.run(handle.finished);
    expect(end).toMatchObject({ status: 'succeeded', problem: null });
    expect(end.detail.done).toBe(9);
  });

  test('the receipt says how many answers were cut', async () => {
    const clock = new VirtualClock();
    const answer = answerOf('half', { finishReason: 'length' });
    const deps = fakeDeps({ clock, chat: new ScriptedChat(clock, () => ({ afterMs: 10, answer })) });
    const handle = startGenerate(deps, { ...base, template: templateOf(2), plan: planOf() });
    const { receipt } = await clock.run(handle.finished);
    expect(receipt?.summary).toMatch(/4 answers cut at .*/);
  });

  test('thoughts are kept beside the answers, and the receipt counts them', async () => {
    const clock = new VirtualClock();
    const answer = answerOf('fine', { reasoning: 'first this then that' });
    const deps = fakeDeps({ clock, chat: new ScriptedChat(clock, () => ({ afterMs: 10, answer })) });
    const handle = startGenerate(deps, { ...base, template: templateOf(2), plan: planOf() });
    const { receipt } = await clock.run(handle.finished);
    expect(receipt?.summary).toContain('4 answers came after 16 words of thought, kept beside them.');
    const [row] = deps.rows.kept.values();
    expect(row).toMatchObject({ completion: 'fine', thoughts: 'first this then that' });
  });

  test('thoughts are part of the rows where the plan says so, whenever the rows were made', async () => {
    const clock = new VirtualClock();
    const answer = answerOf('fine', { reasoning: 'hm' });
    const deps = fakeDeps({ clock, chat: new ScriptedChat(clock, () => ({ afterMs: 10, answer })) });
    const template = templateOf(2);
    const kept = planOf({ keepThoughts: true });
    const { receipt } = await clock.run(startGenerate(deps, { ...base, template, plan: kept }).finished);
    expect(receipt?.summary).toContain('4 answers came after 4 words of thought, kept in them.');
    const whole = '<think>\nhm\n</think>\n\nfine';
    const [row] = deps.rows.kept.values();
    expect([row?.completion, row?.thoughts]).toEqual([whole, undefined]);
    const read = (plan: GenerationPlan) =>
      [...storedRows(deps.rows, { ...base, template, plan, seed: null })].map(({ completion }) => completion);
    expect(new Set(read(kept))).toEqual(new Set([whole]));
    expect(new Set(read(planOf()))).toEqual(new Set(['fine']));
    for (const one of storedRows(deps.rows, { ...base, template, plan: planOf(), seed: null })) deps.rows.put([one]);
    expect(new Set(read(kept))).toEqual(new Set([whole]));
  });

  test('a model that is cut while it thinks, or comes to no answer, is told of', async () => {
    const causes = [];
    for (const finishReason of ['length', 'stop']) {
      const clock = new VirtualClock();
      const answer = answerOf('', { reasoning: 'hm', finishReason });
      const deps = fakeDeps({ clock, chat: new ScriptedChat(clock, () => ({ afterMs: 10, answer })) });
      await clock.run(startGenerate(deps, { ...base, template: templateOf(2), plan: planOf() }).finished);
      causes.push([...deps.rows.kept.values()].map(({ status, error }) => `${status}: ${error}`)[0]);
    }
    expect(causes).toEqual([
      'truncated: The model was cut at the maximum of tokens while it thought: it needs more of them.',
      'empty: The model thought and gave no answer.',
    ]);
  });

  test('the receipt says what a model refuses', async () => {
    const clock = new VirtualClock();
    const answer = answerOf('fine', { without: ['temperature', 'system'] });
    const deps = fakeDeps({ clock, chat: new ScriptedChat(clock, () => ({ afterMs: 10, answer })) });
    const handle = startGenerate(deps, { ...base, template: templateOf(2), plan: planOf() });
    const { receipt } = await clock.run(handle.finished);
    expect(receipt?.summary).toMatch(/refuses temperature: asked without it; has no system role/);
  });

  test('cancel keeps what is done', async () => {
    const clock = new VirtualClock();
    const chat = new ScriptedChat(clock, (request, call) => ({
      afterMs: call < 4 ? 10 : 60_000,
      answer: answerOf(userText(request)),
    }));
    const deps = fakeDeps({ clock, chat });
    const handle = startGenerate(deps, { ...base, template: templateOf(4), plan: planOf() });
    await clock.advance(100);
    handle.cancel();
    const end = await clock.run(handle.finished);
    expect(end.status).toBe('cancelled');
    expect(end.receipt?.summary).toMatch(/4 rows generated/);
    expect(deps.rows.kept.size).toBe(4);
  });
});

describe('what can go wrong', () => {
  test.each(['auth', 'quota', 'forbidden', 'not-found'] as const)('%s stops the whole run at once', async (kind) => {
    const clock = new VirtualClock();
    const chat = new ScriptedChat(clock, () => ({ afterMs: 10, answer: new ProviderError(kind, 'no') }));
    const deps = fakeDeps({ clock, chat });
    const handle = startGenerate(deps, { ...base, template: templateOf(20), plan: planOf() });
    const end = await clock.run(handle.finished);
    expect(end.status).toBe('failed');
    expect(end.problem?.next).not.toBe('');
    expect(chat.calls.length).toBe(4);
    expect(deps.rows.kept.size).toBe(0);
  });

  test('one row that keeps failing is kept as failed with its cause, and the next run generates only that', async () => {
    const clock = new VirtualClock();
    let healed = false;
    const chat = new ScriptedChat(clock, (request) =>
      !healed && userText(request).includes('a1 and b1')
        ? { afterMs: 10, answer: new ProviderError('server', 'exploded') }
        : { afterMs: 10, answer: answerOf(userText(request)) },
    );
    const deps = fakeDeps({ clock, chat });
    const request = { ...base, template: templateOf(3), plan: planOf() };
    const end = await clock.run(startGenerate(deps, request).finished);
    expect(end.detail).toMatchObject({ done: 9, failed: 1 });
    expect(end.detail.problems.map((problem) => problem.cause)).toEqual(['exploded']);
    const calls = chat.calls.length;
    expect(calls).toBe(8 + 6);
    healed = true;
    const again = await clock.run(startGenerate(deps, request).finished);
    expect(again.detail).toMatchObject({ done: 1, reused: 8, failed: 0 });
    expect(chat.calls.length).toBe(calls + 1);
  });

  test('a server that fails every row ends the run before the lattice is used up', async () => {
    const clock = new VirtualClock();
    const chat = new ScriptedChat(clock, () => ({ afterMs: 10, answer: new ProviderError('network', 'refused') }));
    const deps = fakeDeps({ clock, chat });
    const end = await clock.run(startGenerate(deps, { ...base, template: templateOf(30), plan: planOf() }).finished);
    expect(end.status).toBe('failed');
    expect(deps.rows.kept.size).toBeLessThan(20);
  });

  test('cut, declined and empty answers are kept, marked and not generated again', async () => {
    const clock = new VirtualClock();
    const odd = [{ finishReason: 'length' }, { refusal: 'I would rather not.' }, { text: ' ' }, {}];
    const chat = new ScriptedChat(clock, (_, call) => ({ afterMs: 10, answer: answerOf('words', odd[call] ?? {}) }));
    const deps = fakeDeps({ clock, chat });
    const request = { ...base, template: templateOf(2), plan: planOf() };
    const end = await clock.run(startGenerate(deps, request).finished);
    // The whole one names none of its slots' values.
    expect(end.detail).toMatchObject({ done: 4, flagged: 4, failed: 0 });
    const statuses = [...deps.rows.kept.values()].map((row) => row.status).toSorted();
    expect(statuses).toEqual(['done', 'empty', 'refused', 'truncated']);
    expect((await clock.run(startGenerate(deps, request).finished)).detail.reused).toBe(4);
  });

  test('an answer is on disk before it is reported, and a disk that is full stops the run', async () => {
    const clock = new VirtualClock();
    const chat = new ScriptedChat(clock, (request) => ({ afterMs: 10, answer: answerOf(userText(request)) }));
    const deps = fakeDeps({ clock, chat });
    deps.registry.subscribe(() => {
      for (const { detail } of deps.registry.list()) {
        if (detail.kind !== 'generate') continue;
        for (const row of detail.latest) expect(deps.rows.get('p', row.rowId)).not.toBeNull();
      }
    });
    const handle = startGenerate(deps, { ...base, template: templateOf(6), plan: planOf() });
    await clock.advance(25);
    deps.rows.fault = new Error('disk full');
    const end = await clock.run(handle.finished);
    expect(end.status).toBe('failed');
    expect(end.problem?.what).toBe('disk full');
    expect(end.detail.done).toBe(deps.rows.kept.size);
  });

  test('answers that find no room are kept elsewhere, counted, and taken back by the next run', async () => {
    const clock = new VirtualClock();
    const chat = new ScriptedChat(clock, (request) => ({ afterMs: 10, answer: answerOf(userText(request)) }));
    const deps = fakeDeps({ clock, chat });
    const request = { ...base, template: templateOf(3), plan: planOf({ model: 'paid' }) };
    const handle = startGenerate(deps, request);
    await clock.advance(5);
    deps.rows.fault = new Error('disk full');
    const end = await clock.run(handle.finished);
    expect(end).toMatchObject({ status: 'failed', problem: { what: 'disk full' } });
    expect(end.problem?.saved).toBe(
      '4 answers that were paid found no room and are in /elsewhere/1.jsonl: the next start takes them back.',
    );
    expect(deps.spill.kept).toHaveLength(4);
    const still = await clock.run(startGenerate(deps, request).finished);
    expect(still.status).toBe('failed');
    expect(chat.calls).toHaveLength(4);
    deps.rows.fault = null;
    const next = await clock.run(startGenerate(deps, request).finished);
    expect(next.receipt?.summary).toMatch(/5 rows generated, 4 of before found room now, 4 were there/);
    expect(chat.calls).toHaveLength(9);
    expect(sumSpending(deps.ledger.totals('p'))).toMatchObject({ calls: 9, usd: 9 * 30, unsure: 0, underWay: 0 });
  });

  test('two runs of one plan ask each combination once, and each ends with all of them', async () => {
    const clock = new VirtualClock();
    const chat = new ScriptedChat(clock, (request) => ({ afterMs: 100, answer: answerOf(userText(request)) }));
    const deps = fakeDeps({ clock, chat });
    const request = { ...base, template: templateOf(4), plan: planOf() };
    const both = [startGenerate(deps, request), startGenerate(deps, request)];
    const ends = await clock.run(Promise.all(both.map(({ finished }) => finished)));
    expect(chat.calls).toHaveLength(16);
    for (const { status, detail } of ends) expect([status, detail.done + detail.reused]).toEqual(['succeeded', 16]);
  });

  test('a broken template and a cap without a price generate nothing', async () => {
    const clock = new VirtualClock();
    const chat = new ScriptedChat(clock, () => ({ afterMs: 1, answer: answerOf('x') }));
    const deps = fakeDeps({ clock, chat });
    const broken = { ...templateOf(2), teacherPrompt: 'Write of {a} and {nobody}' };
    const first = await clock.run(startGenerate(deps, { ...base, template: broken, plan: planOf() }).finished);
    expect(first.problem?.what).toMatch(/nobody/);
    const plan = planOf({ model: 'mystery', capUsd: 1 });
    const second = await clock.run(startGenerate(deps, { ...base, template: templateOf(2), plan }).finished);
    expect(second.problem?.what).toMatch(/price of mystery is unknown/);
    expect(chat.calls.length).toBe(0);
  });
});

describe('generating again', () => {
  test('keeps the id, and keeps the old answer when the new call fails', async () => {
    const clock = new VirtualClock();
    let round = 0;
    const chat = new ScriptedChat(clock, () =>
      round === 2
        ? { afterMs: 5, answer: new ProviderError('invalid-request', 'no') }
        : { afterMs: 5, answer: answerOf(`answer ${round}`) },
    );
    const deps = fakeDeps({ clock, chat });
    const request = { ...base, template: templateOf(1), plan: planOf() };
    await clock.run(startGenerate(deps, request).finished);
    const rowIds = [...deps.rows.kept.values()].map((row) => row.id);
    round = 1;
    await clock.run(retryRows(deps, { ...request, rowIds }).finished);
    expect([...deps.rows.kept.values()].map((row) => [row.id, row.completion])).toEqual([[rowIds[0], 'answer 1']]);
    round = 2;
    const end = await clock.run(retryRows(deps, { ...request, rowIds }).finished);
    expect(end.detail.failed).toBe(1);
    expect(deps.rows.get('p', rowIds[0] ?? '')?.completion).toBe('answer 1');
  });

  test('keeps the old answer when the provider refuses the new call for its content', async () => {
    const clock = new VirtualClock();
    let refuses = false;
    const chat = new ScriptedChat(clock, () => ({
      afterMs: 5,
      answer: refuses ? new ProviderError('moderation', 'flagged') : answerOf('a paid answer'),
    }));
    const deps = fakeDeps({ clock, chat });
    const request = { ...base, template: templateOf(1), plan: planOf() };
    await clock.run(startGenerate(deps, request).finished);
    const rowIds = [...deps.rows.kept.values()].map(({ id }) => id);
    refuses = true;
    await clock.run(retryRows(deps, { ...request, rowIds }).finished);
    expect([...deps.rows.kept.values()]).toMatchObject([{ status: 'done', completion: 'a paid answer' }]);
  });
});

describe('what may have been paid for without an answer', () => {
  test.each([
    new ProviderError('timeout', 'too slow'),
    new ProviderError('network', 'broke off', { code: 'ECONNRESET' }),
    new ProviderError('invalid-request', 'not of the API', { code: 'malformed_answer' }),
  ])('$message: counts against the cap and is never reported as free', async (fault) => {
    const clock = new VirtualClock();
    const chat = new ScriptedChat(clock, (_, call) => ({ afterMs: 5, answer: call < 6 ? fault : answerOf('x') }));
    const deps = fakeDeps({ clock, chat });
    const plan = planOf({ model: 'paid', capUsd: 10_000, concurrency: 1 });
    const end = await clock.run(startGenerate(deps, { ...base, template: templateOf(1), plan }).finished);
    const [row] = deps.rows.kept.values();
    expect(end.detail.costUsd).toBeGreaterThanOrEqual(chat.calls.length * 40);
    expect(row).toMatchObject({ status: 'failed', costUsd: null });
  });

  test.each([
    new ProviderError('timeout', 'It was silent.'),
    new ProviderError('network', 'It broke off.', { code: 'ECONNRESET' }),
    new ProviderError('network', 'That was no HTTP.', { code: 'HPE_INVALID_CONSTANT' }),
    new ProviderError('server', 'The gateway gave up.', { status: 504 }),
  ])('$message: asked twice at the most, which the row and the receipt say', async (fault) => {
    const clock = new VirtualClock();
    const chat = new ScriptedChat(clock, () => ({ afterMs: 5, answer: fault }));
    const deps = fakeDeps({ clock, chat });
    const end = await clock.run(startGenerate(deps, { ...base, template: templateOf(1), plan: planOf() }).finished);
    expect(chat.calls.length).toBe(2);
    expect([...deps.rows.kept.values()]).toMatchObject([
      { error: `${fault.message} It was asked 2 times, which may each be billed, and is not asked again in this run.` },
    ]);
    expect(end.receipt?.summary).toContain(
      '2 calls ended without an answer and may be billed: each counts at its most.',
    );
  });

  test('refusals between two silences do not let a call be paid for more often', async () => {
    const clock = new VirtualClock();
    const silent = new ProviderError('timeout', 'silent');
    const limited = new ProviderError('rate-limit', 'slow down', { retryAfterMs: 10 });
    const chat = new ScriptedChat(clock, (_, call) => ({ afterMs: 5, answer: call % 2 === 0 ? silent : limited }));
    const deps = fakeDeps({ clock, chat });
    await clock.run(startGenerate(deps, { ...base, template: templateOf(1), plan: planOf() }).finished);
    expect(chat.calls.length).toBe(3);
  });

  test('a call that never reached the provider is free', async () => {
    const clock = new VirtualClock();
    const fault = new ProviderError('network', 'refused', { code: 'ECONNREFUSED' });
    const chat = new ScriptedChat(clock, () => ({ afterMs: 5, answer: fault }));
    const deps = fakeDeps({ clock, chat });
    const plan = planOf({ model: 'paid', capUsd: 10_000, concurrency: 1 });
    const end = await clock.run(startGenerate(deps, { ...base, template: templateOf(1), plan }).finished);
    expect(end.detail.costUsd).toBe(0);
    expect([...deps.rows.kept.values()]).toMatchObject([{ costUsd: 0 }]);
  });
});

test('a row that is kept whole is asked again with its tools, and keeps them under the new answer', async () => {
  const clock = new VirtualClock();
  const chat = new ScriptedChat(clock, () => ({ afterMs: 1, answer: answerOf('Rain.') }));
  const deps = fakeDeps({ clock, chat });
  const tools = [{ type: 'function', function: { name: 'f' } }];
  const asked = { role: 'user' as const, content: 'Weather?' };
  const line = (content: string) => JSON.stringify({ messages: [asked, { role: 'assistant', content }], tools });
  const whole = line('Sunny.');
  deps.rows.put([
    rowOf('r', { source: 'imported', cell: { label: 'x' }, prompt: [asked], completion: 'Sunny.', whole }),
  ]);
  await clock.run(retryRows(deps, { ...base, template: templateOf(1), plan: planOf(), rowIds: ['r'] }).finished);
  expect(chat.calls).toMatchObject([{ request: { messages: [asked], raw: { messages: [asked], fields: { tools } } } }]);
  expect(deps.rows.get('p', 'r')).toMatchObject({ completion: 'Rain.', whole: line('Rain.') });
});
