import { expect, it } from 'vitest';
import { NO_CHOICES } from '../../../../src/domain/deployment/types.ts';
import { providerAt } from '../servers.ts';
import { deploymentContract } from './contract.ts';
import {
  FIREWORKS_JOB,
  FIREWORKS_SHARED,
  FIREWORKS_TUNED,
  type FireworksDeployments,
  fireworksDeployments,
} from './fireworks-server.ts';

const connectTo = ({ url }: FireworksDeployments) =>
  providerAt(url, { kind: 'fireworks', jobDialect: 'fireworks', account: 'acme' });

async function open() {
  const server = await fireworksDeployments();
  return {
    strict: server.strict,
    connect: () => connectTo(server),
    made: server.there,
    lives: (life: 'well' | 'failed') => {
      server.life = life === 'well' ? ['READY'] : ['CREATING', 'FAILED'];
    },
  };
}

deploymentContract('Fireworks, merged', {
  job: FIREWORKS_JOB,
  tuned: FIREWORKS_TUNED,
  usdPerHour: 8,
  makes: [/\/deployments$/],
  model: ({ name }) => `${FIREWORKS_TUNED}#accounts/acme/deployments/${name}`,
  failure: 'no capacity in any region',
  open,
});

deploymentContract('Fireworks, as an adapter', {
  job: FIREWORKS_JOB,
  tuned: FIREWORKS_TUNED,
  choices: { ...NO_CHOICES, onto: FIREWORKS_SHARED },
  usdPerHour: 0,
  makes: [/\/deployedModels$/],
  model: () => `${FIREWORKS_TUNED}#accounts/acme/deployments/${FIREWORKS_SHARED}`,
  open,
});

it('asks for hardware by name, with a window after which no replica is left', async () => {
  const server = await fireworksDeployments();
  const service = await (await connectTo(server)).deployments?.();
  const choices = { ...NO_CHOICES, accelerator: 'NVIDIA_A100_80GB', idleStopMinutes: 30 };
  const plan = await service?.plan({ job: null, model: 's1', choices });
  expect(plan).toMatchObject({ source: FIREWORKS_TUNED, usdPerHour: null, hardware: '1 x NVIDIA_A100_80GB' });
  await service?.advance({
    name: 'd',
    source: FIREWORKS_TUNED,
    tunedModel: 's1',
    setup: plan?.setup ?? {},
    choices,
    parts: {},
  });
  expect(server.deployments.get('d')?.asked).toMatchObject({
    acceleratorType: 'NVIDIA_A100_80GB',
    minReplicaCount: 0,
    autoscalingPolicy: { scaleToZeroWindow: '1800s' },
  });
  const short = { ...choices, idleStopMinutes: 2 };
  await expect(service?.plan({ job: null, model: 's1', choices: short })).rejects.toThrow('5 minutes at least');
  expect(server.strict.faults).toEqual([]);
  await server.strict.close();
});
