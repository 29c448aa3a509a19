import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { freshRows } from '../../../src/app/evaluation/fresh-rows.ts';
import { quoteEvaluation } from '../../../src/app/evaluation/quote.ts';
import { readEvaluation } from '../../../src/app/evaluation/results.ts';
import { startEvaluate } from '../../../src/app/evaluation/start.ts';
import type { ChatRequest } from '../../../src/domain/chat/types.ts';
import type { Evaluation, EvaluationItem, EvaluationPlan } from '../../../src/domain/evaluation/types.ts';
import { ProviderError } from '../../../src/domain/provider/provider.ts';
import { VirtualClock } from '../fakes/clock.ts';
import { type FakeDeps, fakeDeps } from '../fakes/fake-deps.ts';
import { answerOf, fakeProvider, providersOf, type Reply, ScriptedChat } from '../fakes/provider.ts';
import { rowOf } from '../fakes/rows.ts';

const A = { providerId: 'embedded', model: 'free' };
const B = { providerId: 'other', model: 'free' };

const itemOf = (n: number, target = n % 2 === 0 ? 'Yes' : 'No'): EvaluationItem => ({
  id: `i${n}`,
  rowId: null,
  line: n + 1,
  target,
  slices: {},
  prompt: [{ role: 'user', content: `Clause ${n}` }],
});
const itemsOf = (count: number): readonly EvaluationItem[] => Array.from({ length: count }, (_, n) => itemOf(n));

function evaluationOf(change: Partial<EvaluationPlan>, items: readonly EvaluationItem[], id = 'e'): Evaluation {
  const plan: EvaluationPlan = {
    source: { kind: 'file', path: 'f.jsonl' },
    models: [A],
    graders: [{ kind: 'exact-ci' }],
    sampling: { temperature: 0, maxTokens: 5 },
    concurrency: 4,
    capUsd: null,
    ...change,
  };
  return { id, projectId: 'p', name: id, createdAt: 1, plan, items: items.length };
}

const userText = (request: ChatRequest): string => request.messages.at(-1)?.content ?? '';
const numberIn = (request: ChatRequest): number => Number(/Clause (\d+)/.exec(userText(request))?.[1]);

/** Two providers, one clock; `reply` hears which of them is asked. */
function depsFor(reply: (providerId: string, request: ChatRequest, call: number) => Reply): {
  readonly deps: FakeDeps;
  readonly clock: VirtualClock;
  readonly chats: Readonly<Record<'embedded' | 'other', ScriptedChat>>;
} {
  const clock = new VirtualClock();
  const chatOf = (id: string) => new ScriptedChat(clock, (request, call) => reply(id, request, call));
  const chats = { embedded: chatOf('embedded'), other: chatOf('other') };
  const providers = providersOf(fakeProvider({ chat: chats.embedded }), fakeProvider({ chat: chats.other }, 'other'));
  return { deps: fakeDeps({ clock, providers }), clock, chats };
}

