import { describe, expect, test } from 'vitest';
import { owedBatches, startCollect } from '../../../src/app/batches/collect.ts';
import { startGenerate } from '../../../src/app/generation/start.ts';
import { asideProjectId } from '../../../src/domain/dataset/existing-rows.ts';
import { sumSpending } from '../../../src/domain/pricing/spending.ts';
import { ProviderError } from '../../../src/domain/provider/provider.ts';
import type { Template } from '../../../src/domain/template/types.ts';
import { BatchServer, type Verdict } from '../fakes/batch-server.ts';
import { VirtualClock } from '../fakes/clock.ts';
import { fakeDeps, planOf } from '../fakes/fake-deps.ts';
import { memoryBatches, memoryDatabase, memoryLedger } from '../fakes/ledger.ts';
import { answerOf, fakeProvider, providersOf, templateOf } from '../fakes/provider.ts';

const base = { projectId: 'p', providerId: 'embedded' };
const answered: Verdict = ({ request }) => ({
  kind: 'answered',
  answer: answerOf(`to ${request.messages.at(-1)?.content}`),
});

/** A home with a provider that has batches; `again` is the same home in another process. */
function home(verdict: Verdict = answered) {
  const clock = new VirtualClock();
  const server = new BatchServer(verdict);
  const providers = providersOf(fakeProvider({ files: server.fileService, batches: async () => server.service }));
  const database = memoryDatabase();
  const first = fakeDeps({
    clock,
    providers,
    ledger: memoryLedger(() => clock.now(), database),
    batches: memoryBatches(database),
  });
  const again = () =>
    fakeDeps({
      clock,
      providers,
      rows: first.rows,
      ledger: memoryLedger(() => clock.now(), database),
      batches: { ...memoryBatches(database), files: first.batches.files },
    });
  return { clock, server, deps: first, again };
}

/** Eight combinations. */
const twoByFour: Template = {
  ...templateOf(2),
  slots: [
    { name: 'a', values: ['a0', 'a1'] },
    { name: 'b', values: ['b0', 'b1', 'b2', 'b3'] },
  ],
};

const plan = (change = {}) => planOf({ inBatches: true, ...change });

