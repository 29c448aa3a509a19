import { describe, expect, test } from 'vitest';
import { startGenerate } from '../../../src/app/generation/start.ts';
import type { ChatRequest } from '../../../src/domain/chat/types.ts';
import { ProviderError } from '../../../src/domain/provider/provider.ts';
import { SimulatedLimits, type SimulatedServer } from '../../domain/pacing/simulated-server.ts';
import { VirtualClock } from '../fakes/clock.ts';
import { fakeDeps, planOf } from '../fakes/fake-deps.ts';
import { answerOf, type Reply, ScriptedChat, templateOf } from '../fakes/provider.ts';

const usage = { promptTokens: 12, completionTokens: 4, cachedTokens: 0 };
const textOf = (request: ChatRequest): string => request.messages.at(-1)?.content ?? '';

type Came = 'large' | 'small';

/** A server of 600 calls a minute, and what each of two runs had of it. */
function limitedServer(server: Omit<SimulatedServer, 'calls' | 'latencyMs'>) {
  const clock = new VirtualClock(0);
  const limits = new SimulatedLimits({ ...server, calls: { perMinute: 600, burstS: 1 }, latencyMs: [80, 80] });
  const accepted: { readonly run: Came; readonly at: number }[] = [];
  const count = { refused: 0 };
  const chat = new ScriptedChat(clock, (request): Reply => {
    const waitMs = limits.admit(clock.now(), 12);
    if (waitMs !== null) {
      count.refused += 1;
      const detail = { retryAfterMs: limits.retryAfterMs(waitMs), limits: limits.headers() };
      return { afterMs: 5, answer: new ProviderError('rate-limit', 'slow down', detail) };
    }
    const text = textOf(request);
    accepted.push({ run: request.temperature === 1 ? 'large' : 'small', at: clock.now() });
    return { afterMs: 80, answer: answerOf(text, { usage, limits: limits.headers() }) };
  });
  const deps = fakeDeps({ clock, chat });
  const start = (run: Came, side: number, concurrency: number) =>
    startGenerate(deps, {
      projectId: run,
      providerId: 'embedded',
      template: templateOf(side),
      plan: planOf({ concurrency, temperature: run === 'large' ? 1 : 0.5 }),
    });
  const refused = (): number => count.refused / chat.calls.length;
  return { clock, chat, deps, accepted, start, refused };
}

const SERVERS = [
  { what: 'states its limit', server: { headers: 'level' }, most: 0.01 },
  { what: 'states nothing', server: { retryAfter: 'ms' }, most: 0.05 },
] as const;

describe('two runs at one model of one provider', () => {
  test.each(SERVERS)('where it $what keep its limit together, by turns', async ({ server, most }) => {
    const { clock, accepted, start, refused } = limitedServer(server);
    const large = start('large', 44, 40);
    const small = start('small', 14, 40);
    const end = await clock.run(small.finished);
    expect(end.status).toBe('succeeded');
    expect(end.detail).toMatchObject({ done: 196, failed: 0 });
    // While both have calls to make, each has half of what passes.
    const early = accepted.filter(({ at }) => at > 5000 && at < 25_000);
    const share = early.filter(({ run }) => run === 'small').length / early.length;
    expect(share).toBeGreaterThan(0.45);
    expect(share).toBeLessThan(0.55);
    const done = accepted.length;
    await clock.run(large.finished);
    expect(accepted).toHaveLength(44 * 44 + 196);
    expect(accepted.slice(done).every(({ run }) => run === 'large')).toBe(true);
    expect(accepted.length / (clock.now() / 60_000)).toBeGreaterThan(600 * 0.93);
    expect(refused()).toBeLessThan(most);
  });

  test('each keeps its own number of calls at once', async () => {
    const { clock, chat, start } = limitedServer({ headers: 'level' });
    const one = start('large', 6, 1);
    const other = start('small', 6, 2);
    await clock.run(Promise.all([one.finished, other.finished]));
    expect(chat.mostRunning).toBe(3);
  });

  test('one that is paused, or ends, leaves the whole limit to the other', async () => {
    const { clock, accepted, start } = limitedServer({ headers: 'level' });
    const large = start('large', 44, 40);
    const small = start('small', 44, 40);
    await clock.advance(10_000);
    large.pause();
    await clock.advance(1000);
    const paused = accepted.length;
    await clock.advance(20_000);
    const since = accepted.slice(paused);
    expect(since.every(({ run }) => run === 'small')).toBe(true);
    expect(since.length).toBeGreaterThan(190);
    large.resume();
    small.cancel();
    await clock.run(small.finished);
    const cancelled = accepted.length;
    await clock.advance(20_000);
    expect(accepted.length - cancelled).toBeGreaterThan(190);
    large.cancel();
    await clock.run(large.finished);
  });

  test('a later run knows the limit that an earlier one was refused for', async () => {
    const { clock, chat, start, accepted } = limitedServer({ retryAfter: 'ms' });
    await clock.run(start('large', 24, 40).finished);
    const before = { calls: chat.calls.length, accepted: accepted.length };
    expect(before.calls - before.accepted).toBeGreaterThan(0);
    await clock.advance(60_000);
    await clock.run(start('small', 14, 40).finished);
    const refused = chat.calls.length - before.calls - (accepted.length - before.accepted);
    expect(refused).toBeLessThan((before.calls - before.accepted) / 2);
  });
});