describe('predictions', () => {
  test('every model gets every item once at its own provider, and graded', async () => {
    const { deps, clock, chats } = depsFor((id, request) => ({
      afterMs: 10,
      answer: answerOf(id === 'embedded' ? ' yes\n' : numberIn(request) % 2 === 0 ? 'YES' : 'no'),
    }));
    const items = itemsOf(6);
    const evaluation = evaluationOf({ models: [A, B] }, items);
    const end = await clock.run(startEvaluate(deps, { evaluation, items }).finished);
    expect(end.status).toBe('succeeded');
    expect(end.detail).toMatchObject({ kind: 'evaluate', evaluationId: 'e', total: 12, done: 12, failed: 0 });
    const seen = (chat: ScriptedChat) => chat.calls.map(({ request }) => userText(request)).toSorted();
    expect(seen(chats.embedded)).toEqual(items.map(({ prompt }) => prompt[0]?.content));
    expect(seen(chats.other)).toEqual(seen(chats.embedded));
    const read = readEvaluation(deps, evaluation, items).items();
    expect(read.map(({ predictions }) => predictions.map((one) => one?.scores[0]?.passed))).toEqual(
      items.map(({ target }) => [target === 'Yes', true]),
    );
  });

  test('a limit of one model slows no other', async () => {
    let refused = false;
    const { deps, clock, chats } = depsFor((id, request) => {
      if (id !== 'other' || refused) return { afterMs: 10, answer: answerOf(userText(request)) };
      refused = true;
      return { afterMs: 10, answer: new ProviderError('rate-limit', 'slow down', { retryAfterMs: 30_000 }) };
    });
    const items = itemsOf(200);
    const evaluation = evaluationOf({ models: [A, B] }, items);
    const begun = clock.now();
    const handle = startEvaluate(deps, { evaluation, items });
    await clock.advance(20_000);
    expect(handle.snapshot().detail.wait?.text).toMatch(/^waiting 1[01] s for free at other: /);
    const end = await clock.run(handle.finished);
    expect(end.detail).toMatchObject({ done: 400, failed: 0 });
    expect(Math.max(...chats.embedded.calls.map(({ at }) => at)) - begun).toBeLessThan(20_000);
    expect(Math.max(...chats.other.calls.map(({ at }) => at)) - begun).toBeGreaterThan(30_000);
  });

  test('a server that does not come back fails its own items, which are not all asked of it', async () => {
    const { deps, clock, chats } = depsFor((id, request) => ({
      afterMs: 10,
      answer: id === 'other' ? new ProviderError('server', 'down') : answerOf(userText(request)),
    }));
    const items = itemsOf(200);
    const evaluation = evaluationOf({ models: [A, B] }, items);
    const end = await clock.run(startEvaluate(deps, { evaluation, items }).finished);
    expect(end).toMatchObject({ status: 'succeeded', detail: { done: 400, failed: 200 } });
    expect(chats.embedded.calls).toHaveLength(200);
    expect(chats.other.calls.length).toBeLessThan(30);
  });

  test('what a model thought is kept beside its answer and is no part of what graders see', async () => {
    const answer = answerOf('Yes', { reasoning: 'Or No?' });
    const { deps, clock } = depsFor(() => ({ afterMs: 10, answer }));
    const items = [itemOf(0)];
    const evaluation = evaluationOf({}, items);
    const end = await clock.run(startEvaluate(deps, { evaluation, items }).finished);
    expect(end.receipt?.summary).toContain('1 answer came after 2 words of thought, kept beside it.');
    expect(readEvaluation(deps, evaluation, items).items()[0]?.predictions[0]).toMatchObject({
      text: 'Yes',
      thoughts: 'Or No?',
      scores: [{ passed: true, note: expect.stringMatching(/; thoughts set aside$/) }],
    });
  });

  test('a failed call is no wrong answer; starting again asks that one alone', async () => {
    let healed = false;
    const { deps, clock, chats } = depsFor((_, request) => ({
      afterMs: 10,
      answer:
        !healed && numberIn(request) === 3
          ? new ProviderError('moderation', 'not that')
          : !healed && numberIn(request) === 4
            ? new ProviderError('invalid-request', 'too long')
            : answerOf('Yes'),
    }));
    const items = itemsOf(6);
    const evaluation = evaluationOf({}, items);
    await clock.run(startEvaluate(deps, { evaluation, items }).finished);
    const reader = readEvaluation(deps, evaluation, items);
    const failed = reader.items().filter(({ predictions }) => predictions[0]?.status === 'failed');
    expect(failed.map(({ item, predictions }) => [item.line, predictions[0]?.error, predictions[0]?.scores])).toEqual([
      [4, 'not that', []],
      [5, 'too long', []],
    ]);
    healed = true;
    const calls = chats.embedded.calls.length;
    const again = await clock.run(startEvaluate(deps, { evaluation, items }).finished);
    expect(again.detail).toMatchObject({ done: 2, reused: 4, failed: 0 });
    expect(chats.embedded.calls.length).toBe(calls + 2);
  });

  test('an answer is reused by another evaluation, not by another provider or other parameters', async () => {
    const { deps, clock, chats } = depsFor(() => ({ afterMs: 10, answer: answerOf('Yes') }));
    const items = itemsOf(4);
    const run = async (change: Partial<EvaluationPlan>, id: string) =>
      (await clock.run(startEvaluate(deps, { evaluation: evaluationOf(change, items, id), items }).finished)).detail;
    await run({}, 'one');
    expect(await run({ graders: [{ kind: 'contains' }] }, 'two')).toMatchObject({ done: 0, reused: 4 });
    expect(await run({ models: [A, B] }, 'three')).toMatchObject({ done: 4, reused: 4 });
    expect(await run({ sampling: { temperature: 1 } }, 'four')).toMatchObject({ done: 4, reused: 0 });
    expect([chats.embedded.calls.length, chats.other.calls.length]).toEqual([8, 4]);
  });

  test('equal prompts are sent once, and answer every item that has them', async () => {
    const { deps, clock, chats } = depsFor(() => ({ afterMs: 10, answer: answerOf('Yes') }));
    const items = [itemOf(0), { ...itemOf(0, 'No'), id: 'twin', line: 2 }];
    const evaluation = evaluationOf({}, items);
    const end = await clock.run(startEvaluate(deps, { evaluation, items }).finished);
    expect(end.detail).toMatchObject({ total: 1, done: 1, waiting: 0 });
    expect(chats.embedded.calls).toHaveLength(1);
    const read = readEvaluation(deps, evaluation, items).items();
    expect(read.map(({ predictions }) => predictions[0]?.scores[0]?.passed)).toEqual([true, false]);
  });

  test('an evaluation of which every item failed is a failed operation, with the first failure; one answer makes it none', async () => {
    const run = async (fine: number) => {
      const { deps, clock } = depsFor((_, request) => ({
        afterMs: 10,
        answer: numberIn(request) < fine ? answerOf('Yes') : new ProviderError('invalid-request', 'no such model'),
      }));
      const items = itemsOf(3);
      return clock.run(startEvaluate(deps, { evaluation: evaluationOf({}, items), items }).finished);
    };
    const end = await run(0);
    expect(end).toMatchObject({ status: 'failed', detail: { failed: 3 }, receipt: { summary: expect.any(String) } });
    expect(end.problem?.what).toBe('No model answered any item. The first failure: no such model');
    expect((await run(1)).status).toBe('succeeded');
  });

  test('a receipt counts one as one, and what was there before is on disk too', async () => {
    const { deps, clock } = depsFor((_, request) => ({
      afterMs: 10,
      answer: numberIn(request) === 0 ? answerOf('Yes') : new ProviderError('auth', 'wrong key', { status: 401 }),
    }));
    const run = (items: readonly EvaluationItem[]) =>
      clock.run(startEvaluate(deps, { evaluation: evaluationOf({}, items), items }).finished);
    expect((await run(itemsOf(1))).receipt?.summary).toBe('1 answer received.');
    expect((await run(itemsOf(2))).problem?.saved).toContain('1 answer is on disk.');
  });

  test('answers nobody could judge are a failed operation too', async () => {
    const { deps, clock } = depsFor((id) => ({ afterMs: 10, answer: answerOf(id === 'other' ? 'Hm.' : 'Yes') }));
    const items = itemsOf(2);
    const graders = [{ kind: 'judge', ...B, rubric: '' }] as const;
    const end = await clock.run(startEvaluate(deps, { evaluation: evaluationOf({ graders }, items), items }).finished);
    expect(end.status).toBe('failed');
    const said = 'The judge gave no verdict. It said "Hm.".';
    expect(end.problem?.what).toBe(`No answer was judged. The first failure: ${said}`);
    const read = readEvaluation(deps, evaluationOf({ graders }, items), items).items();
    expect(read[0]?.predictions[0]).toMatchObject({ status: 'failed', error: said });
  });

  test('answers that were cut are told when they come, and again when they are reused', async () => {
    const { deps, clock } = depsFor((_, request) => ({
      afterMs: 10,
      answer: answerOf('Yes', { finishReason: numberIn(request) < 2 ? 'length' : 'stop' }),
    }));
    const items = itemsOf(3);
    const evaluation = evaluationOf({}, items);
    const summaryOf = async () =>
      (await clock.run(startEvaluate(deps, { evaluation, items }).finished)).receipt?.summary ?? '';
    const told = '2 answers cut at 5 tokens: raise max tokens (--max-tokens).';
    expect(await summaryOf()).toContain(told);
    expect(await summaryOf()).toContain(told);
  });

  test('a grader that cannot be made ready stops it before anything is sent', async () => {
    const { deps, clock, chats } = depsFor(() => ({ afterMs: 10, answer: answerOf('Yes') }));
    const items = itemsOf(2);
    const evaluation = evaluationOf({ graders: [{ kind: 'regex', pattern: '(', flags: '' }] }, items);
    const end = await clock.run(startEvaluate(deps, { evaluation, items }).finished);
    expect(end.status).toBe('failed');
    expect(end.problem?.what).not.toBe('');
    expect(chats.embedded.calls).toHaveLength(0);
  });
});

