import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Provider } from '../../../../src/app/runtime/ports.ts';
import type { JobRequest } from '../../../../src/domain/training/types.ts';
import { jobBody } from '../../../../src/services/openai/dialects/together/body.ts';
import { providerContract } from '../contract.ts';
import { bytesOf, providerAt } from '../servers.ts';
import { TOGETHER_BASE, TOGETHER_PRICE, TOGETHER_UNSERVED } from './together-estimates.ts';
import { TOGETHER_SLOW, type TogetherServer, togetherServer } from './together-server.ts';

let server: TogetherServer;
let provider: Provider;

beforeAll(async () => {
  server = await togetherServer();
  provider = await providerAt(server.url, { kind: 'together', jobDialect: 'together' });
});
afterAll(() => server.strict.close());
afterEach(() => {
  expect(server.strict.faults).toEqual([]);
  server.strict.instead = null;
  server.processed = { status: 'COMPLETED' };
  server.price = TOGETHER_PRICE;
});

providerContract('Together', {
  provider: () => provider,
  chatModel: TOGETHER_BASE,
  baseModel: TOGETHER_BASE,
  slowModel: TOGETHER_SLOW,
  tunedName: /^acme\/Qwen3-8B-contract-/,
});

const auto = { nEpochs: 'auto', batchSize: 'auto', learningRateMultiplier: 'auto' } as const;
const request: JobRequest = {
  model: TOGETHER_BASE,
  trainingFile: 'file-1',
  validationFile: null,
  suffix: null,
  seed: null,
  hyperparameters: auto,
};
const terms = { kind: 'together', jobDialect: 'together' } as const;

const upload = (text = 'a line\n') =>
  provider.files.upload(
    { filename: 't.jsonl', purpose: 'fine-tune', bytes: Buffer.byteLength(text), body: () => bytesOf(text) },
    {},
  );

describe('a job at Together is asked for', () => {
  it('with what a person set and nothing else', () => {
    expect(jobBody(request, terms)).toEqual({
      model: TOGETHER_BASE,
      training_file: 'file-1',
      training_method: { method: 'sft', train_on_inputs: 'auto' },
    });
    const hyperparameters = { ...auto, nEpochs: 3, batchSize: 16, learningRate: 2e-5 };
    const all = { ...request, validationFile: 'file-2', suffix: 's', seed: 7, hyperparameters };
    expect(jobBody(all, terms)).toMatchObject({
      validation_file: 'file-2',
      n_evals: 3,
      n_epochs: 3,
      batch_size: 16,
      learning_rate: 2e-5,
      suffix: 's',
      random_seed: 7,
    });
  });

  it('never with a multiplier in the place of a rate', () => {
    const hyperparameters = { ...auto, learningRateMultiplier: 2 };
    expect(JSON.stringify(jobBody({ ...request, hyperparameters }, terms))).not.toMatch(/rate|multiplier/);
  });

  it('with the rank of its adapter where one is chosen', () => {
    const hyperparameters = { ...auto, loraRank: 16 };
    const training_type = { type: 'Lora', lora_r: 16, lora_alpha: 32 };
    expect(jobBody({ ...request, hyperparameters }, terms)).toMatchObject({ training_type });
    expect(jobBody(request, terms)).not.toHaveProperty('training_type');
  });

  it('whole, where a person chose it', () => {
    const typeOf = (choices: JobRequest['choices']) => jobBody({ ...request, choices }, terms).training_type;
    expect(typeOf({ weights: 'full' })).toEqual({ type: 'Full' });
    expect(typeOf({ weights: 'lora' })).toBeUndefined();
  });

  it('by DPO with its beta', () => {
    expect(jobBody({ ...request, method: 'dpo' }, terms).training_method).toEqual({ method: 'dpo' });
    expect(jobBody({ ...request, method: 'dpo', beta: 0.2 }, terms).training_method).toEqual({
      method: 'dpo',
      dpo_beta: 0.2,
    });
  });
});

