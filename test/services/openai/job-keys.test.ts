import { afterEach, describe, expect, it } from 'vitest';
import type { JobDialect } from '../../../src/domain/provider/job-dialects.ts';
import type { JobRequest } from '../../../src/domain/training/types.ts';
import { providerAt, sendJson, startServer, type TestServer } from './servers.ts';

let server: TestServer | null = null;
afterEach(async () => {
  await server?.close();
  server = null;
});

const keyed: JobRequest = {
  model: 'base',
  trainingFile: 'file-a',
  validationFile: null,
  suffix: null,
  seed: null,
  hyperparameters: { nEpochs: 'auto', batchSize: 'auto', learningRateMultiplier: 'auto' },
  key: 'k1',
};

describe('the key of a job', () => {
  const created = { id: 'ftjob-1', status: 'queued' };
  type Refusal = (body: Readonly<Record<string, unknown>>) => { status: number; error: unknown } | null;

  async function sentTo(refusal: Refusal, jobDialect: JobDialect = 'method') {
    server = await startServer((one, response) => {
      const refused = refusal(one.json());
      if (refused === null) sendJson(response, created);
      else sendJson(response, { error: refused.error }, refused.status);
    });
    const provider = await providerAt(server.url, { jobDialect });
    const outcome = await provider.jobs.create(keyed).then(
      ({ id }) => id,
      (error: Error) => error.message,
    );
    return { outcome, metadata: server.heard.map((one) => one.json().metadata) };
  }

  it('is sent as metadata, and not where jobs have no place for it', async () => {
    const plain = await sentTo(() => null);
    expect(plain).toEqual({ outcome: 'ftjob-1', metadata: [{ luthier_job: 'k1' }] });
    await server?.close();
    expect((await sentTo(() => null, 'hyperparameters')).metadata).toEqual([undefined]);
  });

  it.each([
    [400, { message: 'Unrecognized request argument supplied: metadata', param: null }],
    [400, { message: 'Unknown parameter.', param: 'metadata' }],
    [422, { message: 'Extra inputs are not permitted' }],
  ])('is left away where a strict server refuses it (%i, %o)', async (status, error) => {
    const { outcome, metadata } = await sentTo((body) => ('metadata' in body ? { status, error } : null));
    expect([outcome, metadata]).toEqual(['ftjob-1', [{ luthier_job: 'k1' }, undefined]]);
  });

  it.each([
    [400, { message: 'No such model', param: 'model' }],
    [500, { message: 'metadata service is down' }],
    [504, { message: 'gateway' }],
  ])('is no reason to ask twice after another failure (%i, %o)', async (status, error) => {
    expect((await sentTo(() => ({ status, error }))).metadata).toHaveLength(1);
  });
});

it('reads a list of jobs no further back than it is asked to', async () => {
  const page = (first: number) =>
    Array.from({ length: 3 }, (_, n) => ({ id: `ftjob-${first - n}`, status: 'queued', created_at: first - n }));
  server = await startServer((one, response) => {
    const after = Number(one.query.get('after')?.slice('ftjob-'.length) ?? 100);
    sendJson(response, { data: page(after - 1), has_more: after > 10 });
  });
  const provider = await providerAt(server.url);
  const since = await provider.jobs.list({ since: 95 });
  expect(since.map(({ createdAt }) => createdAt)).toEqual([99, 98, 97, 96, 95, 94]);
  expect(server.heard).toHaveLength(2);
});
