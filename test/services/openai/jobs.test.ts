import { afterEach, describe, expect, it } from 'vitest';
import type { ProviderKind } from '../../../src/domain/provider/kinds.ts';
import { ProviderError } from '../../../src/domain/provider/provider.ts';
import type { JobRequest } from '../../../src/domain/training/types.ts';
import { hyperparametersForm } from '../../../src/services/openai/dialects/hyperparameters.ts';
import { methodForm } from '../../../src/services/openai/dialects/method.ts';
import { parseJob } from '../../../src/services/openai/job-parse.ts';
import { parseStatus } from '../../../src/services/openai/job-status.ts';
import { jobBody as bodyOf } from '../../../src/services/openai/jobs.ts';
import { providerAt, sendJson, startServer, type TestServer } from './servers.ts';

let server: TestServer | null = null;
afterEach(async () => {
  await server?.close();
  server = null;
});

const FORMS = { method: methodForm, hyperparameters: hyperparametersForm };
const jobBody = (
  asked: JobRequest,
  profile: { readonly kind: ProviderKind; readonly jobDialect: keyof typeof FORMS },
) => bodyOf(asked, profile, FORMS[profile.jobDialect]);

const request: JobRequest = {
  model: 'base',
  trainingFile: 'file-a',
  validationFile: null,
  suffix: 'v1.2',
  seed: 3,
  hyperparameters: { nEpochs: 2, batchSize: 'auto', learningRateMultiplier: 0.5 },
};
const auto: JobRequest = {
  ...request,
  suffix: null,
  seed: null,
  validationFile: 'file-b',
  hyperparameters: { nEpochs: 'auto', batchSize: 'auto', learningRateMultiplier: 'auto' },
};

describe('asking for a job', () => {
  it('uses `method`', () => {
    expect(jobBody(request, { kind: 'openai', jobDialect: 'method' })).toEqual({
      model: 'base',
      training_file: 'file-a',
      suffix: 'v1.2',
      seed: 3,
      method: {
        type: 'supervised',
        supervised: { hyperparameters: { n_epochs: 2, learning_rate_multiplier: 0.5 } },
      },
    });
    expect(jobBody(auto, { kind: 'openai', jobDialect: 'method' })).toEqual({
      model: 'base',
      training_file: 'file-a',
      validation_file: 'file-b',
      method: { type: 'supervised' },
    });
  });

  it('uses top-level hyperparameters where `method` is refused', () => {
    expect(jobBody(request, { kind: 'compatible', jobDialect: 'hyperparameters' })).toEqual({
      model: 'base',
      training_file: 'file-a',
      suffix: 'v1.2',
      seed: 3,
      hyperparameters: { n_epochs: 2, learning_rate_multiplier: 0.5 },
    });
    expect(jobBody(auto, { kind: 'compatible', jobDialect: 'hyperparameters' })).not.toHaveProperty('hyperparameters');
  });

  it('asks for DPO by `method` alone', () => {
    const method = { kind: 'openai', jobDialect: 'method' } as const;
    expect(jobBody({ ...request, method: 'dpo', beta: 0.2 }, method)).toMatchObject({
      method: { type: 'dpo', dpo: { hyperparameters: { beta: 0.2, n_epochs: 2, learning_rate_multiplier: 0.5 } } },
    });
    expect(jobBody({ ...auto, method: 'dpo', beta: 'auto' }, method).method).toEqual({ type: 'dpo' });
    expect(jobBody({ ...request, method: 'supervised', beta: 0.2 }, method)).toEqual(jobBody(request, method));
    const older = { kind: 'compatible', jobDialect: 'hyperparameters' } as const;
    expect(() => jobBody({ ...request, method: 'dpo' }, older)).toThrow(ProviderError);
  });

  it('says in the same place how real weights are trained', () => {
    const engine = { kind: 'embedded', jobDialect: 'method' } as const;
    const hyperparameters = { ...auto.hyperparameters, learningRate: 2e-4, loraRank: 8 };
    const settings = { targetModules: 'q_proj, v_proj', gradientCheckpointing: true, maxLength: 512 } as const;
    const whole = { ...auto, hyperparameters, choices: { weights: 'lora', settings } } as const;
    expect(jobBody(whole, engine).method).toEqual({
      type: 'supervised',
      supervised: {
        hyperparameters: {
          learning_rate: 2e-4,
          lora_r: 8,
          full: false,
          target_modules: ['q_proj', 'v_proj'],
          gradient_checkpointing: true,
          max_length: 512,
        },
      },
    });
    const all = { ...whole, choices: { settings: { targetModules: 'all-linear' } } };
    expect(jobBody(all, engine).method).toHaveProperty('supervised.hyperparameters.target_modules', 'all-linear');
  });

  it('sends what the dialect of the profile says', async () => {
    const started = await startServer((_, response) => sendJson(response, bare));
    server = started;
    for (const jobDialect of ['method', 'hyperparameters'] as const)
      await (await providerAt(started.url, { jobDialect })).jobs.create(request);
    const fields = started.heard.map((one) => Object.keys(one.json()));
    expect(fields).toEqual([
      ['model', 'training_file', 'suffix', 'seed', 'method'],
      ['model', 'training_file', 'suffix', 'seed', 'hyperparameters'],
    ]);
  });

  it('sends Azure a suffix without dots', () => {
    expect(jobBody(request, { kind: 'azure', jobDialect: 'method' }).suffix).toBe('v1-2');
  });

  it('OpenAI is told to report to W&B by itself, and no other provider is', () => {
    const wandb = { project: 'nda', entity: null };
    const openai = { kind: 'openai', jobDialect: 'method' } as const;
    expect(jobBody({ ...request, wandb }, openai).integrations).toEqual([{ type: 'wandb', wandb: { project: 'nda' } }]);
    expect(jobBody({ ...request, wandb: { ...wandb, entity: 'team' } }, openai).integrations?.[0]?.wandb).toEqual({
      project: 'nda',
      entity: 'team',
    });
    expect(jobBody(request, openai)).not.toHaveProperty('integrations');
    for (const kind of ['embedded', 'azure', 'compatible'] as const) {
      expect(() => jobBody({ ...request, wandb }, { kind, jobDialect: 'method' })).toThrow(/Only OpenAI/);
    }
  });
});