describe('requests by the file', () => {
  test('a plan goes in batches as large as the provider takes, and every answer is a row', async () => {
    const { clock, server, deps } = home();
    const end = await clock.run(startGenerate(deps, { ...base, template: templateOf(3), plan: plan() }).finished);
    expect(end).toMatchObject({ status: 'succeeded', detail: { total: 9, done: 9, failed: 0 } });
    expect(server.asked().map((ids) => ids.length)).toEqual([4, 4, 1]);
    expect(deps.rows.kept.size).toBe(9);
    expect([...deps.rows.kept.values()].every((row) => row.latencyMs === undefined)).toBe(true);
    expect(deps.batches.store.open()).toEqual([]);
    expect(end.receipt?.summary).toContain('9 rows generated');
  });

  test('bytes bound a batch too, and one request that is larger has a batch of its own', async () => {
    const { clock, server, deps } = home();
    server.limits = { requests: 100, bytes: 1, windowHours: 24 };
    await clock.run(startGenerate(deps, { ...base, template: templateOf(2), plan: plan() }).finished);
    expect(server.asked().map((ids) => ids.length)).toEqual([1, 1, 1, 1]);
  });

  test('a batch costs half, and the ledger holds the most of it back until it is there', async () => {
    const { clock, deps } = home();
    const handle = startGenerate(deps, { ...base, template: templateOf(2), plan: plan({ model: 'paid' }) });
    await clock.advance(100);
    const under = sumSpending(deps.ledger.totals('p'));
    expect(under).toMatchObject({ calls: 0, underWay: 1 });
    expect(under.underWayUsd).toBeGreaterThan(0);
    const { detail } = await clock.run(handle.finished);
    // Ten tokens at 1 US$ and ten at 2 US$, four times, would be 120.
    expect(detail.costUsd).toBeCloseTo(60, 9);
    const spent = sumSpending(deps.ledger.totals('p'));
    expect(spent).toMatchObject({ calls: 4, underWay: 0, unpriced: 0 });
    expect(spent.usd).toBeCloseTo(detail.costUsd ?? 0, 9);
  });

  test('what expired, or failed in passing, goes into the next batch; what failed for good is kept with its cause', async () => {
    const { clock, server, deps } = home(({ request, batch }) => {
      const text = request.messages.at(-1)?.content ?? '';
      if (batch === 1 && text.includes('a0')) return { kind: 'unasked', reason: 'expired' };
      if (batch === 1 && text.endsWith('a1 and b0'))
        return { kind: 'failed', error: new ProviderError('server', 'busy'), again: true };
      if (text.endsWith('a1 and b1'))
        return { kind: 'failed', error: new ProviderError('moderation', 'not this'), again: false };
      return answered({ request, batch, id: '' });
    });
    const end = await clock.run(startGenerate(deps, { ...base, template: templateOf(2), plan: plan() }).finished);
    expect(server.asked().map((ids) => ids.length)).toEqual([4, 3]);
    expect(end).toMatchObject({ status: 'succeeded', detail: { done: 4, retried: 3, flagged: 1 } });
    const rows = [...deps.rows.kept.values()];
    expect(rows.filter(({ status }) => status === 'done')).toHaveLength(3);
    expect(rows.find(({ status }) => status === 'refused')?.error).toBe('not this');
    expect(deps.rows.kept.size).toBe(4);
  });

  test('requests that never come to anything end the run in words, after five batches', async () => {
    const { clock, server, deps } = home(() => ({ kind: 'unasked', reason: 'expired' }));
    const end = await clock.run(startGenerate(deps, { ...base, template: templateOf(2), plan: plan() }).finished);
    expect(server.batches).toHaveLength(5);
    expect(end).toMatchObject({ status: 'failed', problem: { what: '4 requests came to nothing in 5 batches each.' } });
    expect(sumSpending(deps.ledger.totals('p')).underWay).toBe(0);
  });

  test('a batch that is refused is not billed, and its words are said', async () => {
    const { clock, server, deps } = home();
    const message = 'line 1: the model gpt-9 has no batches';
    server.ends.set(1, {
      status: 'failed',
      word: 'failed',
      problem: { message, code: 'model_not_found' },
      resultFiles: [],
    });
    const end = await clock.run(startGenerate(deps, { ...base, template: templateOf(2), plan: plan() }).finished);
    expect(end.status).toBe('failed');
    expect(end.problem?.what).toContain(message);
    expect(deps.batches.store.list(10)).toEqual([]);
    expect(sumSpending(deps.ledger.totals('p'))).toMatchObject({ underWay: 0, calls: 0 });
  });

  test('too many tokens in line: the batch waits until another has ended', async () => {
    const { clock, server, deps } = home();
    const problem = { message: 'Enqueued token limit reached for gpt.', code: 'token_limit_exceeded' };
    server.begins.set(2, { status: 'failed', word: 'failed', problem, endedAt: 1 });
    const end = await clock.run(startGenerate(deps, { ...base, template: twoByFour, plan: plan() }).finished);
    expect(end).toMatchObject({ status: 'succeeded', detail: { done: 8 } });
    expect(server.files.size).toBe(2);
    expect(server.asked().map((ids) => ids.length)).toEqual([4, 4, 4]);
  });

  test('batches that all stand in line do not wait for one another: the run ends in words, and goes on when it is begun again', async () => {
    const { clock, server, deps, again } = home();
    const problem = { message: 'Enqueued token limit reached for gpt.', code: 'token_limit_exceeded' };
    for (let number = 1; number <= 8; number += 1)
      server.ends.set(number, { status: 'failed', word: 'failed', problem, resultFiles: [] });
    const request = { ...base, template: twoByFour, plan: plan() };
    const end = await clock.run(startGenerate(deps, request).finished);
    expect(end.problem?.what).toContain('Make batches smaller with --batch-requests');
    expect(server.batches).toHaveLength(2);
    server.ends.clear();
    expect((await clock.run(startGenerate(again(), request).finished)).status).toBe('succeeded');
    expect(server.files.size).toBe(2);
  });

  test('a server without batches says so before anything is written or sent', async () => {
    const { clock, server, deps } = home();
    server.faults.set('find', new ProviderError('not-found', 'x has no batches'));
    const end = await clock.run(startGenerate(deps, { ...base, template: templateOf(2), plan: plan() }).finished);
    expect(end).toMatchObject({ status: 'failed', problem: { what: expect.stringContaining('x has no batches') } });
    expect(server.files.size).toBe(0);
    expect(deps.batches.store.list(10)).toEqual([]);
  });

  test('a cap holds: what does not fit is sent when answers have cost less than they might', async () => {
    const { clock, server, deps } = home();
    const whole = await quotedUsd();
    const request = { ...base, template: templateOf(3), whenCapped: 'end' as const };
    const end = await clock.run(
      startGenerate(deps, { ...request, plan: plan({ model: 'paid', capUsd: whole * 0.6 }) }).finished,
    );
    expect(server.asked().length).toBeGreaterThan(1);
    expect(deps.rows.kept.size).toBeGreaterThan(0);
    expect(sumSpending(deps.ledger.totals('p')).usd).toBeLessThanOrEqual(whole * 0.6);
    expect(['succeeded', 'failed']).toContain(end.status);
  });
});

