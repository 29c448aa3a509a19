import { expect, test } from 'vitest';
import {
  hasAnswer,
  type PlannedRequest,
  type RequestTarget,
  readRequests,
} from '../../../src/app/completions/requests.ts';
import type { TokenCounter } from '../../../src/app/runtime/ports.ts';

const TARGET: RequestTarget = { kind: 'generate', providerId: 'p', shape: { model: 'm' }, costOf: () => 0 };

const toAsk = (n: number): PlannedRequest => ({
  id: `r${n}`,
  projectId: 'p',
  target: TARGET,
  cell: {},
  messages: [{ role: 'user', content: 'x' }],
  old: null,
  isThere: hasAnswer,
});

/** A plan as it is read: how many pieces were looked up, and how many of them were there. */
function reading(plan: Iterable<PlannedRequest>, costly: boolean) {
  const state = { lookedUp: 0, reused: 0 };
  function* watched() {
    for (const planned of plan) {
      state.lookedUp += 1;
      yield planned;
    }
  }
  const tokens: TokenCounter = { count: async (_, texts) => texts.map(() => 1) };
  const reused = () => {
    state.reused += 1;
  };
  const { signal } = new AbortController();
  return { state, requests: readRequests(watched(), { tokens, costly, signal, reused }) };
}

test.each([true, false])(
  'what was read is sent, and answers are taken, before more is read (costly: %j)',
  async (costly) => {
    const { state, requests } = reading(
      Array.from({ length: 200 }, (_, n) => toAsk(n)),
      costly,
    );
    for (let n = 0; n < 32; n += 1) await requests.next();
    let lookedUp = 0;
    setImmediate(() => {
      lookedUp = state.lookedUp;
    });
    expect((await requests.next()).value?.id).toBe('r32');
    expect(lookedUp).toBe(32);
  },
);

test('a few that are lacking do not wait for all that are there', async () => {
  const there = Array.from({ length: 1_000 }, (_, n) => ({ id: `t${n}`, reused: true as const }));
  const { state, requests } = reading([toAsk(0), ...there, toAsk(1)], true);
  expect((await requests.next()).value?.id).toBe('r0');
  expect(state).toEqual({ lookedUp: 256, reused: 255 });
  expect((await requests.next()).value?.id).toBe('r1');
  expect((await requests.next()).done).toBe(true);
  expect(state.reused).toBe(1_000);
});
