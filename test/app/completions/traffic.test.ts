import { expect, test } from 'vitest';
import { type CallLane, Paces } from '../../../src/app/completions/call-lane.ts';
import type { PricedRequest } from '../../../src/app/completions/requests.ts';
import { type LaneWait, Traffic } from '../../../src/app/completions/traffic.ts';
import { SharedPaces } from '../../../src/app/runtime/shared-paces.ts';
import type { Ticket } from '../../../src/domain/pacing/pacer.ts';
import { ProviderError } from '../../../src/domain/provider/provider.ts';
import { VirtualClock } from '../fakes/clock.ts';
import { answerOf } from '../fakes/provider.ts';

interface Sent {
  readonly work: PricedRequest;
}

const target = (model: string): PricedRequest['target'] => ({
  kind: 'evaluate',
  providerId: 'p',
  shape: { model },
  costOf: () => 0,
});
const targets = { fast: target('fast'), slow: target('slow') };

function trafficOf(setting: number | 'auto') {
  const clock = new VirtualClock();
  const paces = new Paces(setting, new SharedPaces(clock));
  const sent: (Sent & { readonly lane: CallLane<Sent>; readonly ticket: Ticket; readonly at: number })[] = [];
  const closed: LaneWait[] = [];
  const traffic = new Traffic<Sent>({
    paces,
    clock,
    signal: new AbortController().signal,
    open: () => true,
    send({ work }, lane, ticket) {
      if (ticket === null) throw new Error('The server was given up.');
      sent.push({ work, lane, ticket, at: clock.now() });
    },
    closed: (wait) => closed.push(wait),
    changed: () => {},
  });
  const add = (model: keyof typeof targets, times: number): void => {
    for (let call = 0; call < times; call += 1) {
      const work: PricedRequest = {
        id: `${model}${call}`,
        projectId: 'p',
        target: targets[model],
        cell: {},
        messages: [{ role: 'user', content: 'Say something of the sea.' }],
        old: null,
        isThere: () => false,
        worstUsage: null,
      };
      traffic.add({ work }, 'fresh');
    }
  };
  const of = (model: string) => sent.filter(({ work }) => work.target.shape.model === model);
  return { clock, paces, traffic, sent, closed, add, of };
}

const refusal = (retryAfterMs: number): ProviderError => new ProviderError('rate-limit', 'slow down', { retryAfterMs });

test('what one model is refused for holds no call of another back', async () => {
  const { clock, traffic, add, of } = trafficOf('auto');
  add('slow', 1);
  const [first] = of('slow');
  if (first === undefined) throw new Error('nothing was sent');
  first.lane.failed(first.ticket, { error: refusal(30_000), startedAt: clock.now(), now: clock.now() });
  traffic.back(first.lane);
  add('slow', 3);
  add('fast', 3);
  expect(of('fast')).toHaveLength(3);
  expect(of('slow')).toHaveLength(1);
  expect(traffic.waits().map(({ pace, cause }) => [pace.model, cause])).toEqual([['slow', 'asked']]);
  const before = clock.now();
  await clock.advance(31_000);
  expect(of('slow').length).toBeGreaterThan(1);
  expect(of('slow')[1]?.at).toBeGreaterThanOrEqual(before + 30_000);
});

test('a number of calls at once is one of all models together, and each gets its turn', () => {
  const { sent, traffic, add, of } = trafficOf(2);
  add('fast', 4);
  add('slow', 4);
  expect(sent).toHaveLength(2);
  const [first] = sent;
  if (first === undefined) throw new Error('nothing was sent');
  traffic.back(first.lane);
  traffic.dispatch();
  expect(sent).toHaveLength(3);
  expect(of('slow').length + of('fast').length).toBe(3);
});

test('auto starts with a few calls for each model, and more as they are answered', () => {
  const { clock, traffic, add, of } = trafficOf('auto');
  add('fast', 40);
  expect(of('fast')).toHaveLength(8);
  for (const { work, lane, ticket } of of('fast')) {
    lane.answered(ticket, { work, answer: answerOf('yes'), startedAt: clock.now(), now: clock.now() });
    traffic.back(lane);
  }
  traffic.dispatch();
  expect(of('fast')).toHaveLength(24);
});

test('a server that lets nothing pass for hours is told of, and not waited for', () => {
  const { clock, traffic, add, of, closed } = trafficOf('auto');
  add('slow', 1);
  const [first] = of('slow');
  if (first === undefined) throw new Error('nothing was sent');
  first.lane.failed(first.ticket, { error: refusal(5 * 3_600_000), startedAt: clock.now(), now: clock.now() });
  traffic.back(first.lane);
  add('slow', 1);
  expect(closed[0]?.ms).toBeGreaterThan(4 * 3_600_000);
});

test('a run that has left is started no more by others who share its pace', async () => {
  const { clock, traffic, add, sent } = trafficOf('auto');
  add('slow', 1);
  const [first] = sent;
  if (first === undefined) throw new Error('nothing was sent');
  first.lane.failed(first.ticket, { error: refusal(30_000), startedAt: clock.now(), now: clock.now() });
  traffic.back(first.lane);
  add('slow', 3);
  traffic.leave();
  await clock.advance(60_000);
  first.lane.pace.turns.startNext(clock.now());
  expect(sent).toHaveLength(1);
});

test('a cancelled call tells nothing of a server that fails: still one call alone tries it', async () => {
  const { clock, traffic, add, sent } = trafficOf('auto');
  add('slow', 40);
  const end = (call: number, error: ProviderError): void => {
    const one = sent[call];
    if (one === undefined) throw new Error(`call ${call} was not sent`);
    one.lane.failed(one.ticket, { error, startedAt: clock.now(), now: clock.now() });
    traffic.back(one.lane);
  };
  for (let call = 0; call < 8; call += 1) end(call, new ProviderError('server', 'no'));
  traffic.dispatch();
  await clock.advance(600);
  expect(sent).toHaveLength(9);
  end(8, new ProviderError('cancelled', 'Cancelled.'));
  traffic.dispatch();
  expect(sent).toHaveLength(10);
});
