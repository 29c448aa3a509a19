import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Provider } from '../../../../src/app/runtime/ports.ts';
import { findAsked } from '../../../../src/domain/training/asked-jobs.ts';
import { findBoundsProblems } from '../../../../src/domain/training/job-settings.ts';
import type { JobRequest } from '../../../../src/domain/training/types.ts';
import { createProvider } from '../../../../src/services/openai/connect.ts';
import { jobBody } from '../../../../src/services/openai/dialects/fireworks/jobs.ts';
import { providerContract } from '../contract.ts';
import { bytesOf, profileOf, providerAt } from '../servers.ts';
import { keyAt } from '../stand-in-keys.ts';
import { ACCOUNT, FIREWORKS_BASE, FIREWORKS_SLOW, type FireworksServer, fireworksServer } from './fireworks-server.ts';

let server: FireworksServer;
let provider: Provider;
const profile = { kind: 'fireworks', jobDialect: 'fireworks', account: ACCOUNT } as const;

beforeAll(async () => {
  server = await fireworksServer();
  provider = await providerAt(server.url, profile);
});
afterAll(() => server.strict.close());
afterEach(() => {
  expect(server.strict.faults).toEqual([]);
  server.strict.instead = null;
  server.faulty = null;
  vi.unstubAllEnvs();
});

providerContract('Fireworks', {
  provider: () => provider,
  chatModel: FIREWORKS_BASE,
  baseModel: FIREWORKS_BASE,
  slowModel: FIREWORKS_SLOW,
  tunedName: /^accounts\/acme\/models\/contract/,
});

const auto = { nEpochs: 'auto', batchSize: 'auto', learningRateMultiplier: 'auto' } as const;
const request: JobRequest = {
  model: FIREWORKS_BASE,
  trainingFile: 'd1',
  validationFile: null,
  suffix: null,
  seed: null,
  hyperparameters: auto,
};
const bodyOf = (change: Partial<JobRequest>) =>
  jobBody({ ...request, ...change }, profileOf(profile), { prefix: () => `accounts/${ACCOUNT}` });
const key = '0f8a1b2c-1111-4222-8333-444455556666';

const upload = (at: Provider = provider, text = '{"a":1}\n\n{"b":2}') =>
  at.files.upload(
    { filename: 'My rows.jsonl', purpose: 'fine-tune', bytes: Buffer.byteLength(text), body: () => bytesOf(text) },
    {},
  );

describe('a job at Fireworks is asked for', () => {
  it('with what a person set and nothing else', () => {
    expect(bodyOf({})).toEqual({ dataset: 'accounts/acme/datasets/d1', baseModel: FIREWORKS_BASE });
    const hyperparameters = { ...auto, nEpochs: 2, batchSize: 8, learningRate: 1e-4, loraRank: 16 };
    expect(bodyOf({ validationFile: 'd2', suffix: 's', seed: 7, hyperparameters, key })).toEqual({
      dataset: 'accounts/acme/datasets/d1',
      evaluationDataset: 'accounts/acme/datasets/d2',
      displayName: 's',
      baseModel: FIREWORKS_BASE,
      outputModel: 'accounts/acme/models/s-0f8a1b2c',
      epochs: 2,
      learningRate: 1e-4,
      loraRank: 16,
      batchSizeSamples: 8,
    });
    const ranked = { ...auto, loraRank: 4 };
    expect(bodyOf({ method: 'dpo', hyperparameters: ranked })).toMatchObject({ trainingConfig: { loraRank: 4 } });
  });

  it('never with a multiplier in the place of a rate', () => {
    const hyperparameters = { ...auto, learningRateMultiplier: 2 };
    expect(JSON.stringify(bodyOf({ hyperparameters }))).not.toMatch(/rate|multiplier/i);
  });

  it('not with a seed, which it does not take, before anything is sent', () => {
    const { kind = 'fireworks', jobDialect = 'fireworks' } = profile;
    const problems = findBoundsProblems({ ...request, seed: 7 }, { kind, jobDialect });
    expect(problems.map(({ message }) => message)).toEqual(['Fireworks takes no seed for a job.']);
  });

  it('by DPO among jobs of their own, and not with what it has no words for', async () => {
    const job = await provider.jobs.create({ ...request, method: 'dpo', suffix: 'pairs' });
    expect(server.jobs.has(`dpoJobs/${job.id}`)).toBe(true);
    const before = server.strict.calls.length;
    expect(await provider.jobs.retrieve(job.id)).toMatchObject({ model: FIREWORKS_BASE, suffix: 'pairs' });
    expect(server.strict.calls.length - before).toBe(1);
    expect(() => bodyOf({ method: 'dpo', beta: 0.2 })).toThrow('chooses beta by itself. Leave it at auto.');
    expect(() => bodyOf({ method: 'dpo', hyperparameters: { ...auto, batchSize: 4 } })).toThrow('in tokens');
    expect(() => bodyOf({ method: 'dpo', validationFile: 'd2' })).toThrow('no validation file');
  });

  it('under an id by which it is known again when its answer was lost, and created once', async () => {
    const asked = { ...request, key };
    await provider.jobs.create(asked);
    await expect(provider.jobs.create(asked)).rejects.toMatchObject({ detail: { status: 409 } });
    const frame = { projectId: 'p', providerId: 'f', trainRows: 1, validationRows: 0, quoteUsd: null };
    const written = {
      key,
      address: 'x',
      askedAt: 0,
      model: FIREWORKS_BASE,
      trainingFile: 'other',
      suffix: null,
      frame,
    };
    expect(findAsked(written, await provider.jobs.list(), () => false)?.id).toBe(`luthier-${key}`);
  });
});

