import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Provider } from '../../../../src/app/runtime/ports.ts';
import { findBoundsProblems } from '../../../../src/domain/training/job-settings.ts';
import type { JobRequest } from '../../../../src/domain/training/types.ts';
import { nebiusForm } from '../../../../src/services/openai/dialects/nebius/jobs.ts';
import { jobBody } from '../../../../src/services/openai/jobs.ts';
import { providerContract } from '../contract.ts';
import { bytesOf, providerAt } from '../servers.ts';
import { NEBIUS_BASE, NEBIUS_SLOW, type NebiusServer, nebiusServer } from './nebius-server.ts';

let server: NebiusServer;
let provider: Provider;
const terms = { kind: 'nebius', jobDialect: 'nebius' } as const;

beforeAll(async () => {
  server = await nebiusServer();
  provider = await providerAt(server.url, terms);
});
afterAll(() => server.strict.close());
afterEach(() => {
  expect(server.strict.faults).toEqual([]);
  server.strict.instead = null;
  server.checkpoints = 3;
});

providerContract('Nebius', {
  provider: () => provider,
  chatModel: NEBIUS_BASE,
  baseModel: NEBIUS_BASE,
  slowModel: NEBIUS_SLOW,
  tunedName: /^ftjob-\d+:ftckpt_ftjob-\d+-3$/,
});

const auto = { nEpochs: 'auto', batchSize: 'auto', learningRateMultiplier: 'auto' } as const;
const request: JobRequest = {
  model: NEBIUS_BASE,
  trainingFile: 'file-1',
  validationFile: null,
  suffix: null,
  seed: null,
  hyperparameters: auto,
};
const bodyOf = (change: Partial<JobRequest>) => jobBody({ ...request, ...change }, terms, nebiusForm);

const upload = (text = 'a line\n') =>
  provider.files.upload(
    { filename: 't.jsonl', purpose: 'fine-tune', bytes: Buffer.byteLength(text), body: () => bytesOf(text) },
    {},
  );

async function lifeOf(...life: string[]): Promise<string> {
  server.life = life;
  const { id } = await provider.jobs.create({ ...request, suffix: 'x' });
  return id;
}

describe('a job at Nebius is asked for', () => {
  it('with what a person set and nothing else', () => {
    expect(bodyOf({})).toEqual({ model: NEBIUS_BASE, training_file: 'file-1' });
    const hyperparameters = { ...auto, nEpochs: 2, batchSize: 4, learningRate: 2e-5, loraRank: 16 };
    const choices = { weights: 'lora' } as const;
    expect(bodyOf({ validationFile: 'file-2', suffix: 's', seed: 7, hyperparameters, choices, key: 'k' })).toEqual({
      model: NEBIUS_BASE,
      training_file: 'file-1',
      validation_file: 'file-2',
      suffix: 's',
      seed: 7,
      hyperparameters: { n_epochs: 2, batch_size: 4, learning_rate: 2e-5, lora: true, lora_r: 16 },
    });
    expect(bodyOf({ choices: { weights: 'full' } })).toMatchObject({ hyperparameters: { lora: false } });
  });

  it('never with a multiplier in the place of a rate', () => {
    const hyperparameters = { ...auto, learningRateMultiplier: 2 };
    expect(JSON.stringify(bodyOf({ hyperparameters }))).not.toMatch(/rate|multiplier/);
  });

  it('not by DPO, which it does not know', () => {
    expect(() => bodyOf({ method: 'dpo' })).toThrow('Nebius trains supervised only, not by DPO.');
  });

  it.each([
    [{ nEpochs: 21 }, {}, 'whole number from 1 to 20'],
    [{ batchSize: 65 }, {}, 'whole number from 1 to 64'],
    [{ learningRate: 2 }, {}, 'above 0 and at most 1'],
    [{ learningRateMultiplier: 2 }, {}, 'take a learning rate and no learning-rate multiplier'],
    [{ loraRank: 16 }, {}, 'this job trains the whole model'],
    [{ loraRank: 16 }, { weights: 'full' }, 'this job trains the whole model'],
    [{ loraRank: 7 }, { weights: 'lora' }, 'from 8 to 128; 7 is not'],
    [{ loraRank: 129 }, { weights: 'lora' }, 'from 8 to 128; 129 is not'],
    [{}, { tier: 'standard' }, 'no training type to choose'],
  ] as const)('not with %j and %j, before anything is sent', (set, choices, words) => {
    const given = { ...request, hyperparameters: { ...auto, ...set }, choices };
    expect(findBoundsProblems(given, terms).map(({ message }) => message)).toEqual([expect.stringContaining(words)]);
  });
});