const bare = { id: 'ftjob-1', status: 'running', model: 'base', training_file: 'file-a', created_at: 10 };

describe('reading a job', () => {
  it('takes an empty error, nulls and unknown fields for what they are', () => {
    expect(parseJob({ ...bare, error: {}, result_files: null, hyperparameters: null, new_thing: 1 })).toEqual({
      id: 'ftjob-1',
      model: 'base',
      status: 'running',
      fineTunedModel: null,
      trainingFile: 'file-a',
      validationFile: null,
      resultFiles: [],
      hyperparameters: { nEpochs: 'auto', batchSize: 'auto', learningRateMultiplier: 'auto' },
      trainedTokens: null,
      suffix: null,
      seed: null,
      error: null,
      createdAt: 10,
      finishedAt: null,
      estimatedFinish: null,
    });
  });

  it('reads hyperparameters of either dialect', () => {
    const old = { n_epochs: 3, batch_size: 'auto', learning_rate_multiplier: '1.8' };
    expect(parseJob({ ...bare, hyperparameters: old }).hyperparameters).toEqual({
      nEpochs: 3,
      batchSize: 'auto',
      learningRateMultiplier: 1.8,
    });
    const method = { type: 'supervised', supervised: { hyperparameters: { n_epochs: 4, batch_size: 8 } } };
    expect(parseJob({ ...bare, hyperparameters: old, method }).hyperparameters).toEqual({
      nEpochs: 4,
      batchSize: 8,
      learningRateMultiplier: 1.8,
    });
  });

  it('keeps why a job failed', () => {
    const error = { code: 'invalid_n_examples', message: 'has 7', param: 'training_file' };
    expect(parseJob({ ...bare, status: 'failed', error }).error).toEqual(error);
  });

  it.each([
    ['paused', 'paused'],
    ['canceled', 'cancelled'],
    ['Succeeded', 'succeeded'],
    ['notRunning', 'queued'],
    ['SUCCESS', 'succeeded'],
    ['FAILED_VALIDATION', 'failed'],
    ['user_error', 'failed'],
    ['CANCELLATION_REQUESTED', 'running'],
    ['VALIDATED', 'queued'],
    ['STARTED', 'running'],
    ['InProgress', 'running'],
    ['Stopped', 'cancelled'],
    ['JOB_STATE_SUCCEEDED', 'succeeded'],
    ['JOB_STATE_PARTIALLY_SUCCEEDED', 'succeeded'],
    ['JOB_STATE_EARLY_STOPPED', 'succeeded'],
    ['JOB_STATE_EXPIRED', 'failed'],
    ['JOB_STATE_RE_QUEUEING', 'queued'],
    ['loading_dataset', 'validating_files'],
    ['saving', 'running'],
    ['thinking_about_it', 'unknown'],
  ])('reads status %s as %s', (status, ours) => expect(parseStatus(status)).toBe(ours));
});

