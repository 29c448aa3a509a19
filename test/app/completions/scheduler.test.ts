import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { startGenerate } from '../../../src/app/generation/start.ts';
import type { ChatRequest } from '../../../src/domain/chat/types.ts';
import { ProviderError } from '../../../src/domain/provider/provider.ts';
import { VirtualClock } from '../fakes/clock.ts';
import { fakeDeps, planOf } from '../fakes/fake-deps.ts';
import { memoryLedger } from '../fakes/ledger.ts';
import { answerOf, type Reply, ScriptedChat, templateOf } from '../fakes/provider.ts';
import { MemoryRows } from '../fakes/stores.ts';

const userText = (request: ChatRequest): string => request.messages.at(-1)?.content ?? '';
const base = { projectId: 'p', providerId: 'embedded' };

/** Latency and faults of each call, by its number; past the end all is well. */
const weather = fc.array(
  fc.record({
    latency: fc.integer({ min: 1, max: 400 }),
    fault: fc.option(fc.constantFrom('server', 'rate-limit', 'network', 'timeout'), { nil: null, freq: 3 }),
    retryAfter: fc.option(fc.integer({ min: 1, max: 3000 }), { nil: null }),
    words: fc.integer({ min: 1, max: 20 }),
  }),
  { maxLength: 60 },
);

function underWeather(
  clock: VirtualClock,
  days: typeof weather extends fc.Arbitrary<infer T> ? T : never,
): ScriptedChat {
  return new ScriptedChat(clock, (request, call): Reply => {
    const day = days[call] ?? { latency: 20, fault: null, retryAfter: null, words: 4 };
    if (day.fault !== null) {
      const detail = day.fault === 'rate-limit' ? { retryAfterMs: day.retryAfter } : {};
      return { afterMs: day.latency, answer: new ProviderError(day.fault, 'bad weather', detail) };
    }
    const usage = { promptTokens: 12, completionTokens: day.words, cachedTokens: 0 };
    return { afterMs: day.latency, answer: answerOf(userText(request), { usage }) };
  });
}

/** A machine whose time is corrected while it works. */
class SetBackClock extends VirtualClock {
  private behind = 0;

  override now(): number {
    return super.now() - this.behind;
  }

  setBack(ms: number): void {
    this.behind += ms;
  }
}