describe('a job at Nebius', () => {
  it.each([
    ['validating_files', 'validating_files'],
    ['queued', 'queued'],
    ['running', 'running'],
    ['succeeded', 'succeeded'],
    ['failed', 'failed'],
    ['cancelled', 'cancelled'],
    ['meditating', 'unknown'],
  ])('that is %s is %s', async (word, status) => {
    const job = await provider.jobs.retrieve(await lifeOf(word));
    expect(job.status).toBe(status);
    expect(job.statusWord).toBe(status === 'unknown' ? 'meditating' : undefined);
    expect(job.progress).toBe(['succeeded', 'failed', 'cancelled'].includes(status) ? undefined : 3 / 8);
  });

  it('says its own rate, what it trains, and why it failed', async () => {
    expect(await provider.jobs.retrieve(await lifeOf('failed'))).toMatchObject({
      hyperparameters: { nEpochs: 3, batchSize: 8, learningRateMultiplier: 'auto', learningRate: 1e-5 },
      choices: { weights: 'full' },
      error: { code: '500', message: 'A node was lost' },
    });
    server.life = ['running'];
    const hyperparameters = { ...auto, loraRank: 16 };
    const { id } = await provider.jobs.create({ ...request, hyperparameters, choices: { weights: 'lora' } });
    expect((await provider.jobs.list()).find((job) => job.id === id)).toMatchObject({
      choices: { weights: 'lora' },
      hyperparameters: { loraRank: 16 },
    });
  });

  it('that went well is ready by its last checkpoint, whose placeholder is no name', async () => {
    const id = await lifeOf('succeeded');
    expect((await provider.jobs.checkpoints(id)).map(({ step, model }) => [step, model])).toEqual([
      [3, `${id}:ftckpt_${id}-1`],
      [6, `${id}:ftckpt_${id}-2`],
      [9, `${id}:ftckpt_${id}-3`],
    ]);
    expect((await provider.jobs.retrieve(id)).fineTunedModel).toBe(`${id}:ftckpt_${id}-3`);
    server.checkpoints = 0;
    expect(await provider.jobs.retrieve(id)).toMatchObject({ status: 'succeeded', fineTunedModel: null });
  });

  it('under a name of its own, or a placeholder for one, has no more than there is', async () => {
    const id = await lifeOf('succeeded');
    const named = (fine_tuned_model: string) => {
      server.strict.instead = ({ path }) =>
        path.endsWith(id) ? { body: { id, status: 'succeeded', model: 'm', fine_tuned_model } } : null;
      return provider.jobs.retrieve(id);
    };
    expect((await named('acme/tuned')).fineTunedModel).toBe('acme/tuned');
    expect((await named('ft:m:org_placeholder:x:IDPlaceholder')).fineTunedModel).toBe(`${id}:ftckpt_${id}-3`);
  });

  it('tells its events by their times, each once, though they are listed oldest first', async () => {
    const id = await lifeOf('running', 'running', 'running', 'running', 'succeeded');
    const known = new Set<string>();
    const told: string[] = [];
    for (let looks = 0; looks < 5; looks += 1) {
      await provider.jobs.retrieve(id);
      for (const event of await provider.jobs.events(id, known)) {
        known.add(event.id);
        told.push(event.message);
      }
    }
    expect(told.toSorted()).toEqual([...new Set(told)].toSorted());
    expect((await provider.jobs.events(id, new Set())).map(({ message }) => message)).toEqual([
      'Job is created',
      'Files are valid',
      'Training began',
      'Step 3',
      'The job is completed',
    ]);
  });

  it('cannot be paused, which is said', async () => {
    const before = server.strict.calls.length;
    await expect(provider.jobs.act('ftjob-1', 'pause')).rejects.toThrow('Nebius cannot pause a job.');
    await expect(provider.jobs.act('ftjob-1', 'resume')).rejects.toThrow('Nebius cannot resume a job.');
    expect(server.strict.calls).toHaveLength(before);
    expect(provider.jobs.remove).toBeUndefined();
  });

  it('without an id is no job', async () => {
    server.strict.instead = () => ({ body: { status: 'queued', model: 'm' } });
    await expect(provider.jobs.create(request)).rejects.toMatchObject({ detail: { code: 'malformed_answer' } });
  });
});

describe('a refusal of Nebius', () => {
  it('of a field names it', async () => {
    const hyperparameters = { ...auto, batchSize: 99 };
    await expect(provider.jobs.create({ ...request, hyperparameters })).rejects.toMatchObject({
      kind: 'invalid-request',
      message: 'hyperparameters.batch_size: Input should be from 1 to 64',
      detail: { status: 422, param: 'hyperparameters.batch_size' },
    });
  });

  it.each([
    [402, { detail: 'Add credit' }, {}, { kind: 'quota', message: 'Add credit' }],
    [429, { detail: 'Slow down' }, { 'retry-after': '7' }, { kind: 'rate-limit', detail: { retryAfterMs: 7000 } }],
    [503, { detail: 'Overloaded' }, {}, { kind: 'server', message: 'Overloaded' }],
    [401, { detail: 'Bad key' }, {}, { kind: 'auth' }],
  ])('with %i is told in its words, and nothing is asked twice', async (status, body, headers, expected) => {
    server.strict.instead = () => ({ status, body, headers });
    const before = server.strict.calls.length;
    await expect(provider.jobs.create(request)).rejects.toMatchObject(expected);
    await expect(upload()).rejects.toMatchObject({ kind: expected.kind });
    expect(server.strict.calls.length - before).toBe(2);
  });
});