describe('a job at Fireworks', () => {
  const lifeOf = async (...life: string[]) => {
    server.life = life;
    const { id } = await provider.jobs.create({ ...request, suffix: 'x' });
    server.life = ['COMPLETED'];
    return id;
  };

  it.each([
    ['CREATING', 'validating_files'],
    ['CREATING_INPUT_DATASET', 'validating_files'],
    ['VALIDATING', 'validating_files'],
    ['PENDING', 'queued'],
    ['RE_QUEUEING', 'queued'],
    ['RUNNING', 'running'],
    ['WRITING_RESULTS', 'running'],
    ['CANCELLING', 'running'],
    ['DELETING', 'running'],
    ['DELETING_CLEANING_UP', 'running'],
    ['PAUSED', 'paused'],
    ['IDLE', 'paused'],
    ['COMPLETED', 'succeeded'],
    ['EARLY_STOPPED', 'succeeded'],
    ['FAILED', 'failed'],
    ['EXPIRED', 'failed'],
    ['CANCELLED', 'cancelled'],
    ['UNSPECIFIED', 'unknown'],
    ['DREAMING', 'unknown'],
  ])('that is %s is %s', async (word, status) => {
    const job = await provider.jobs.retrieve(await lifeOf(word));
    expect(job.status).toBe(status);
    expect(job.fineTunedModel).toBe(status === 'succeeded' ? 'accounts/acme/models/x' : null);
    expect(job.statusWord).toBe(status === 'unknown' ? `JOB_STATE_${word}` : undefined);
    expect(job.finishedAt === null).toBe(!['succeeded', 'failed', 'cancelled'].includes(status));
  });

  it('says what it is expected to cost, how far it is, and why it failed', async () => {
    expect(await provider.jobs.retrieve(await lifeOf('RUNNING'))).toMatchObject({ costUsd: 1.02, progress: 0.4 });
    expect(await provider.jobs.retrieve(await lifeOf('FAILED'))).toMatchObject({
      error: { code: 'INVALID_ARGUMENT', message: 'row 3 is too long' },
    });
  });

  it('is found by its whole name too, and ends when it is deleted', async () => {
    const id = await lifeOf('RUNNING');
    const fresh: Provider = await providerAt(server.url, profile);
    const name = `accounts/${ACCOUNT}/supervisedFineTuningJobs/${id}`;
    expect((await fresh.jobs.retrieve(name)).id).toBe(id);
    await fresh.jobs.remove?.(id);
    await expect(fresh.jobs.retrieve(id)).rejects.toMatchObject({ kind: 'not-found' });
  });

  it('goes on when it is resumed, and lacks what is said of it', async () => {
    const id = await lifeOf('PAUSED');
    expect((await provider.jobs.act(id, 'resume')).status).toBe('running');
    await expect(provider.jobs.act(id, 'pause')).rejects.toThrow('no call that pauses');
    await expect(provider.jobs.events(id, new Set())).rejects.toThrow('Fireworks keeps no events');
  });

  it('is listed with those of every page, newest first', async () => {
    const all = await provider.jobs.list();
    expect(all.length).toBe(server.jobs.size);
    expect(all.map(({ createdAt }) => createdAt)).toEqual(
      all.map(({ createdAt }) => createdAt).toSorted((a, b) => b - a),
    );
  });

  it('is listed once where the same page comes for ever', async () => {
    server.strict.instead = ({ method, path }) =>
      method === 'GET' && path.endsWith('Jobs') ? { body: { nextPageToken: '2' } } : null;
    expect(await provider.jobs.list()).toEqual([]);
  });

  it('without a name is no job', async () => {
    server.strict.instead = () => ({ body: { state: 'JOB_STATE_PENDING' } });
    await expect(provider.jobs.create(request)).rejects.toMatchObject({ detail: { code: 'malformed_answer' } });
  });
});