describe('a server that is given up', () => {
  const quota = new ProviderError('rate-limit', 'out of quota', { retryAfterMs: 5 * 3_600_000 });

  test('for hours ends both runs in words, and is asked afresh by the next', async () => {
    const clock = new VirtualClock();
    let closed = true;
    const chat = new ScriptedChat(clock, (request) => ({
      afterMs: 20,
      answer: closed ? quota : answerOf(textOf(request)),
    }));
    const deps = fakeDeps({ clock, chat });
    const start = (projectId: string) =>
      startGenerate(deps, { projectId, providerId: 'embedded', template: templateOf(4), plan: planOf() });
    const ends = await clock.run(Promise.all([start('p').finished, start('q').finished]));
    for (const end of ends)
      expect(end).toMatchObject({ status: 'failed', problem: { what: expect.stringContaining('5 h') } });
    closed = false;
    expect((await clock.run(start('p').finished)).status).toBe('succeeded');
  });

  test('since it fails is tried by one call of all runs, and by the next run afresh', async () => {
    const clock = new VirtualClock();
    let down = true;
    const broken = new ProviderError('server', 'no');
    const chat = new ScriptedChat(clock, (request) => ({
      afterMs: 20,
      answer: down ? broken : answerOf(textOf(request)),
    }));
    const deps = fakeDeps({ clock, chat });
    const start = (projectId: string) =>
      startGenerate(deps, { projectId, providerId: 'embedded', template: templateOf(6), plan: planOf() });
    const ends = await clock.run(Promise.all([start('p').finished, start('q').finished]));
    expect(ends.map(({ status }) => status)).toEqual(['failed', 'failed']);
    // Four of each at first, and six that try it: the second run learns by one more that it is given up.
    expect(chat.calls.length).toBeLessThanOrEqual(8 + 6 + 1);
    down = false;
    expect((await clock.run(start('p').finished)).status).toBe('succeeded');
  });

  test('a run that is cancelled while its call tries the server leaves that to the other', async () => {
    const clock = new VirtualClock();
    const state = { down: true, hangs: false };
    const chat = new ScriptedChat(clock, (request) => {
      if (state.hangs) return { afterMs: 600_000, answer: new ProviderError('server', 'no') };
      return { afterMs: 20, answer: state.down ? new ProviderError('server', 'no') : answerOf(textOf(request)) };
    });
    const deps = fakeDeps({ clock, chat });
    const start = (projectId: string) =>
      startGenerate(deps, { projectId, providerId: 'embedded', template: templateOf(3), plan: planOf() });
    const both = [start('p'), start('q')];
    await clock.advance(100);
    const before = chat.calls.length;
    state.hangs = true;
    await clock.advance(1000);
    expect(chat.calls).toHaveLength(before + 1);
    expect(chat.running).toBe(1);
    state.hangs = false;
    state.down = false;
    // Whose call it is cannot be told from here: the other must go on whichever is cancelled.
    const [first, second] = both;
    if (first === undefined || second === undefined) throw new Error('two were started');
    const trying = first.snapshot().detail.running > 0 ? first : second;
    const other = trying === first ? second : first;
    trying.cancel();
    expect((await clock.run(other.finished)).status).toBe('succeeded');
  });
});
