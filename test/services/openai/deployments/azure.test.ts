import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { DeploymentService, PlacedOrder } from '../../../../src/app/runtime/deployment-ports.ts';
import { NO_CHOICES } from '../../../../src/domain/deployment/types.ts';
import { providerAt } from '../servers.ts';
import { AZURE_JOB, AZURE_TOKEN, AZURE_TUNED, type AzureDeployments, azureDeployments } from './azure-server.ts';
import { deploymentContract } from './contract.ts';

const connectTo = ({ url }: AzureDeployments) => providerAt(url, { kind: 'azure', jobDialect: 'azure' });

async function started(): Promise<AzureDeployments> {
  const server = await azureDeployments();
  for (const [name, value] of Object.entries(server.env)) vi.stubEnv(name, value);
  return server;
}

afterEach(() => {
  vi.unstubAllEnvs();
});

deploymentContract('Azure', {
  job: AZURE_JOB,
  tuned: AZURE_TUNED,
  usdPerHour: 1.7,
  makes: [/\/deployments\/[^/]+$/],
  model: ({ name }) => name,
  failure: 'Azure gives no reason here; the activity log of the resource has it.',
  async open() {
    const server = await started();
    return {
      strict: server.strict,
      connect: () => connectTo(server),
      made: server.there,
      lives: (life) => {
        server.life = life === 'well' ? ['Succeeded'] : ['Creating', 'Failed'];
      },
    };
  },
});