/** US$ that nine answers of the paid model may cost at most in batches. */
async function quotedUsd(): Promise<number> {
  const { clock, deps } = home();
  const handle = startGenerate(deps, { ...base, template: templateOf(3), plan: plan({ model: 'paid' }) });
  await clock.advance(100);
  const { underWayUsd } = sumSpending(deps.ledger.totals('p'));
  await clock.run(handle.finished);
  return underWayUsd;
}

describe('what a run leaves', () => {
  test('a run that stops leaves its batches to the next, which asks for nothing twice', async () => {
    const { clock, server, deps, again } = home();
    server.looks = 50;
    const handle = startGenerate(deps, { ...base, template: templateOf(2), plan: plan() });
    await clock.advance(5_000);
    expect(server.batches).toHaveLength(1);
    handle.cancel();
    await clock.run(handle.finished);
    expect(deps.batches.store.open()).toMatchObject([{ state: 'sent', requests: 4 }]);
    server.looks = 1;
    const next = again();
    const end = await clock.run(startGenerate(next, { ...base, template: templateOf(2), plan: plan() }).finished);
    expect(end).toMatchObject({ status: 'succeeded', detail: { done: 4, reused: 0, total: 4 } });
    expect(server.batches).toHaveLength(1);
    expect(next.rows.kept.size).toBe(4);
  });

  test('a creation whose answer was lost is found again by its file', async () => {
    const { clock, server, deps } = home();
    server.faults.set('create', new ProviderError('network', 'broken off', { code: 'ECONNRESET' }));
    const end = await clock.run(startGenerate(deps, { ...base, template: templateOf(2), plan: plan() }).finished);
    expect(end.status).toBe('succeeded');
    expect(server.batches).toHaveLength(1);
  });

  test('a merge that was cut goes on where it was: no answer is kept or billed twice', async () => {
    const { clock, server, deps, again } = home();
    server.limits = { requests: 1_000, bytes: 1_000_000, windowHours: 24 };
    const template = templateOf(20);
    const plans = plan({ model: 'paid' });
    const handle = startGenerate(deps, { ...base, template, plan: plans });
    let put = 0;
    const { put: write } = deps.rows;
    deps.rows.put = (rows, which) => {
      put += 1;
      if (put === 2) throw new Error('the disk is full');
      return write.call(deps.rows, rows, which);
    };
    expect((await clock.run(handle.finished)).status).toBe('failed');
    expect(deps.rows.kept.size).toBe(200);
    deps.rows.put = write;
    const next = again();
    const end = await clock.run(startGenerate(next, { ...base, template, plan: plans }).finished);
    expect(end).toMatchObject({ status: 'succeeded', detail: { total: 400 } });
    expect(end.detail.done + end.detail.reused).toBe(400);
    expect(sumSpending(next.ledger.totals('p'))).toMatchObject({ calls: 400, underWay: 0 });
    expect(server.batches).toHaveLength(1);
  });

  test('a connection that breaks while results are read is made again, and nothing is counted twice', async () => {
    const { clock, server, deps } = home();
    server.faults.set('results', new ProviderError('network', 'broken off', { code: 'ECONNRESET' }));
    const end = await clock.run(startGenerate(deps, { ...base, template: templateOf(2), plan: plan() }).finished);
    expect(end).toMatchObject({ status: 'succeeded', detail: { done: 4, total: 4 } });
    expect(server.batches).toHaveLength(1);
  });

  test('results that are gone at the provider may be billed; what has none is asked once more', async () => {
    const { clock, server, deps } = home();
    server.faults.set('results', new ProviderError('not-found', 'No such file: out.'));
    const paid = plan({ model: 'paid' });
    const end = await clock.run(startGenerate(deps, { ...base, template: templateOf(2), plan: paid }).finished);
    expect(end).toMatchObject({ status: 'succeeded', detail: { done: 4, total: 4 } });
    expect(server.asked().map((ids) => ids.length)).toEqual([4, 3]);
    expect(sumSpending(deps.ledger.totals('p'))).toMatchObject({ calls: 7, unsure: 1, underWay: 0 });
    expect(deps.batches.store.list(2).map(({ state, problem }) => [state, problem])).toEqual([
      ['ended', null],
      ['given-up', 'No such file: out.'],
    ]);
  });

  test('batches of before are taken up without a plan, and their answers are rows', async () => {
    const { clock, server, deps, again } = home();
    server.looks = 50;
    const handle = startGenerate(deps, { ...base, template: templateOf(2), plan: plan() });
    await clock.advance(5_000);
    handle.cancel();
    await clock.run(handle.finished);
    server.looks = 1;
    const next = again();
    const [owed] = owedBatches(next);
    if (owed === undefined) throw new Error('Nothing is owed.');
    const end = await clock.run(startCollect(next, owed).finished);
    expect(end).toMatchObject({ status: 'succeeded', detail: { total: 4, done: 4 } });
    expect(owedBatches(next)).toEqual([]);
  });

  test('answers that are taken up without their plan take the place it gave them, on the side their combination is on', async () => {
    const { clock, server, deps, again } = home();
    await clock.run(startGenerate(deps, { ...base, template: templateOf(2), plan: plan({ model: 'old' }) }).finished);
    const held = [...deps.rows.kept.values()].find(({ cell }) => cell.a === 'a1' && cell.b === 'b1');
    if (held === undefined) throw new Error('There is no such row.');
    deps.rows.put([{ ...held, split: 'validation' }]);
    server.looks = 50;
    const next = plan({ model: 'new', existing: 'replace' });
    const handle = startGenerate(deps, { ...base, template: templateOf(2), plan: next });
    await clock.advance(5_000);
    handle.cancel();
    await clock.run(handle.finished);
    server.looks = 1;
    const other = again();
    for (const owed of owedBatches(other)) await clock.run(startCollect(other, owed).finished);
    const inProject = (id: string) => [...deps.rows.kept.values()].filter(({ projectId }) => projectId === id);
    expect(inProject('p').map(({ model }) => model)).toEqual(Array(4).fill('new'));
    expect(inProject(asideProjectId('p')).map(({ model }) => model)).toEqual(Array(4).fill('old'));
    expect(
      inProject('p')
        .filter(({ split }) => split === 'validation')
        .map(({ cell }) => cell),
    ).toEqual([held.cell]);
  });

  test('calls one by one leave rows to the batches they are in', async () => {
    const { clock, server, deps, again } = home();
    server.looks = 1_000;
    const handle = startGenerate(deps, { ...base, template: templateOf(2), plan: plan() });
    await clock.advance(5_000);
    handle.cancel();
    await clock.run(handle.finished);
    const end = await clock.run(startGenerate(again(), { ...base, template: templateOf(2), plan: planOf() }).finished);
    expect(end.receipt?.summary).toContain('4 left to batches at the provider');
  });

  test('requests that were written but never sent are thrown away by the next run', async () => {
    const { clock, server, deps, again } = home();
    server.faults.set('upload', new ProviderError('auth', 'no key'));
    const handle = startGenerate(deps, { ...base, template: templateOf(2), plan: plan() });
    expect((await clock.run(handle.finished)).status).toBe('failed');
    const next = again();
    expect(
      (await clock.run(startGenerate(next, { ...base, template: templateOf(2), plan: plan() }).finished)).status,
    ).toBe('succeeded');
    expect(server.batches).toHaveLength(1);
  });

  test('of a batch that was cancelled at its provider, what it answered is kept and the rest is said', async () => {
    const { clock, server, deps } = home(({ id, request, batch }) =>
      request.messages.at(-1)?.content.includes('a1') === true
        ? { kind: 'unasked', reason: 'cancelled' }
        : answered({ id, request, batch }),
    );
    server.ends.set(1, { status: 'cancelled', word: 'cancelled' });
    const end = await clock.run(startGenerate(deps, { ...base, template: templateOf(2), plan: plan() }).finished);
    expect(end).toMatchObject({
      status: 'failed',
      problem: { what: expect.stringContaining('2 requests were in batches that were cancelled') },
    });
    expect(deps.rows.kept.size).toBe(2);
  });
});