describe('the cap', () => {
  test('holds over all models together; the quote is never below what it costs', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 8 }),
        fc.integer({ min: 0, max: 200 }),
        fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 16 }),
        async (count, cap, words) => {
          const { deps, clock } = depsFor((_, __, call) => {
            const usage = { promptTokens: 2, completionTokens: words[call % words.length] ?? 1, cachedTokens: 0 };
            return { afterMs: 10, answer: answerOf('Yes', { usage }) };
          });
          const models = [
            { ...A, model: 'paid' },
            { ...B, model: 'paid' },
          ];
          const items = itemsOf(count);
          const evaluation = evaluationOf({ models, capUsd: cap }, items);
          const quote = await quoteEvaluation(deps, evaluation, items);
          expect(quote).toMatchObject({ items: count, calls: count * 2, reused: 0 });
          const end = await clock.run(startEvaluate(deps, { evaluation, items, whenCapped: 'end' }).finished);
          expect(end.detail.costUsd).toBeLessThanOrEqual(cap + 1e-9);
          if (quote.upToUsd !== null && quote.upToUsd <= cap) expect(end.status).toBe('succeeded');
          if (end.status === 'succeeded') expect(end.detail.costUsd).toBeLessThanOrEqual(quote.upToUsd ?? 0);
        },
      ),
      { numRuns: 40 },
    );
  });

  test('at it a run waits, and a higher one lets it end', async () => {
    const { deps, clock } = depsFor(() => ({ afterMs: 10, answer: answerOf('Yes') }));
    const items = itemsOf(6);
    const evaluation = evaluationOf({ models: [{ ...A, model: 'paid' }], capUsd: 60 }, items);
    const handle = startEvaluate(deps, { evaluation, items });
    await clock.advance(1000);
    expect(handle.snapshot().status).toBe('paused');
    handle.setCap(null);
    expect((await clock.run(handle.finished)).detail.done).toBe(6);
  });
});