describe('before a job at Fireworks is paid for', () => {
  it('its tokens are known by the dataset, and no price is named', async () => {
    const { id } = await upload();
    const hyperparameters = { ...auto, nEpochs: 3 };
    const said = await provider.jobs.estimate?.({ ...request, trainingFile: id, hyperparameters });
    expect(said).toEqual({ costUsd: null, tokens: 3 * 40_211, notes: [], doubts: [], refusal: null });
    expect((await provider.jobs.estimate?.({ ...request, trainingFile: id }))?.tokens).toBe(40_211);
  });
});

describe('a file for Fireworks', () => {
  it('is a dataset that says how many examples it has', async () => {
    const file = await upload();
    expect(file).toMatchObject({
      filename: 'My rows.jsonl',
      status: 'ready',
      id: expect.stringMatching(/^my-rows-jsonl-\w{8}$/),
    });
    const created = server.strict.calls.findLast(({ method, path }) => method === 'POST' && path.endsWith('/datasets'));
    expect(JSON.parse(created?.body.toString() ?? '')).toMatchObject({ dataset: { exampleCount: '2' } });
  });

  it('that is large goes to a signed address, without the key', async () => {
    const at = await createProvider(
      { profile: profileOf({ ...profile, baseUrl: server.url }), baseUrl: server.url, apiKey: keyAt(server.url) },
      { pollMs: 0, sleep: () => Promise.resolve(), directBytes: 4 },
    );
    const file = await upload(at);
    expect(server.strict.calls.findLast(({ method }) => method === 'PUT')?.body.toString()).toBe('{"a":1}\n\n{"b":2}');
    expect(await at.files.content(file.id)).toBe('{"a":1}\n\n{"b":2}');
  });

  it('that cannot be used is refused in its words', async () => {
    server.faulty = { code: 'INVALID_ARGUMENT', message: 'line 2 has no messages' };
    await expect(upload()).rejects.toMatchObject({
      kind: 'invalid-training-file',
      message: 'Fireworks could not use My rows.jsonl: line 2 has no messages',
    });
  });
});

describe('an account of Fireworks', () => {
  it('is of the profile, or of the variable of its own client, and asked for where it is in neither', async () => {
    const without: Provider = await providerAt(server.url, { ...profile, account: null });
    const before = server.strict.calls.length;
    await expect(without.jobs.list()).rejects.toThrow(/account of “There” is not known.*FIREWORKS_ACCOUNT_ID/);
    expect(server.strict.calls).toHaveLength(before);
    vi.stubEnv('FIREWORKS_ACCOUNT_ID', ACCOUNT);
    expect((await without.jobs.list()).length).toBeGreaterThan(0);
  });
});

describe('a refusal of Fireworks', () => {
  const error = (code: number, message: string) => ({ code, message, details: [] });
  it.each([
    [402, error(8, 'Add a card'), {}, { kind: 'quota', message: 'Add a card' }],
    [412, error(9, 'The account is suspended'), {}, { kind: 'invalid-request', message: 'The account is suspended' }],
    [429, error(8, 'Slow down'), { 'retry-after': '7' }, { kind: 'rate-limit', detail: { retryAfterMs: 7000 } }],
    [503, error(14, 'Overloaded'), {}, { kind: 'server', message: 'Overloaded' }],
    [401, error(16, 'Bad key'), {}, { kind: 'auth' }],
  ])('with %i is told in its words, and nothing is asked twice', async (status, body, headers, expected) => {
    server.strict.instead = () => ({ status, body, headers });
    const before = server.strict.calls.length;
    await expect(provider.jobs.create(request)).rejects.toMatchObject(expected);
    await expect(upload()).rejects.toMatchObject({ kind: expected.kind });
    expect(server.strict.calls.length - before).toBe(2);
  });
});