describe('a job at Together', () => {
  const lifeOf = async (...life: string[]) => {
    server.life = life;
    const { id } = await provider.jobs.create({ ...request, suffix: 'x' });
    server.life = ['completed'];
    return id;
  };

  it.each([
    ['pending', 'queued'],
    ['queued', 'queued'],
    ['running', 'running'],
    ['compressing', 'running'],
    ['uploading', 'running'],
    ['cancel_requested', 'running'],
    ['cancelled', 'cancelled'],
    ['error', 'failed'],
    ['completed', 'succeeded'],
    ['meditating', 'unknown'],
  ])('that is %s is %s', async (word, status) => {
    const job = await provider.jobs.retrieve(await lifeOf(word));
    expect(job.status).toBe(status);
    expect(job.fineTunedModel).toBe(status === 'succeeded' ? 'acme/Qwen3-8B-x-1f2e' : null);
    expect(job.statusWord).toBe(status === 'unknown' ? 'meditating' : undefined);
  });

  it('says what it cost, what it learned from, and what a deployment goes by', async () => {
    const job = await provider.jobs.retrieve(await lifeOf('completed'));
    expect(job).toMatchObject({
      costUsd: 4,
      trainedTokens: 40_211,
      hyperparameters: { nEpochs: 1, batchSize: 'auto', learningRateMultiplier: 'auto', learningRate: 1e-5 },
      rest: { model_object_id: 'ml_9c', model_object_revision_id: 'rv_1' },
    });
  });

  it('that failed says why, which stands in an event alone', async () => {
    const id = await lifeOf('running', 'running', 'running', 'error');
    let job = await provider.jobs.retrieve(id);
    while (job.status !== 'failed') job = await provider.jobs.retrieve(id);
    expect(job.error).toEqual({ code: 'job_error', message: 'Out of memory at step 3', param: null });
  });

  it('tells each event once, though none has an id, and two of a second apart', async () => {
    const id = await lifeOf('running', 'completed');
    const known = new Set<string>();
    const told: string[] = [];
    for (let looks = 0; looks < 6; looks += 1) {
      await provider.jobs.retrieve(id);
      for (const event of await provider.jobs.events(id, known)) {
        known.add(event.id);
        told.push(`${event.level} ${event.type} ${event.metrics?.step ?? event.message}`);
      }
    }
    expect(told.filter((one) => one.includes('job_start'))).toHaveLength(1);
    expect(told.filter((one) => one.includes('epoch_complete'))).toHaveLength(2);
    expect(told).toContain('warn warning Rows were cut');
    expect(server.strict.calls.findLast(({ path }) => path.endsWith('/metrics'))?.query).toBe('?global_step_from=2');
    expect(told.filter((one) => one.includes('metrics'))).toEqual([
      'info metrics 1',
      'info metrics 2',
      'info metrics 2',
    ]);
  });

  it('reads events that come newest first', async () => {
    const id = await lifeOf('completed');
    const data = [
      [2, 'three'],
      [1, 'two'],
      [1, 'one'],
    ].map(([second, message]) => ({
      created_at: `2026-11-20T10:00:0${second}Z`,
      type: 'warning',
      message,
    }));
    server.strict.instead = ({ path }) => (path.endsWith('/events') ? { body: { data } } : null);
    expect((await provider.jobs.events(id, new Set())).map(({ message }) => message)).toEqual(['one', 'two', 'three']);
  });

  it('has checkpoints by step, by name where they have one', async () => {
    const found = await provider.jobs.checkpoints(await lifeOf('completed'));
    expect(found.map(({ id, step, model }) => [id, step, model])).toEqual([
      ['a', 1, 'a'],
      ['ml_2', 2, 'acme/two'],
    ]);
  });

  it('is found again by its file, which the list leaves out', async () => {
    const id = await lifeOf('completed');
    const listed = await provider.jobs.list({ since: 0 });
    expect(listed.find((job) => job.id === id)).toMatchObject({ trainingFile: 'file-1', suffix: 'x' });
  });

  it('is whole when it is cancelled, though the answer to that is short', async () => {
    const id = await lifeOf('running');
    expect(await provider.jobs.act(id, 'cancel')).toMatchObject({ id, status: 'running', trainingFile: 'file-1' });
    await expect(provider.jobs.act(await lifeOf('error'), 'cancel')).rejects.toThrow('The job is over.');
  });

  it('ends when it is deleted', async () => {
    const id = await lifeOf('running');
    await provider.jobs.remove?.(id);
    await expect(provider.jobs.retrieve(id)).rejects.toMatchObject({ kind: 'not-found' });
  });

  it('cannot be paused, which is said', async () => {
    const before = server.strict.calls.length;
    await expect(provider.jobs.act('ft-1', 'pause')).rejects.toThrow('Together cannot pause a job.');
    await expect(provider.jobs.act('ft-1', 'resume')).rejects.toThrow('Together cannot resume a job.');
    expect(server.strict.calls).toHaveLength(before);
  });

  it('without an id is no job', async () => {
    server.strict.instead = () => ({ body: { status: 'pending', model: 'm' } });
    await expect(provider.jobs.create(request)).rejects.toMatchObject({ detail: { code: 'malformed_answer' } });
  });
});