describe('generating a lattice', () => {
  test('every cell is generated once, never more at a time than the limit, whatever fails', async () => {
    await fc.assert(
      fc.asyncProperty(
        weather,
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 1, max: 6 }),
        async (days, n, size) => {
          const clock = new VirtualClock();
          const chat = underWeather(clock, days);
          const deps = fakeDeps({ clock, chat });
          const handle = startGenerate(deps, {
            ...base,
            template: templateOf(size),
            plan: planOf({ concurrency: n }),
          });
          const end = await clock.run(handle.finished);
          expect(chat.mostRunning).toBeLessThanOrEqual(n);
          expect(end.detail.done).toBe(end.status === 'succeeded' ? size * size : end.detail.done);
          const answered = [...deps.rows.kept.values()].filter((row) => row.status === 'done');
          expect(new Set(answered.map((row) => row.completion)).size).toBe(answered.length);
          for (const row of answered) expect(row.completion).toBe(`Write of ${row.cell.a} and ${row.cell.b}`);
        },
      ),
      { numRuns: 60 },
    );
  });

  test('the cap is never passed, not even by the worst case of the calls under way', async () => {
    await fc.assert(
      fc.asyncProperty(weather, fc.integer({ min: 0, max: 900 }), async (days, capUsd) => {
        const clock = new VirtualClock();
        const chat = underWeather(clock, days);
        const deps = fakeDeps({ clock, chat });
        const plan = planOf({ model: 'paid', capUsd, concurrency: 6, maxTokens: 20 });
        const request = { ...base, template: templateOf(4), plan, whenCapped: 'end' as const };
        const end = await clock.run(startGenerate(deps, request).finished);
        expect(end.detail.costUsd).toBeLessThanOrEqual(capUsd);
        expect(deps.rows.counts('p', {}).costUsd).toBeLessThanOrEqual(capUsd);
        if (end.status === 'failed') expect(end.problem?.what).toMatch(/cap|bad weather|fault|time/);
      }),
      { numRuns: 60 },
    );
  });

  test('a server that bills prompts above our count passes the cap by no more than the calls before its first answer', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 12, max: 90 }),
        fc.integer({ min: 1, max: 20 }),
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 60, max: 1500 }),
        async (promptTokens, completionTokens, concurrency, capUsd) => {
          const clock = new VirtualClock();
          const usage = { promptTokens, completionTokens, cachedTokens: 0 };
          const chat = new ScriptedChat(clock, (request) => ({
            afterMs: 20,
            answer: answerOf(userText(request), { usage }),
          }));
          const deps = fakeDeps({ clock, chat });
          const plan = planOf({ model: 'paid', capUsd, concurrency, maxTokens: 20 });
          const request = { ...base, template: templateOf(5), plan, whenCapped: 'end' as const };
          const end = await clock.run(startGenerate(deps, request).finished);
          const perCall = promptTokens + 2 * completionTokens;
          expect(end.detail.costUsd).toBeLessThanOrEqual(Math.max(capUsd, concurrency * perCall));
        },
      ),
      { numRuns: 80 },
    );
  });

  test('after a kill at any moment, no answer that is on disk is generated again', async () => {
    await fc.assert(
      fc.asyncProperty(weather, fc.integer({ min: 0, max: 2500 }), async (days, killAt) => {
        const rows = new MemoryRows();
        const first = new VirtualClock();
        const before = fakeDeps({ clock: first, chat: underWeather(first, days), rows });
        startGenerate(before, { ...base, template: templateOf(4), plan: planOf() });
        await first.advance(killAt);
        const survived = new Map([...rows.kept].filter(([, row]) => row.status === 'done'));
        const disk = new MemoryRows();
        disk.put([...rows.kept.values()]);

        const second = new VirtualClock();
        const chat = new ScriptedChat(second, (request) => ({ afterMs: 5, answer: answerOf(userText(request)) }));
        const after = fakeDeps({ clock: second, chat, rows: disk });
        const end = await second.run(
          startGenerate(after, { ...base, template: templateOf(4), plan: planOf() }).finished,
        );
        expect(end.status).toBe('succeeded');
        expect(end.detail.reused).toBe(survived.size);
        expect(chat.calls.length).toBe(16 - survived.size);
        expect(disk.kept.size).toBe(16);
      }),
      { numRuns: 40 },
    );
  });

  test('retry-after is obeyed by every call, not only by the one that was refused', async () => {
    const clock = new VirtualClock();
    const chat = new ScriptedChat(clock, (request, call) =>
      call === 5
        ? { afterMs: 10, answer: new ProviderError('rate-limit', 'slow down', { retryAfterMs: 7000 }) }
        : { afterMs: 10, answer: answerOf(userText(request)) },
    );
    const deps = fakeDeps({ clock, chat });
    const handle = startGenerate(deps, { ...base, template: templateOf(5), plan: planOf({ concurrency: 3 }) });
    const end = await clock.run(handle.finished);
    const refusedAt = (chat.calls[5]?.at ?? 0) + 10;
    const after = chat.calls.filter((call) => call.at >= refusedAt);
    expect(after.length).toBeGreaterThan(0);
    expect(Math.min(...after.map((call) => call.at))).toBeGreaterThanOrEqual(refusedAt + 7000);
    expect(end.detail).toMatchObject({ done: 25, retried: 1, failed: 0 });
  });

  test('a server that says no request is left gets its quiet without having to refuse one', async () => {
    const clock = new VirtualClock();
    const limits = { limitRequests: 4, remainingRequests: 0, resetRequestsMs: 9000 };
    const tokens = { limitTokens: null, remainingTokens: null, resetTokensMs: null };
    const chat = new ScriptedChat(clock, (request, call) => ({
      afterMs: 10,
      answer: answerOf(userText(request), call === 3 ? { limits: { ...limits, ...tokens } } : {}),
    }));
    const deps = fakeDeps({ clock, chat });
    await clock.run(
      startGenerate(deps, { ...base, template: templateOf(3), plan: planOf({ concurrency: 1 }) }).finished,
    );
    const [third, fourth] = [chat.calls[3]?.at ?? 0, chat.calls[4]?.at ?? 0];
    expect(fourth - third).toBeGreaterThanOrEqual(9000);
  });

  test('while it waits it says how long still, for whom and why', async () => {
    const clock = new VirtualClock();
    const limits = { limitRequests: 1200, remainingRequests: 0, resetRequestsMs: 1000 };
    const chat = new ScriptedChat(clock, (request, call) =>
      call === 5
        ? {
            afterMs: 10,
            answer: new ProviderError('rate-limit', 'slow down', {
              retryAfterMs: 12_000,
              limits: { ...limits, limitTokens: null, remainingTokens: null, resetTokensMs: null },
            }),
          }
        : { afterMs: 10, answer: answerOf(userText(request)) },
    );
    const deps = fakeDeps({ clock, chat });
    const handle = startGenerate(deps, { ...base, template: templateOf(5), plan: planOf({ concurrency: 1 }) });
    await clock.advance(250);
    expect(handle.snapshot().detail.wait?.text).toBe('waiting 12 s for embedded: its limit is 1,200 calls a minute');
    await clock.advance(8000);
    expect(handle.snapshot().detail.wait?.text).toContain('waiting 4 s for embedded');
    const end = await clock.run(handle.finished);
    expect(end.detail).toMatchObject({ done: 25, failed: 0, wait: null });
  });

  test('a daily limit that is used up ends the run with words', async () => {
    const clock = new VirtualClock();
    const message = 'Rate limit reached on requests per day (RPD): Limit 200, Used 200.';
    const chat = new ScriptedChat(clock, (request, call) => ({
      afterMs: 10,
      answer:
        call < 5 ? answerOf(userText(request)) : new ProviderError('rate-limit', message, { retryAfterMs: 18_000_000 }),
    }));
    const deps = fakeDeps({ clock, chat });
    const handle = startGenerate(deps, { ...base, template: templateOf(5), plan: planOf({ concurrency: 1 }) });
    const end = await clock.run(handle.finished);
    expect(end).toMatchObject({ status: 'failed', detail: { done: 5 } });
    expect(end.problem?.what).toBe('embedded lets no more calls pass for 5 h 0 min: its limit is 200 calls a day.');
    expect(end.problem?.saved).toBe('5 answers are on disk.');
    expect(chat.calls).toHaveLength(6);
  });

  test('a server that refuses everything, whatever the pauses, ends the run with its own words', async () => {
    const clock = new VirtualClock();
    const chat = new ScriptedChat(clock, () => ({ afterMs: 10, answer: new ProviderError('rate-limit', 'no room') }));
    const deps = fakeDeps({ clock, chat });
    const handle = startGenerate(deps, { ...base, template: templateOf(5), plan: planOf({ concurrency: 1 }) });
    const end = await clock.run(handle.finished);
    expect(end.status).toBe('failed');
    expect(end.problem?.what).toContain('no room');
    expect(chat.calls.length).toBeLessThanOrEqual(10);
  });

  test('a server that fails is tried by one call at a time until it answers', async () => {
    const clock = new VirtualClock();
    const down = new ProviderError('server', 'down');
    const chat = new ScriptedChat(clock, (request) => ({
      afterMs: 10,
      answer: clock.now() < 1_003_000 ? down : answerOf(userText(request)),
    }));
    const deps = fakeDeps({ clock, chat });
    const handle = startGenerate(deps, { ...base, template: templateOf(5), plan: planOf({ concurrency: 8 }) });
    const end = await clock.run(handle.finished);
    const during = chat.calls.filter(({ at }) => at > 1_000_100 && at < 1_003_000);
    expect(during.map(({ at }) => at - 1_000_000)).toEqual([510, 1520]);
    expect(end.detail).toMatchObject({ done: 25, failed: 0 });
  });

  test('a clock that is set back does not make it deaf to the server', async () => {
    const clock = new SetBackClock();
    const asked = { limitRequests: 4, remainingRequests: 0, resetRequestsMs: 9000 };
    const limits = { ...asked, limitTokens: null, remainingTokens: null, resetTokensMs: null };
    const chat = new ScriptedChat(clock, (request, call) => {
      if (call === 5) clock.setBack(3_600_000);
      return { afterMs: 10, answer: answerOf(userText(request), call === 3 || call === 6 ? { limits } : {}) };
    });
    const deps = fakeDeps({ clock, chat });
    const plan = planOf({ concurrency: 1 });
    await clock.run(startGenerate(deps, { ...base, template: templateOf(3), plan }).finished);
    expect((chat.calls[7]?.at ?? 0) - (chat.calls[6]?.at ?? 0)).toBeGreaterThanOrEqual(9000);
  });

  test('an answer is booked in the transaction in which the next call has its leave', async () => {
    const clock = new VirtualClock();
    const chat = new ScriptedChat(clock, (request) => ({ afterMs: 10, answer: answerOf(userText(request)) }));
    const ledger = memoryLedger(() => clock.now());
    let together = 0;
    const atOnce = (work: () => void): void => {
      together += 1;
      ledger.atOnce(work);
    };
    const deps = fakeDeps({ clock, chat, ledger: { ...ledger, atOnce } });
    const end = await clock.run(
      startGenerate(deps, { ...base, template: templateOf(3), plan: planOf({ concurrency: 1 }) }).finished,
    );
    expect(end.detail.done).toBe(9);
    expect(together).toBe(8);
  });

  test('a call that got its leave with an answer that could not be kept is not sent', async () => {
    const clock = new VirtualClock();
    const chat = new ScriptedChat(clock, (request) => ({ afterMs: 10, answer: answerOf(userText(request)) }));
    const deps = fakeDeps({ clock, chat });
    const { rows } = deps;
    const put = rows.put.bind(rows);
    let puts = 0;
    rows.put = (made) => {
      puts += 1;
      if (puts > 1) throw new Error('the disk is full');
      return put(made);
    };
    const plan = planOf({ concurrency: 1 });
    const end = await clock.run(startGenerate(deps, { ...base, template: templateOf(3), plan }).finished);
    expect(end.status).toBe('failed');
    expect(chat.calls).toHaveLength(2);
    expect(rows.kept.size).toBe(1);
  });

  test('auto starts small, doubles while all is well, and halves once for a burst of refusals', async () => {
    const clock = new VirtualClock();
    const chat = new ScriptedChat(clock, (request) => ({ afterMs: 100, answer: answerOf(userText(request)) }));
    const deps = fakeDeps({ clock, chat });
    const template = templateOf(30);
    const handle = startGenerate(deps, { ...base, template, plan: planOf({ concurrency: 'auto' }) });
    await clock.advance(50);
    expect(chat.running).toBe(8);
    await clock.run(handle.finished);
    expect(chat.mostRunning).toBeGreaterThanOrEqual(100);

    const other = new VirtualClock();
    const busy = new ScriptedChat(other, (request, call) =>
      call < 8
        ? { afterMs: 100, answer: new ProviderError('rate-limit', 'busy', {}) }
        : { afterMs: 400, answer: answerOf(userText(request)) },
    );
    const second = startGenerate(fakeDeps({ clock: other, chat: busy }), {
      ...base,
      template: templateOf(4),
      plan: planOf({ concurrency: 'auto' }),
    });
    await other.advance(250);
    expect(second.snapshot().detail.concurrency).toBe(4);
    await other.run(second.finished);
  });
});
