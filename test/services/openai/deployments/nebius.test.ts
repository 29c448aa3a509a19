import { expect, it } from 'vitest';
import { NO_CHOICES } from '../../../../src/domain/deployment/types.ts';
import { providerAt } from '../servers.ts';
import { deploymentContract } from './contract.ts';
import { NEBIUS_JOB, NEBIUS_SERVED, NEBIUS_TUNED, nebiusDeployments } from './nebius-server.ts';

const connectTo = (url: string) => providerAt(url, { kind: 'nebius', jobDialect: 'nebius' });

deploymentContract('Nebius', {
  job: NEBIUS_JOB,
  tuned: NEBIUS_TUNED,
  usdPerHour: null,
  makes: [/\/v0\/models$/],
  model: ({ name }) => `${NEBIUS_SERVED}-LoRa:${name}-Ju10`,
  failure: 'no capacity in any region',
  async open() {
    const server = await nebiusDeployments();
    return {
      strict: server.strict,
      connect: () => connectTo(server.url),
      made: server.there,
      lives: (life) => {
        server.life = life === 'well' ? ['active'] : ['validating', 'error'];
      },
    };
  },
});

it('where Nebius does not serve it, says why, and what downloads its files', async () => {
  const server = await nebiusDeployments();
  const service = await (await connectTo(server.url)).deployments?.();
  const plan = () => service?.plan({ job: null, model: NEBIUS_TUNED, choices: NO_CHOICES });
  for (const status of [403, 404, 410]) {
    server.strict.instead = ({ path }) => (path === '/v0/models' ? { status, body: { detail: 'Gone' } } : null);
    const failed = plan();
    await expect(failed).rejects.toThrow('no longer takes adapters');
    await expect(failed).rejects.toThrow(`luthier deploy ${NEBIUS_JOB} --provider there --download DIR`);
  }
  server.strict.instead = null;
  server.lora = false;
  await expect(plan()).rejects.toThrow('trained the whole model');
  server.base = 'Qwen/Qwen3-32B';
  await expect(plan()).rejects.toThrow('no adapter of Qwen/Qwen3-32B');
  const choices = { ...NO_CHOICES, idleStopMinutes: 5 };
  await expect(service?.plan({ job: null, model: NEBIUS_TUNED, choices })).rejects.toThrow('no hardware');
  expect([server.there(), server.strict.faults]).toEqual([0, []]);
  await server.strict.close();
});

it('is deleted beside the served models where it cannot be deleted as it was made', async () => {
  const server = await nebiusDeployments();
  server.life = ['active'];
  const service = await (await connectTo(server.url)).deployments?.();
  const plan = await service?.plan({ job: null, model: NEBIUS_TUNED, choices: NO_CHOICES });
  if (service === undefined || plan === undefined) throw new Error('nothing is deployed');
  const order = { ...plan, name: 'tuned-1', choices: NO_CHOICES, parts: {} };
  const { parts } = await service.advance(order);
  server.strict.instead = ({ method, path }) =>
    method === 'DELETE' && path.startsWith('/v0/') ? { status: 405, body: { detail: 'Method Not Allowed' } } : null;
  expect((await service.remove({ ...order, parts })).stage).toBe('leaving');
  expect([server.there(), server.strict.faults]).toEqual([0, []]);
  await server.strict.close();
});