const event = (n: number) => ({
  object: 'fine_tuning.job.event',
  id: `ftevent-${n}`,
  created_at: 100 + Math.floor(n / 50),
  level: 'info',
  message: `event ${n}`,
  type: 'message',
  data: {},
});

/** Serves `items` newest first in pages, as the service does. */
async function listing(items: readonly ({ readonly id: string } & Record<string, unknown>)[]) {
  const started = await startServer((request_, response) => {
    const limit = Number(request_.query.get('limit') ?? 20);
    const after = request_.query.get('after');
    const start = after === null ? 0 : items.findIndex(({ id }) => id === after) + 1;
    sendJson(response, { data: items.slice(start, start + limit), has_more: start + limit < items.length });
  });
  server = started;
  return { jobs: (await providerAt(started.url)).jobs, heard: started.heard };
}

describe('events', () => {
  const newestFirst = Array.from({ length: 350 }, (_, n) => event(n)).toReversed();

  it('come oldest first, from every page', async () => {
    const { jobs, heard } = await listing(newestFirst);
    const events = await jobs.events('ftjob-1', new Set());
    expect(events.map(({ message }) => message)).toEqual(Array.from({ length: 350 }, (_, n) => `event ${n}`));
    expect(heard.length).toBe(4);
  });

  it('cost a caught-up watcher one page', async () => {
    const { jobs, heard } = await listing(newestFirst);
    const known = new Set(Array.from({ length: 347 }, (_, n) => `ftevent-${n}`));
    expect((await jobs.events('ftjob-1', known)).map(({ id }) => id)).toEqual([
      'ftevent-347',
      'ftevent-348',
      'ftevent-349',
    ]);
    expect(heard.length).toBe(1);
  });

  it('are all found at a server that lists the other way round', async () => {
    const { jobs } = await listing(newestFirst.toReversed());
    const events = await jobs.events('ftjob-1', new Set(['ftevent-0', 'ftevent-1']));
    expect(events.length).toBe(348);
    expect(events[0]?.message).toBe('event 2');
  });

  it('carry figures, from data or from words, and unknown types stay', async () => {
    const { jobs } = await listing([
      { ...event(3), type: 'telepathy' },
      {
        ...event(2),
        type: 'metrics',
        message: 'Step 2/10: training loss=0.25, validation loss=0.37, full validation loss=0.05',
        data: {},
      },
      {
        ...event(1),
        type: 'metrics',
        message: 'Step 1/10: training loss=0.50',
        data: { step: 1, total_steps: 10, train_loss: 0.5, train_mean_token_accuracy: 0.9, valid_loss: 'NaN' },
      },
    ]);
    const events = await jobs.events('ftjob-1', new Set());
    expect(events.map(({ metrics }) => metrics)).toEqual([
      expect.objectContaining({ step: 1, totalSteps: 10, trainLoss: 0.5, trainTokenAccuracy: 0.9, validLoss: null }),
      expect.objectContaining({ step: 2, totalSteps: 10, trainLoss: 0.25, validLoss: 0.37, fullValidLoss: 0.05 }),
      null,
    ]);
    expect(events[2]?.type).toBe('telepathy');
  });
});

