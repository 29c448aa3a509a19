import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Provider } from '../../../../src/app/runtime/ports.ts';
import type { JobRequest } from '../../../../src/domain/training/types.ts';
import { baseUrlOf } from '../../../../src/services/openai/address.ts';
import { createProvider } from '../../../../src/services/openai/connect.ts';
import { providerContract } from '../contract.ts';
import { bytesOf, profileOf } from '../servers.ts';
import { keyAt } from '../stand-in-keys.ts';
import {
  AZURE_BASE,
  AZURE_DEPLOYMENT,
  AZURE_SLOW,
  AZURE_VERSION,
  type AzureForm,
  type AzureServer,
  azureServer,
} from './azure-server.ts';

const servers = new Map<AzureForm, AzureServer>();

/** A provider at one of Azure's addresses, as a profile has it. */
async function open(form: AzureForm, uploads: { readonly directBytes?: number; readonly partBytes?: number } = {}) {
  const server = servers.get(form) ?? (await azureServer(form));
  servers.set(form, server);
  const apiVersion = form === 'dated' ? AZURE_VERSION : null;
  const profile = profileOf({ kind: 'azure', jobDialect: 'azure', baseUrl: server.url, apiVersion });
  const setup = { profile, baseUrl: baseUrlOf(profile, {}), apiKey: keyAt(server.url) };
  const provider: Provider = await createProvider(setup, { pollMs: 0, sleep: () => Promise.resolve(), ...uploads });
  return { server, provider };
}

let server: AzureServer;
let provider: Provider;
const byForm = new Map<AzureForm, Provider>();

beforeAll(async () => {
  for (const form of ['project', 'dated', 'v1'] as const) {
    const opened = await open(form);
    byForm.set(form, opened.provider);
    ({ server, provider } = opened);
  }
});
afterAll(async () => {
  for (const one of servers.values()) await one.strict.close();
});
afterEach(() => {
  for (const one of servers.values()) {
    expect(one.strict.faults).toEqual([]);
    one.strict.instead = null;
    one.processed = 'processed';
    one.onlyPost = false;
  }
});

const theOne = (form: AzureForm): Provider => byForm.get(form) ?? provider;

describe.each(['v1', 'project', 'dated'] as const)('by the address of %s', (form) => {
  providerContract(`Azure (${form})`, {
    provider: () => theOne(form),
    chatModel: AZURE_DEPLOYMENT,
    baseModel: AZURE_BASE,
    slowModel: AZURE_SLOW,
    tunedName: /^gpt-4\.1-mini-2025-04-14\.ft-/,
    added: 3,
  });
});

const auto = { nEpochs: 'auto', batchSize: 'auto', learningRateMultiplier: 'auto' } as const;

const upload = (at: Provider = provider, text = 'a line\n', onSent?: (bytes: number) => void) =>
  at.files.upload(
    { filename: 't.jsonl', purpose: 'fine-tune', bytes: Buffer.byteLength(text), body: () => bytesOf(text) },
    onSent === undefined ? {} : { onSent },
  );

async function created(change: Partial<JobRequest> = {}, ...life: string[]) {
  const { id } = await upload();
  server.life = life.length === 0 ? ['succeeded'] : life;
  return provider.jobs.create({
    model: AZURE_BASE,
    trainingFile: id,
    validationFile: null,
    suffix: null,
    seed: null,
    hyperparameters: auto,
    ...change,
  });
}

const bodyOf = async (change: Partial<JobRequest>): Promise<unknown> => {
  await created(change);
  const { training_file: _, ...body } = JSON.parse(
    server.strict.calls.findLast(({ method, path }) => method === 'POST' && path.endsWith('/jobs'))?.body.toString() ??
      '',
  );
  return body;
};

describe('a job at Azure is asked for', () => {
  it('with what a person set and nothing else', async () => {
    expect(await bodyOf({})).toEqual({ model: AZURE_BASE, method: { type: 'supervised' } });
    const hyperparameters = { nEpochs: 2, batchSize: 4, learningRateMultiplier: 0.5 };
    expect(
      await bodyOf({ hyperparameters, suffix: 's', seed: 7, choices: { tier: 'developerTier' }, key: 'k' }),
    ).toEqual({
      model: AZURE_BASE,
      suffix: 's',
      seed: 7,
      method: { type: 'supervised' },
      hyperparameters: { n_epochs: 2, batch_size: 4, learning_rate_multiplier: 0.5 },
      trainingType: 'developerTier',
    });
  });

  it('by DPO with its settings in the method', async () => {
    expect(await bodyOf({ method: 'dpo' })).toEqual({ model: AZURE_BASE, method: { type: 'dpo' } });
    const dpo = { hyperparameters: { n_epochs: 2, beta: 0.2 } };
    expect(await bodyOf({ method: 'dpo', beta: 0.2, hyperparameters: { ...auto, nEpochs: 2 } })).toEqual({
      model: AZURE_BASE,
      method: { type: 'dpo', dpo },
    });
  });
});