describe('before a job at Together is paid for', () => {
  const estimate = async (change: Partial<JobRequest> = {}) => {
    const { id } = await upload();
    return provider.jobs.estimate?.({ ...request, trainingFile: id, ...change });
  };

  it('its price, its tokens and what it learns of the rows are asked, and whether its base can be served', async () => {
    expect(await estimate()).toEqual({
      costUsd: 4,
      tokens: 40_211,
      notes: ['Of the first 2 rows it learns 20 of 60 tokens, and cuts 1.'],
      doubts: [],
      refusal: null,
    });
    const said = await estimate({ model: TOGETHER_UNSERVED });
    expect(said?.doubts).toEqual([expect.stringContaining(`no way to deploy ${TOGETHER_UNSERVED}`)]);
  });

  it.each([
    [{ nEpochs: 21 }, 'epochs of 20 at most, and not 21'],
    [{ learningRate: 0.1 }, 'learning rate of 0.01 at most, and not 0.1'],
    [{ learningRate: 1e-9 }, 'learning rate of 1e-8 at least, and not 1e-9'],
    [{ batchSize: 4 }, 'batch size of 8 at least, and not 4'],
    [{ loraRank: 65 }, 'LoRA rank of 64 at most, and not 65'],
    [{ batchSize: 97 }, 'batch size of 96 at most, and not 97'],
  ])('%j is refused by its limits', async (set, words) => {
    const said = await estimate({ hyperparameters: { ...auto, ...set } });
    expect(said?.refusal).toContain(words);
  });

  it('its price and limits are those of what is trained', async () => {
    const said = await estimate({ choices: { weights: 'full' }, hyperparameters: { ...auto, batchSize: 64 } });
    expect(said?.refusal).toContain('batch size of 48 at most');
    const asked = server.strict.calls.findLast(({ path }) => path.endsWith('/estimate-price'));
    expect(JSON.parse(asked?.body.toString() ?? '')).toMatchObject({ training_type: { type: 'Full' } });
  });

  it.each([
    ['lora_training', { weights: 'full' }, 'is not trained as full there, only as LoRA'],
    ['full_training', {}, 'is not trained as LoRA there, only as full'],
  ] as const)('a base with %s alone has no other', async (name, choices, words) => {
    server.strict.instead = ({ path }) => (path.endsWith('/limits') ? { body: { [name]: {} } } : null);
    expect((await estimate({ choices }))?.refusal).toContain(words);
    expect((await estimate({ choices: { weights: name === 'lora_training' ? 'lora' : 'full' } }))?.refusal).toBeNull();
  });

  it('limits of DPO are those of DPO, and its rows are not looked at', async () => {
    const said = await estimate({ method: 'dpo', hyperparameters: { ...auto, batchSize: 64 } });
    expect(said).toMatchObject({ notes: [], refusal: expect.stringContaining('batch size of 32 at most') });
  });

  it('what the account may not spend is a refusal', async () => {
    server.price = { ...TOGETHER_PRICE, allowed_to_proceed: false, estimated_total_price: 120 };
    expect((await estimate())?.refusal).toBe(
      'Together does not let this job proceed. It is expected to cost $120.00, and what may be spent is $100.00.',
    );
  });

  it('a price that is not named is no nought, and says why', async () => {
    server.price = { estimation_available: false, unavailable_reason: 'train_file_not_validated' };
    const said = await estimate();
    expect(said).toMatchObject({ costUsd: null, tokens: null, refusal: null });
    expect(said?.notes).toContain('No price: the training file is not looked through yet.');
  });

  it('what cannot be asked keeps nobody from training, and a wrong key does', async () => {
    server.strict.instead = ({ path }) =>
      /estimate|limits|preview|configs/.test(path)
        ? { status: 404, body: { error: { message: 'no such thing', type: 'x' } } }
        : null;
    expect(await estimate()).toMatchObject({
      costUsd: null,
      notes: ['No price: no such thing', expect.stringContaining('can be deployed is not known: no such thing')],
      doubts: [],
      refusal: null,
    });
    const { id } = await upload();
    server.strict.instead = () => ({ status: 401, body: { error: { message: 'bad key', type: 'x' } } });
    await expect(provider.jobs.estimate?.({ ...request, trainingFile: id })).rejects.toMatchObject({ kind: 'auth' });
  });
});