describe('a status that is not known', () => {
  it('stands as the server wrote it', () => {
    const read = parseJob({ ...bare, status: 'Thinking_about_it' });
    expect(read).toMatchObject({ status: 'unknown', statusWord: 'Thinking_about_it' });
  });

  it.each([
    [{ status: 3 }, '3'],
    [{ status: undefined, state: 'ARCHIVED' }, 'ARCHIVED'],
    [{ status: null }, 'no status'],
    [{ status: '' }, 'no status'],
    [{ status: { code: 1 } }, 'no status'],
  ])('is told of %j too, and no job is left out for it', (said, statusWord) => {
    expect(parseJob({ ...bare, ...said })).toMatchObject({ status: 'unknown', statusWord });
  });

  it('has ended when there is a tuned model, or a finish time', () => {
    const odd = { ...bare, status: 'ARCHIVED' };
    expect(parseJob({ ...odd, fine_tuned_model: 'ft:x' })).toMatchObject({
      status: 'succeeded',
      statusWord: 'ARCHIVED',
    });
    expect(parseJob({ ...odd, finished_at: 12 })).toMatchObject({ status: 'failed', error: { code: 'ARCHIVED' } });
    expect(parseJob({ ...odd, finished_at: 0 }).status).toBe('unknown');
  });

  it('is the reason of a job that failed without one', () => {
    expect(parseJob({ ...bare, status: 'FAILED_VALIDATION' }).error?.code).toBe('FAILED_VALIDATION');
    expect(parseJob({ ...bare, status: 'failed' }).error).toBeNull();
  });
});

describe('dates of jobs', () => {
  it.each([
    [1_760_000_000, 1_760_000_000],
    ['1760000000', 1_760_000_000],
    [1_760_000_000_000, 1_760_000_000],
    ['2025-10-09T08:53:20Z', 1_760_000_000],
    [0, 0],
    [null, 0],
    ['soon', 0],
  ])('reads %s', (created_at, seconds) => expect(parseJob({ ...bare, created_at }).createdAt).toBe(seconds));
});

describe('checkpoints and lists', () => {
  it('are read from a bare array, and from an object that names them otherwise', async () => {
    let body: unknown = [bare];
    server = await startServer((_request, response) => sendJson(response, body));
    const { jobs, files, models } = await providerAt(server.url);
    expect((await jobs.list()).map(({ id }) => id)).toEqual(['ftjob-1']);
    body = { value: [bare] };
    expect((await jobs.list()).map(({ id }) => id)).toEqual(['ftjob-1']);
    body = [{ id: 'file-1' }];
    expect((await files.list()).map(({ id }) => id)).toEqual(['file-1']);
    expect((await models.list()).map(({ id }) => id)).toEqual(['file-1']);
    body = [event(1)];
    expect((await jobs.events('ftjob-1', new Set())).map(({ id }) => id)).toEqual(['ftevent-1']);
  });

  it('come by step', async () => {
    const checkpoint = (step: number) => ({
      id: `ftckpt_${step}`,
      created_at: step,
      fine_tuned_model_checkpoint: `ft:base:org::x:ckpt-step-${step}`,
      step_number: step,
      fine_tuning_job_id: 'ftjob-1',
      metrics: { step, full_valid_loss: 0.1 * step, full_valid_mean_token_accuracy: 0.5 },
    });
    const { jobs } = await listing([checkpoint(30), checkpoint(20), checkpoint(10)]);
    const found = await jobs.checkpoints('ftjob-1');
    expect(found.map(({ step }) => step)).toEqual([10, 20, 30]);
    expect(found[0]?.metrics).toMatchObject({ step: 10, fullValidLoss: 1, fullValidTokenAccuracy: 0.5 });
  });

  it('are none at a server that knows no checkpoints', async () => {
    server = await startServer((_request, response) => sendJson(response, { error: { message: 'no route' } }, 404));
    expect(await (await providerAt(server.url)).jobs.checkpoints('ftjob-1')).toEqual([]);
  });

  it('end at a server that sends the same page for ever', async () => {
    server = await startServer((_request, response) =>
      sendJson(response, { data: [bare, { odd: 1 }], has_more: true }),
    );
    const jobs = await (await providerAt(server.url)).jobs.list();
    expect(jobs.map(({ id }) => id)).toEqual(['ftjob-1']);
    expect(server.heard.length).toBe(2);
  });

  it('ask for each action by its own address', async () => {
    server = await startServer((_request, response) => sendJson(response, { ...bare, status: 'paused' }));
    const { jobs } = await providerAt(server.url);
    for (const action of ['cancel', 'pause', 'resume'] as const)
      expect((await jobs.act('ftjob-1', action)).status).toBe('paused');
    expect(server.heard.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'POST /v1/fine_tuning/jobs/ftjob-1/cancel',
      'POST /v1/fine_tuning/jobs/ftjob-1/pause',
      'POST /v1/fine_tuning/jobs/ftjob-1/resume',
    ]);
  });
});