describe('at Azure', () => {
  let server: AzureDeployments;
  const service = async (): Promise<DeploymentService> => {
    const made = await (await connectTo(server)).deployments?.();
    if (made === undefined) throw new Error('no deployments');
    return made;
  };
  const planWith = async (own: Readonly<Record<string, string>>) =>
    (await service()).plan({ job: null, model: AZURE_TUNED, choices: { ...NO_CHOICES, own } });
  async function orderWith(own: Readonly<Record<string, string>> = {}): Promise<PlacedOrder> {
    const { setup } = await planWith(own);
    return { name: 'd-1', source: AZURE_TUNED, tunedModel: AZURE_TUNED, setup, choices: NO_CHOICES, parts: {} };
  }
  const puts = (code: string, message: string, status: number): void => {
    server.strict.instead = ({ method }) => (method === 'PUT' ? { status, body: { error: { code, message } } } : null);
  };

  beforeEach(async () => {
    server = await started();
  });
  afterEach(async () => {
    expect(server.strict.faults).toEqual([]);
    await server.strict.close();
  });

  it('the sku and its capacity are chosen, and a developer’s is said to vanish', async () => {
    const order = await orderWith({ sku: 'DeveloperTier', capacity: '10' });
    await (await service()).advance(order);
    expect(server.deployments.get('d-1')?.asked).toEqual({
      sku: { name: 'DeveloperTier', capacity: 10 },
      properties: { model: { format: 'OpenAI', name: AZURE_TUNED, version: '1' } },
    });
    const developer = await planWith({ sku: 'DeveloperTier' });
    expect([developer.usdPerHour, developer.notes.join(' ')]).toEqual([0, expect.stringContaining('24 hours')]);
    expect((await planWith({ sku: 'GlobalStandard' })).usdPerHour).toBe(1.7);
    await expect(planWith({ sku: 'Batch' })).rejects.toThrow('Standard, GlobalStandard, DeveloperTier, not as Batch');
  });

  it('a model of another maker is named as theirs', async () => {
    const source = 'gpt-oss-20b.ft-0a1b';
    const { setup } = await planWith({});
    const order = { name: 'd-2', source, tunedModel: source, setup, choices: NO_CHOICES, parts: {} };
    await (await service()).advance(order);
    expect(server.deployments.get('d-2')?.asked.properties).toMatchObject({ model: { format: 'Microsoft' } });
  });

  it('what was chosen comes before the environment, and what is missing is named', async () => {
    vi.stubEnv('AZURE_SUBSCRIPTION_ID', 'another');
    vi.stubEnv('AZURE_RESOURCE_GROUP', '');
    await expect(planWith({})).rejects.toThrow('--resource-group (AZURE_RESOURCE_GROUP)');
    const { setup } = await planWith({ subscription: 'sub-1', resourceGroup: 'tuning' });
    expect(setup).toMatchObject({ subscription: 'sub-1', resourceGroup: 'tuning', account: 'acme' });
  });

  it('the profile says where the resource is, before the environment', async () => {
    vi.stubEnv('AZURE_SUBSCRIPTION_ID', 'another');
    vi.stubEnv('AZURE_RESOURCE_GROUP', '');
    vi.stubEnv('AZURE_OPENAI_ACCOUNT', '');
    const place = { subscription: 'sub-1', resourceGroup: 'tuning', account: 'acme' };
    const at = await providerAt(server.url, { kind: 'azure', jobDialect: 'azure', ...place });
    const kept = await at.deployments?.();
    const wish = { job: null, model: AZURE_TUNED, choices: NO_CHOICES };
    expect((await kept?.plan(wish))?.setup).toMatchObject(place);
    expect(await kept?.list()).toEqual([]);
  });

  it('without a token the commands are said that do the same by hand, and nothing is called', async () => {
    vi.stubEnv('AZURE_MANAGEMENT_TOKEN', '');
    vi.stubEnv('PATH', '/nowhere');
    const failed = planWith({ capacity: '7' });
    await expect(failed).rejects.toMatchObject({ kind: 'auth' });
    for (const words of [
      'az login',
      `az account get-access-token --resource ${server.strict.origin}/ --query accessToken -o tsv`,
      `az cognitiveservices account deployment create --subscription sub-1 --resource-group tuning --name acme --deployment-name gpt-4-1-mini-2025-04-14-ft-0a1-1 --model-name ${AZURE_TUNED} --model-version 1 --model-format OpenAI --sku-name Standard --sku-capacity 7`,
    ])
      await expect(failed).rejects.toThrow(words);
    expect(server.strict.calls).toEqual([]);
  });

  it('refuses to send the token in the clear', async () => {
    vi.stubEnv('AZURE_RESOURCE_MANAGER_URL', 'http://management.example.com');
    await expect(service()).rejects.toThrow('AZURE_RESOURCE_MANAGER_URL is to be an https address');
  });

  it('an expired token is said to be one, and never shown', async () => {
    const order = await orderWith();
    puts('ExpiredAuthenticationToken', `The access token ${AZURE_TOKEN} expired.`, 403);
    const failed = (await service()).advance(order);
    await expect(failed).rejects.toThrow('has expired: it lasts about an hour. Run `az login`');
    puts('AuthorizationFailed', `${AZURE_TOKEN} has no role.`, 403);
    const refused = await (await service()).advance(order).catch((error: unknown) => String(error));
    expect(refused).toContain('has no role');
    expect(refused).not.toContain(AZURE_TOKEN);
  });

  it('a used-up quota is waited for, as one that was deleted frees it', async () => {
    const order = await orderWith();
    puts('InsufficientQuota', 'This needs 50 more of the quota.', 429);
    await expect((await service()).advance(order)).rejects.toMatchObject({
      kind: 'rate-limit',
      message: expect.stringContaining('--capacity'),
      detail: { retryAfterMs: 20_000 },
    });
  });

  it('a name that another model has is said, and an account that is busy asked again', async () => {
    const order = await orderWith();
    puts('Conflict', 'Another operation is being performed.', 409);
    await expect((await service()).advance(order)).rejects.toMatchObject({ kind: 'server', retryable: true });
    server.strict.instead = ({ method }) => {
      if (method !== 'PUT') return null;
      const properties = { model: { format: 'OpenAI', name: 'gpt-4o', version: '1' } };
      server.deployments.set('d-1', { name: 'd-1', asked: { properties }, life: ['Succeeded'], looks: 0 });
      return { status: 409, body: { error: { code: 'Conflict', message: 'exists' } } };
    };
    await expect((await service()).advance(order)).rejects.toThrow('d-1 is taken by a deployment of another model');
  });

  it('follows a list over its pages, and no link to another host', async () => {
    const page = (name: string, nextLink: string) => {
      const properties = { provisioningState: 'Succeeded', model: { name: AZURE_TUNED } };
      return { body: { value: [{ name, properties }], nextLink } };
    };
    server.strict.instead = ({ path, query }) =>
      query.has('$skipToken')
        ? page('two', 'http://127.0.0.1:1/elsewhere')
        : page('one', `${server.strict.origin}${path}?api-version=2024-10-01&$skipToken=t`);
    const listed = await (await service()).list();
    expect(listed.map(({ order }) => order.name)).toEqual(['one', 'two']);
  });
});