describe('a file for Together', () => {
  it('goes to its signed address without the key, and is waited for', async () => {
    const file = await upload();
    expect(file.status).toBe('completed');
    const put = server.strict.calls.findLast(({ method }) => method === 'PUT');
    expect(put?.body.toString()).toBe('a line\n');
    const after = server.strict.calls.slice(server.strict.calls.findLastIndex(({ method }) => method === 'PUT') + 1);
    expect(after.map(({ method, path }) => `${method} ${path}`)).toEqual([
      `POST /v1/files/${file.id}/preprocess`,
      ...Array.from({ length: 3 }, () => `GET /v1/files/${file.id}`),
    ]);
  });

  it.each(['FAILED', 'INVALID_FORMAT'])('that came to %s is refused in its words', async (status) => {
    server.processed = { status, error: 'line 3 has no messages' };
    await expect(upload()).rejects.toMatchObject({
      kind: 'invalid-training-file',
      message: 'Together could not use t.jsonl: line 3 has no messages',
    });
  });

  it.each([
    ['without an address', { 'x-together-file-id': 'file-9' }],
    ['without an id', { location: 'http://127.0.0.1:1/x' }],
  ])('is not sent anywhere %s', async (_, headers) => {
    server.strict.instead = ({ path }) => (path === '/v1/files' ? { status: 302, headers } : null);
    await expect(upload()).rejects.toThrow(/did not say where its bytes go/);
  });

  it('that the storage refuses is not asked about any more', async () => {
    server.strict.instead = ({ method }) => (method === 'PUT' ? { status: 403, body: { message: 'expired' } } : null);
    await expect(upload()).rejects.toMatchObject({ kind: 'forbidden', message: 'expired' });
    expect(server.strict.calls.at(-1)?.method).toBe('PUT');
  });

  it('needs no call that begins its processing', async () => {
    server.strict.instead = ({ path }) => (path.endsWith('/preprocess') ? { status: 404, body: {} } : null);
    expect((await upload()).status).toBe('completed');
  });
});

describe('a refusal of Together', () => {
  const error = (message: string, code: string | null = null) => ({
    error: { message, type: 'invalid_request_error', param: null, code },
  });
  it.each([
    [
      402,
      error('Your balance is below $4.00', 'insufficient_balance'),
      {},
      { kind: 'quota', message: 'Your balance is below $4.00' },
    ],
    [429, error('Slow down'), { 'retry-after': '7' }, { kind: 'rate-limit', detail: { retryAfterMs: 7000 } }],
    [503, error('Overloaded'), {}, { kind: 'server', message: 'Overloaded' }],
    [401, error('Bad key'), {}, { kind: 'auth' }],
  ])('with %i is told in its words, and nothing is asked twice', async (status, body, headers, expected) => {
    server.strict.instead = () => ({ status, body, headers });
    const before = server.strict.calls.length;
    await expect(provider.jobs.create(request)).rejects.toMatchObject(expected);
    await expect(upload()).rejects.toMatchObject({ kind: expected.kind });
    expect(server.strict.calls.length - before).toBe(2);
  });
});