describe('a job at Azure', () => {
  it.each([
    ['validating_files', 'validating_files'],
    ['pending', 'queued'],
    ['queued', 'queued'],
    ['notRunning', 'queued'],
    ['running', 'running'],
    ['resuming', 'running'],
    ['cancelling', 'running'],
    ['pausing', 'paused'],
    ['paused', 'paused'],
    ['succeeded', 'succeeded'],
    ['failed', 'failed'],
    ['cancelled', 'cancelled'],
    ['canceled', 'cancelled'],
    ['meditating', 'unknown'],
  ])('that is %s is %s', async (word, status) => {
    const job = await provider.jobs.retrieve((await created({}, word)).id);
    expect(job.status).toBe(status);
    expect(job.statusWord).toBe(status === 'unknown' ? word : undefined);
    expect(job.fineTunedModel === null).toBe(status !== 'succeeded');
  });

  it('says its training type and why it failed', async () => {
    const { id } = await created({ choices: { tier: 'globalStandard' } }, 'failed');
    expect(await provider.jobs.retrieve(id)).toMatchObject({
      choices: { tier: 'globalStandard' },
      error: { code: 'invalid_training_file', message: 'row 3 is too long' },
    });
    expect((await provider.jobs.list())[0]).toMatchObject({ id, choices: { tier: 'globalStandard' } });
  });

  it('is paused and goes on', async () => {
    const { id } = await created({ model: AZURE_SLOW });
    await provider.jobs.retrieve(id);
    expect((await provider.jobs.act(id, 'pause')).status).toBe('paused');
    await provider.jobs.retrieve(id);
    expect((await provider.jobs.act(id, 'resume')).status).toBe('queued');
    expect((await provider.jobs.retrieve(id)).status).toBe('running');
  });

  it('tells the figures of its result file as events, once', async () => {
    const { id } = await created({}, 'running', 'succeeded');
    const known = new Set<string>();
    const told: string[] = [];
    for (let looks = 0; looks < 3; looks += 1) {
      await provider.jobs.retrieve(id);
      for (const event of await provider.jobs.events(id, known)) {
        known.add(event.id);
        told.push(
          event.metrics === null
            ? event.message
            : `${event.metrics.step}: ${event.metrics.trainLoss}, ${event.metrics.validLoss}`,
        );
      }
    }
    expect(told).toEqual([
      'Job enqueued.',
      'Job started.',
      'Preprocessing completed.',
      'The job has successfully completed',
      '1: 1.9, null',
      '2: 1.2, 1.4',
    ]);
    expect(server.strict.calls.filter(({ path }) => path.includes(`results-${id}`))).toHaveLength(1);
  });

  it('tells its events though its result file is gone', async () => {
    const { id } = await created({}, 'succeeded');
    await provider.jobs.retrieve(id);
    server.strict.instead = ({ path }) => (path.endsWith('/content') ? { status: 404, body: {} } : null);
    expect((await provider.jobs.events(id, new Set())).map(({ message }) => message)).toContain('Job started.');
  });

  it('tells events and checkpoints by POST where GET is no such call, and asks no more by GET', async () => {
    const { server: other, provider: at } = await open('v1');
    const { id: file } = await upload(at);
    other.life = ['succeeded'];
    const request = { model: AZURE_BASE, trainingFile: file, validationFile: null, suffix: null, seed: null };
    const { id } = await at.jobs.create({ ...request, hyperparameters: auto });
    other.onlyPost = true;
    expect((await at.jobs.events(id, new Set())).length).toBeGreaterThan(1);
    expect((await at.jobs.checkpoints(id)).map(({ step }) => step)).toEqual([10, 20]);
    const asked = other.strict.calls.filter(({ path }) => path.includes(`${id}/`)).map(({ method }) => method);
    expect(asked.filter((method) => method === 'GET')).toHaveLength(1);
  });

  it('without an id is no job', async () => {
    server.strict.instead = ({ path }) => (path.endsWith('/jobs') ? { body: { status: 'queued', model: 'm' } } : null);
    await expect(created()).rejects.toMatchObject({ detail: { code: 'malformed_answer' } });
  });
});