describe('the judge', () => {
  const judge = { kind: 'judge', providerId: 'other', model: 'free', rubric: 'Which is right?' } as const;
  /** Says which of both places holds the longer text, as a judge without a favourite place would. */
  const honest = (request: ChatRequest): string => {
    const [a = '', b = ''] = ['a', 'b'].map(
      (place) => new RegExp(`<answer_${place}>([^]*)</answer_${place}>`).exec(userText(request))?.[1] ?? '',
    );
    return a.length > b.length ? '[[A]]' : a.length < b.length ? '[[B]]' : '[[C]]';
  };
  const answers = ['Yes indeed', 'Y', 'Yes'];

  test.each([
    ['honest', honest, [1, 0, 0.5]],
    ['in love with the first place', () => '[[A]]', [0.5, 0.5, 0.5]],
  ])('%s: gets both orders, after the answers', async (_, verdict, values) => {
    const { deps, clock, chats } = depsFor((id, request) => ({
      afterMs: 10,
      answer: answerOf(id === 'other' ? verdict(request) : (answers[numberIn(request)] ?? '')),
    }));
    const items = [0, 1, 2].map((n) => itemOf(n, 'Yes'));
    const evaluation = evaluationOf({ graders: [judge] }, items);
    const quote = await quoteEvaluation(deps, evaluation, items);
    const end = await clock.run(startEvaluate(deps, { evaluation, items }).finished);
    expect(end.status).toBe('succeeded');
    // Where answer and target are the same text, both orders are one question.
    expect([end.detail.total, end.detail.done, quote.calls]).toEqual([8, 8, 9]);
    expect(Math.min(...chats.other.calls.map(({ at }) => at))).toBeGreaterThanOrEqual(
      Math.max(...chats.embedded.calls.map(({ at }) => at)),
    );
    const read = readEvaluation(deps, evaluation, items).items();
    expect(read.map(({ predictions }) => predictions[0]?.scores[0]?.value)).toEqual(values);
  });

  test('that says nothing fails the prediction, and is sent again alone', async () => {
    let dumb = true;
    const { deps, clock, chats } = depsFor((id, request) => ({
      afterMs: 10,
      answer: answerOf(id === 'embedded' ? 'Yes indeed' : dumb ? 'Hm.' : honest(request)),
    }));
    const items = [itemOf(0, 'Yes')];
    const evaluation = evaluationOf({ graders: [judge] }, items);
    const run = () => clock.run(startEvaluate(deps, { evaluation, items }).finished);
    const first = () => readEvaluation(deps, evaluation, items).items()[0]?.predictions[0];
    await run();
    expect(first()).toMatchObject({ status: 'failed', text: 'Yes indeed', scores: [] });
    dumb = false;
    await run();
    expect(first()).toMatchObject({ status: 'done', scores: [{ value: 1, passed: true }] });
    expect([chats.embedded.calls.length, chats.other.calls.length]).toEqual([1, 4]);
  });
});

