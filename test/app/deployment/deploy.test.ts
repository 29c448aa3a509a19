import { beforeEach, expect, it } from 'vitest';
import { type DeployHandle, planDeployment, startDeployment } from '../../../src/app/deployment/deploy.ts';
import { startUndeployment } from '../../../src/app/deployment/undeploy.ts';
import type { ChatAnswer, ChatRequest } from '../../../src/domain/chat/types.ts';
import { costSoFar } from '../../../src/domain/deployment/billing.ts';
import { type DeploymentView, NO_CHOICES } from '../../../src/domain/deployment/types.ts';
import { ProviderError } from '../../../src/domain/provider/provider.ts';
import { VirtualClock } from '../fakes/clock.ts';
import { deploymentOf, type FakeDeployments, fakeDeployments } from '../fakes/deployments.ts';
import { type FakeDeps, fakeDeps } from '../fakes/fake-deps.ts';
import { answerOf, fakeProvider, providersOf } from '../fakes/provider.ts';

const HOUR = 3_600_000;
const profile = { id: 'there', name: 'There', kind: 'together', jobDialect: 'together' } as const;
const wish = { job: null, model: 'acme/triage', choices: NO_CHOICES };

let clock: VirtualClock;
let at: FakeDeployments;
let deps: FakeDeps;
/** What becomes of the next calls to the deployed model; then they are answered. */
let chats: Error[];
let asked: ChatRequest[];

const complete = async (request: ChatRequest): Promise<ChatAnswer> => {
  asked.push(request);
  const fault = chats.shift();
  if (fault !== undefined) throw fault;
  return answerOf('Hello.');
};

beforeEach(() => {
  clock = new VirtualClock();
  at = fakeDeployments();
  chats = [];
  asked = [];
  const provider = fakeProvider({ deployments: at.service, chat: { complete } }, 'there');
  deps = fakeDeps({ clock, providers: providersOf(provider) });
});

async function begin(waitMs = HOUR): Promise<DeployHandle> {
  const { plan } = await planDeployment(deps, profile, wish);
  return startDeployment(deps, { projectId: 'p', profile, jobId: null, wish, plan, waitMs, costOf: () => 0 });
}

const end = async (handle: DeployHandle) => clock.run(handle.finished);
const standing = (stage: DeploymentView['stage'], word: string, name: string): DeploymentView => ({
  stage,
  word,
  message: '',
  model: `acme/${name}`,
  parts: {},
});

it('is written down before the provider is asked for anything, and forgotten where it made nothing', async () => {
  at.faults.push(new ProviderError('quota', 'No money.', { status: 402 }));
  const seen: number[] = [];
  const { advance } = at.service;
  const service = {
    ...at.service,
    advance: async (...args: Parameters<typeof advance>) => {
      seen.push(deps.deployments.list({ open: true }).length);
      return advance(...args);
    },
  };
  const { deployments } = deps;
  deps = {
    ...fakeDeps({ clock, providers: providersOf(fakeProvider({ deployments: service }, 'there')) }),
    deployments,
  };
  const { status, problem } = await end(await begin());
  expect([status, seen]).toEqual(['failed', [1]]);
  expect(problem).toMatchObject({ saved: 'Nothing of it is there, and nothing is billed.' });
  expect(problem?.what).toContain('No money.');
  expect(deployments.list({ open: true })).toEqual([]);
});

it('waits through what passes until it is answered', async () => {
  chats.push(
    new ProviderError('server', 'no route', { status: 503, code: 'routing_error' }),
    new ProviderError('not-found', 'no such model yet', { status: 404 }),
    new ProviderError('invalid-request', 'x', { status: 409, code: 'DeploymentNotReady' }),
  );
  const handle = await begin();
  const { status, receipt, detail } = await end(handle);
  const record = handle.record();
  expect([status, receipt?.summary]).toEqual(['succeeded', `${record?.view.model} answers.`]);
  expect(detail).toMatchObject({ doing: 'answers', callable: record?.view.model });
  expect([asked.length, at.made.length, record?.answered]).toEqual([4, 1, true]);
  expect(asked[0]).toMatchObject({ model: `acme/${at.made[0]}` });
});

it('does not wait for what waiting does not mend', async () => {
  chats.push(new ProviderError('auth', 'Wrong key.', { status: 401 }));
  const { status, problem } = await end(await begin());
  expect([status, problem?.what]).toEqual(['failed', expect.stringContaining('Wrong key.')]);
  expect(problem?.saved).toContain('(READY) and costs $4.00 an hour');
  expect(problem?.next).toContain('luthier undeploy');
});

it('asks again after a fault that passes, as late as the refusal says', async () => {
  at.faults.push(new ProviderError('rate-limit', 'Slow down.', { status: 429, retryAfterMs: 90_000 }));
  const before = clock.now();
  const { status } = await end(await begin());
  expect([status, clock.now() - before >= 90_000]).toEqual(['succeeded', true]);
});

it('gives up at the end of the wait, and the same start goes on with what is there', async () => {
  at.fresh = { stage: 'starting', word: 'PROVISIONING', message: '' };
  const slow = await end(await begin(HOUR / 2));
  expect(slow.problem?.what).toContain('did not answer within 30 min; the provider calls it PROVISIONING');
  const [name = ''] = at.made;
  at.there.set(name, standing('ready', 'READY', name));
  const again = await begin();
  expect((await planDeployment(deps, profile, wish)).before?.order.name).toBe(name);
  expect([(await end(again)).status, at.made]).toEqual(['succeeded', [name]]);
  expect(costSoFar(again.record() ?? deploymentOf(), clock.now())).toBeCloseTo(2, 1);
});

it('makes nothing more of one that is taken away meanwhile', async () => {
  at.fresh = { stage: 'starting', word: 'PROVISIONING', message: '' };
  const handle = await begin();
  await clock.advance(10_000);
  const record = handle.record();
  if (record === null) throw new Error('nothing was begun');
  const away = startUndeployment(deps, { profile, record, waitMs: HOUR });
  const [deployed, gone] = await clock.run(Promise.all([handle.finished, away.finished]));
  expect([deployed.status, gone.status, at.there.size, at.made.length]).toEqual(['cancelled', 'succeeded', 0, 1]);
  expect(deps.deployments.list({ open: true })).toEqual([]);
  expect(gone.receipt?.summary).toMatch(/is gone: \d\.\d h, \$/);
});

it('counts the time to the look that saw it stopped at the most, and none after that', async () => {
  const handle = await begin();
  await end(handle);
  const [name = ''] = at.made;
  await clock.advance(2 * HOUR);
  at.there.set(name, standing('stopped', 'STOPPED', name));
  await end(await begin(1000));
  const stopped = handle.record() ?? deploymentOf();
  expect(stopped.billedSince).toBeNull();
  expect(costSoFar(stopped, clock.now() + 5 * HOUR)).toBeCloseTo(8, 1);
});
