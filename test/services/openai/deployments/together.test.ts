import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DeploymentService } from '../../../../src/app/runtime/deployment-ports.ts';
import { type DeploymentChoices, NO_CHOICES } from '../../../../src/domain/deployment/types.ts';
import { providerAt } from '../servers.ts';
import { deploymentContract } from './contract.ts';
import {
  H100,
  TOGETHER_JOB,
  TOGETHER_TUNED,
  type TogetherDeployments,
  togetherDeployments,
} from './together-server.ts';

const connectTo = (url: string) => providerAt(url, { kind: 'together', jobDialect: 'together' });

deploymentContract('Together', {
  job: TOGETHER_JOB,
  tuned: TOGETHER_TUNED,
  usdPerHour: 5.49,
  makes: [/\/endpoints$/, /\/deployments$/, /\/endpoints\/[^/]+$/],
  model: ({ name }) => `acme/${name}`,
  failure: 'no capacity in any region',
  async open() {
    const server = await togetherDeployments();
    return {
      strict: server.strict,
      connect: () => connectTo(server.url),
      made: () => server.endpoints.size + server.deployments.size,
      lives: (life) => {
        server.life = life === 'well' ? ['READY'] : ['PROVISIONING', 'FAILED'];
      },
    };
  },
});

let server: TogetherDeployments;
let service: DeploymentService;

beforeEach(async () => {
  server = await togetherDeployments();
  const { deployments } = await connectTo(server.url);
  if (deployments === undefined) throw new Error('no deployments');
  service = await deployments();
});
afterEach(async () => {
  expect(server.strict.faults).toEqual([]);
  await server.strict.close();
});

const planWith = (choices: Partial<DeploymentChoices>) =>
  service.plan({ job: null, model: TOGETHER_JOB, choices: { ...NO_CHOICES, ...choices } });
const order = { name: 'triage-1', source: 'ml_9c', tunedModel: TOGETHER_TUNED, parts: {}, choices: NO_CHOICES };
const setup = { config: 'projects/proj_t/configs/cr_2' };

describe('a plan at Together', () => {
  it('says before money that a model cannot be served', async () => {
    server.configs = [];
    await expect(planWith({})).rejects.toThrow(`${TOGETHER_TUNED} cannot be served at Together`);
  });

  it('takes the cheapest hardware, or what was chosen, and offers an idle stop', async () => {
    const plan = await planWith({});
    expect(plan).toMatchObject({ hardware: '1xnvidia-h100-80gb', usdPerHour: 5.49, offersIdleStop: 60, setup });
    expect(plan.notes.join(' ')).toContain('1xnvidia-b200 ($8.99 an hour)');
    const chosen = await planWith({ accelerator: 'NVIDIA_B200', idleStopMinutes: 45 });
    expect(chosen).toMatchObject({ usdPerHour: 8.99, offersIdleStop: null });
    await expect(planWith({ accelerator: 'tpu' })).rejects.toThrow('and not on tpu');
    await expect(planWith({ idleStopMinutes: 10 })).rejects.toThrow('30 to 1440 minutes');
  });

  it('leaves a price that is not told unknown', async () => {
    server.configs = [{ ...H100, selectors: [] }];
    expect(await planWith({})).toMatchObject({ usdPerHour: null, hardware: 'configuration cr_2' });
    server.strict.instead = ({ path }) => (path.endsWith('instance-types') ? { status: 500, body: {} } : null);
    expect(await planWith({})).toMatchObject({ usdPerHour: null });
  });
});

it('asks Together whether it would take a deployment before it makes one', async () => {
  await service.advance({ ...order, setup, choices: { ...NO_CHOICES, idleStopMinutes: 45 } });
  const bodies = server.strict.calls.filter(({ method, path }) => method === 'POST' && path.endsWith('/deployments'));
  expect(bodies.map(({ query }) => query)).toEqual(['?validateOnly=true', '']);
  expect(JSON.parse(String(bodies[1]?.body))).toMatchObject({
    inactiveTimeout: 45,
    model: 'projects/proj_1/models/ml_9c',
  });
});

it('starts a stopped one again instead of making another', async () => {
  const { parts } = await service.advance({ ...order, setup });
  for (const one of server.deployments.values()) one.life = ['STOPPED'];
  expect((await service.look({ ...order, setup, parts })).stage).toBe('stopped');
  expect((await service.advance({ ...order, setup, parts })).stage).toBe('starting');
  expect(server.deployments.size).toBe(1);
  expect((await service.advance({ ...order, setup, parts })).stage).toBe('ready');
});

it('takes away one that failed and is never said to have stopped', async () => {
  server.life = ['FAILED'];
  server.staysFailed = true;
  const { parts } = await service.advance({ ...order, setup });
  let view = await service.remove({ ...order, setup, parts });
  for (let looks = 0; looks < 6 && view.stage !== 'absent'; looks += 1)
    view = await service.remove({ ...order, setup, parts });
  expect([view.stage, server.endpoints.size, server.deployments.size]).toEqual(['absent', 0, 0]);
});

it('takes away in the order Together wants, and leaves what others put behind the same endpoint', async () => {
  server.life = ['READY'];
  const { parts } = await service.advance({ ...order, setup });
  const placed = { ...order, setup, parts };
  const [own] = server.deployments.values();
  const [endpoint] = server.endpoints.values();
  if (own === undefined || endpoint === undefined) throw new Error('nothing made');
  const other = { ...own, id: 'dep_other', asked: { ...own.asked, name: 'other' } };
  server.deployments.set(other.id, other);
  endpoint.split = [...endpoint.split, { deploymentId: other.id, weight: 1 }];
  let view = await service.remove(placed);
  for (let looks = 0; looks < 10 && view.stage !== 'absent'; looks += 1) view = await service.remove(placed);
  expect([...server.deployments.keys()]).toEqual(['dep_other']);
  expect(endpoint.split).toEqual([{ deploymentId: 'dep_other', weight: 1 }]);
  const changes = server.strict.calls.filter(({ method }) => method === 'DELETE' || method === 'PATCH').slice(1);
  expect(changes.map(({ method, path, query }) => `${method} ${path.replace(/^.*proj_1/, '')}${query}`)).toEqual([
    `PATCH /endpoints/${endpoint.id}/deployments/${own.id}`,
    `PATCH /endpoints/${endpoint.id}?updateMask=trafficSplit`,
    `DELETE /endpoints/${endpoint.id}/deployments/${own.id}`,
  ]);
});