describe('a training file for Azure', () => {
  const bytesAt = (id: string): string | undefined => server.files.get(id)?.bytes.toString('utf8');

  it('begins with the mark that Azure asks for, once, and is waited for', async () => {
    const sent: number[] = [];
    const plain = await upload(provider, 'a line\n', (bytes) => sent.push(bytes));
    expect([bytesAt(plain.id), plain.status, sent.at(-1)]).toEqual(['\ufeffa line\n', 'processed', 7]);
    const before = await upload(provider, '\ufeffa line\n');
    expect([bytesAt(before.id), before.bytes]).toEqual(['\ufeffa line\n', 10]);
    expect(bytesAt((await upload(provider, '')).id)).toBe('\ufeff');
  });

  it('that it cannot use is refused', async () => {
    server.processed = 'error';
    await expect(upload()).rejects.toMatchObject({ kind: 'invalid-training-file' });
  });

  it.each(['v1', 'project', 'dated'] as const)('that is large goes in parts, of %s too', async (form) => {
    const { server: at, provider: large } = await open(form, { directBytes: 4, partBytes: 4 });
    const file = await upload(large);
    expect(at.files.get(file.id)?.bytes.toString()).toBe('\ufeffa line\n');
    const parts = at.strict.calls.filter(({ path }) => path.endsWith('/parts'));
    expect(parts.map(({ path }) => path.includes('projects'))).toEqual([false, false, false]);
  });

  it('that is large and has no place but in a project is told where it goes', async () => {
    const { server: at, provider: large } = await open('project', { directBytes: 4 });
    at.strict.instead = ({ path }) =>
      path.endsWith('/uploads')
        ? { status: 404, body: { error: { code: '404', message: 'Resource not found' } } }
        : null;
    await expect(upload(large)).rejects.toThrow(/not under a project: .*openai\.azure\.com\/openai\/v1\/ in Settings/);
  });
});

describe('a refusal of Azure', () => {
  const error = (code: string, message: string) => ({ error: { code, message } });
  it.each([
    [402, error('Payment', 'Add credit'), {}, { kind: 'quota', message: 'Add credit' }],
    [429, error('429', 'Slow down'), { 'retry-after': '7' }, { kind: 'rate-limit', detail: { retryAfterMs: 7000 } }],
    [503, error('503', 'Overloaded'), {}, { kind: 'server', message: 'Overloaded' }],
    [401, error('401', 'Bad key'), {}, { kind: 'auth' }],
    [
      400,
      error('BadRequest', 'api-version query parameter is not allowed when using /v1 path'),
      {},
      { kind: 'invalid-request', message: expect.stringContaining('Leave the API version of the profile empty') },
    ],
    [
      400,
      error('BadRequest', 'Missing required query parameter: api-version'),
      {},
      { kind: 'invalid-request', message: expect.stringContaining('Write an API version, such as 2025-04-01-preview') },
    ],
  ])('with %i is told in its words, and nothing is asked twice', async (status, body, headers, expected) => {
    server.strict.instead = () => ({ status, body, headers });
    const before = server.strict.calls.length;
    const request = { model: AZURE_BASE, trainingFile: 'f', validationFile: null, suffix: null, seed: null };
    await expect(provider.jobs.create({ ...request, hyperparameters: auto })).rejects.toMatchObject(expected);
    await expect(upload()).rejects.toMatchObject({ kind: expected.kind });
    expect(server.strict.calls.length - before).toBe(2);
  });
});

describe('a key of Azure', () => {
  it('that is a signed token of Entra goes where tokens go', async () => {
    const profile = profileOf({ kind: 'azure', jobDialect: 'azure', baseUrl: server.url });
    const token = 'eyJhbGciOiJub25lIn0.eyJhdWQiOiJ4In0.c2ln';
    const at = await createProvider({ profile, baseUrl: server.url, apiKey: token });
    await at.models.list();
    expect(server.strict.faults.splice(0)).toEqual([
      `GET /openai/v1/models: authorization: Bearer ${token}`,
      'GET /openai/v1/models: api-key: null',
    ]);
  });
});