describe('reading along', () => {
  test('gives the same items back until one of them changes, and then that one anew', async () => {
    const { deps, clock } = depsFor((_, request) => ({ afterMs: numberIn(request) * 50, answer: answerOf('Yes') }));
    const items = itemsOf(4);
    const evaluation = evaluationOf({}, items);
    const reader = readEvaluation(deps, evaluation, items);
    const before = reader.items();
    expect(before.every(({ predictions }) => predictions[0] === null)).toBe(true);
    const heard: boolean[] = [];
    const rows = Object.assign(Object.create(deps.rows), {
      put(put: Parameters<typeof deps.rows.put>[0]) {
        deps.rows.put(put);
        heard.push(reader.rowsChanged(put));
      },
    });
    const handle = startEvaluate({ ...deps, rows }, { evaluation, items });
    await clock.advance(20);
    expect(heard).toEqual([true]);
    const after = reader.items();
    expect(after[0]?.predictions[0]?.status).toBe('done');
    expect(after.slice(1)).toEqual(before.slice(1));
    expect(after[1]).toBe(before[1]);
    expect(reader.items()).toBe(after);
    await clock.run(handle.finished);
    expect(reader.items().every(({ predictions }) => predictions[0]?.status === 'done')).toBe(true);
  });

  test('grades what a run has just stored as it would grade what is read back, which it reads of calls that failed alone', async () => {
    const { deps, clock } = depsFor((_, request) => ({
      afterMs: 10,
      answer: numberIn(request) === 3 ? new ProviderError('moderation', 'not that') : answerOf('Yes'),
    }));
    const items = itemsOf(6);
    const evaluation = evaluationOf({}, items);
    const rows = freshRows(deps.rows);
    await clock.run(startEvaluate(deps, { evaluation, items, stored: rows.stored }).finished);
    const read = readEvaluation(deps, evaluation, items).items();
    expect(read[3]?.predictions[0]).toMatchObject({ status: 'failed', error: 'not that' });
    const get = vi.spyOn(deps.rows, 'get');
    expect(readEvaluation({ ...deps, rows }, evaluation, items).items()).toEqual(read);
    expect(get).toHaveBeenCalledTimes(1);
  });

  test('reads back an answer with half a character, which the database has changed', () => {
    const written = rowOf('r', { completion: 'Yes \ud83d' });
    const read = { ...written, completion: 'Yes \ufffd' };
    const rows = freshRows({ get: () => read });
    rows.stored([written]);
    expect(rows.get(written.projectId, 'r')).toBe(read);
  });
});
