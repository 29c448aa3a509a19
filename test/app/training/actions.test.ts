import { text } from 'node:stream/consumers';
import { describe, expect, test } from 'vitest';
import { spentUsd, tunedModelsOf, unfinishedJobs } from '../../../src/app/core/state.ts';
import type { JobService } from '../../../src/app/runtime/ports.ts';
import { preferenceLine } from '../../../src/domain/dataset/preferences.ts';
import type { Row } from '../../../src/domain/dataset/types.ts';
import { ProviderError } from '../../../src/domain/provider/provider.ts';
import type { JobRequest, TuningJob } from '../../../src/domain/training/types.ts';
import { newDisk, openFakeWorkbench } from '../fakes/fake-workbench.ts';
import { JobServer, jobOf, recordOf } from '../fakes/jobs.ts';
import { fakeProvider } from '../fakes/provider.ts';
import { rowOf } from '../fakes/rows.ts';
import { fill, trainer, tuned } from '../fakes/training.ts';

describe('training', () => {
  test('a job is quoted, made, followed to its end, and its model is offered beside its base in Chat', async () => {
    const { provider } = trainer();
    const app = openFakeWorkbench({ providers: [provider] });
    fill(app, 40);
    const quote = await app.clock.run(app.workbench.train.quote());
    expect(quote).toMatchObject({ ok: true, value: { model: 'practice-small', costUsd: 0 } });
    app.workbench.train.start();
    await app.clock.advance(60_000);
    const state = app.store.getState();
    expect(state.jobs).toMatchObject([{ job: { status: 'succeeded', fineTunedModel: tuned }, quoteUsd: 0 }]);
    expect(app.workbench.reads.version(['jobs'])).toBeGreaterThan(2);
    expect(state.project.chat.models).toEqual([tuned, 'free']);
    expect(state.models).toMatchObject({ status: 'ready', models: [{ id: tuned }] });
    expect(tunedModelsOf(state.jobs, 'embedded')).toEqual([tuned]);
    expect(spentUsd(state)).toBe(0);
    expect(app.workbench.train.events('ftjob-1').length).toBe(4);
    const [record] = state.jobs;
    expect(record && (await app.workbench.train.saveResults(record))).toMatchObject({ ok: true });
    expect([...app.disk.documents.files.keys()]).toEqual(['/exports/ftjob-1-results.csv']);
  });

  test('a tuned model that answers only when it is deployed is not offered in Chat', async () => {
    const app = openFakeWorkbench({ providers: [trainer().provider] });
    const profiles = app.store.getState().profiles.map((one) => ({ ...one, jobDialect: 'together' as const }));
    app.store.setState({ profiles });
    fill(app, 40);
    const before = app.store.getState().project.chat.models;
    app.workbench.train.start();
    await app.clock.advance(60_000);
    const state = app.store.getState();
    expect(state.jobs).toMatchObject([{ job: { status: 'succeeded', fineTunedModel: tuned } }]);
    expect(state.project.chat.models).toEqual(before);
  });

  test('a quote says what is on both sides and what is flagged; rows a provider would refuse are not sent', async () => {
    const { provider } = trainer();
    const app = openFakeWorkbench({ providers: [provider] });
    const projectId = app.store.getState().project.id;
    const row = (n: number, question: string, split: 'train' | 'validation', change: Partial<Row> = {}) =>
      rowOf(`r${n}`, { projectId, cell: {}, prompt: [{ role: 'user', content: question }], split, ...change });
    app.disk.deps.rows.put([
      ...Array.from({ length: 12 }, (_, n) => row(n, `question ${n}`, 'train', { completion: `answer ${n}` })),
      row(20, 'question 3', 'validation', { completion: 'answer 3' }),
      row(21, 'question 4', 'validation', { completion: 'another' }),
      row(22, 'else', 'validation', { completion: "I'm sorry, but I can't help with that." }),
    ]);
    const quote = await app.clock.run(app.workbench.train.quote());
    expect(quote).toMatchObject({
      ok: true,
      value: { flagged: 1, refusal: null, leaks: { training: 12, validation: 3, lines: 1, prompts: 1, near: 0 } },
    });
    app.disk.deps.rows.put([
      row(23, 'tools', 'validation', { whole: '{"messages": [{"role": "usr", "content": "x"}]}', completion: 'x' }),
    ]);
    app.workbench.train.start();
    await app.clock.advance(60_000);
    expect(app.store.getState().jobs).toEqual([]);
    expect(app.store.getState().notice).toMatchObject({
      kind: 'problem',
      problem: { what: expect.stringContaining('A job would refuse these rows: ') },
    });
  });

  test('results that cannot be read are a problem, and no file is written', async () => {
    const provider = fakeProvider({
      files: {
        content: async () => {
          throw new ProviderError('not-found', 'No such File object: file-9');
        },
      },
    });
    const app = openFakeWorkbench({ providers: [provider] });
    const record = recordOf(jobOf({ status: 'succeeded', resultFiles: ['file-9'] }));
    expect(await app.workbench.train.saveResults(record)).toMatchObject({
      ok: false,
      problem: { what: expect.stringContaining('No such File object: file-9') },
    });
    expect([...app.disk.documents.files.keys()]).toEqual([]);
  });

  test('a report to W&B that the provider cannot make is not requested, and the person sees so', async () => {
    const requests: JobRequest[] = [];
    const { provider } = trainer({
      create: async (request) => {
        requests.push(request);
        return jobOf({ model: 'practice-small' });
      },
    });
    const opened = openFakeWorkbench({ providers: [provider] });
    fill(opened, 40);
    opened.workbench.projects.update((project) => ({ ...project, training: { ...project.training, wandb: true } }));
    opened.workbench.train.start();
    expect(opened.store.getState().notice).toMatchObject({
      text: expect.stringContaining('Only OpenAI reports to W&B'),
    });
    await opened.clock.advance(60_000);
    expect(requests).toHaveLength(1);
    expect(requests[0]?.wandb).toBeUndefined();
  });

  test('a second start while the first is not yet a job makes no second job', async () => {
    const made: string[] = [];
    const { provider } = trainer({
      create: async () => {
        made.push('job');
        return jobOf({ id: `ftjob-${made.length}`, model: 'practice-small' });
      },
    });
    const app = openFakeWorkbench({ providers: [provider] });
    fill(app, 40);
    app.workbench.train.start();
    app.workbench.train.start();
    expect(app.store.getState().notice).toMatchObject({ kind: 'note', text: expect.stringMatching(/being started/) });
    await app.clock.advance(60_000);
    expect(made.length).toBe(1);
    app.workbench.train.start();
    await app.clock.advance(60_000);
    expect(made.length).toBe(2);
  });

  test('a second start says that its files are at the provider already', async () => {
    const { provider } = trainer({
      create: async () => {
        throw new ProviderError('rate-limit', 'Slow down.', { status: 429 });
      },
    });
    const files = { ...provider.files, standing: async () => 'there' as const };
    const app = openFakeWorkbench({ providers: [{ ...provider, files }] });
    fill(app, 40);
    const notes: string[] = [];
    app.store.subscribe(({ notice }) => notice?.kind === 'note' && notes.push(notice.text));
    for (let start = 0; start < 2; start += 1) {
      app.workbench.train.start();
      await app.clock.advance(60_000);
    }
    expect(new Set(notes)).toContain(
      'd-d-characters-train.jsonl is already at embedded as file-1, so it is not sent again.',
    );
  });

  test('another job with other settings starts while one is sent, and both are followed to their end', async () => {
    const servers = new Map<string, JobServer>();
    const sent: string[] = [];
    const first = Promise.withResolvers<void>();
    const { provider } = trainer({
      create: async ({ suffix, hyperparameters }) => {
        const id = `ftjob-${suffix}`;
        servers.set(
          id,
          new JobServer([
            { events: 2, status: 'running' },
            { events: 1, status: 'succeeded' },
          ]),
        );
        return jobOf({ id, model: 'practice-small', suffix, hyperparameters });
      },
      retrieve: async (id) => ({ ...(await serviceOf(id).retrieve(id)), id }),
      events: (id, known) => serviceOf(id).events(id, known),
    });
    const serviceOf = (id: string): Pick<JobService, 'retrieve' | 'events'> => {
      const server = servers.get(id);
      if (server === undefined) throw new Error(`no job ${id}`);
      return server.service();
    };
    const upload: typeof provider.files.upload = async (file, options) => {
      sent.push(file.filename);
      if (sent.length === 1) await first.promise;
      return provider.files.upload(file, options);
    };
    const app = openFakeWorkbench({ providers: [{ ...provider, files: { ...provider.files, upload } }] });
    fill(app, 40);
    const startWith = (suffix: string, nEpochs: number) => {
      app.workbench.projects.update((project) => ({
        ...project,
        training: {
          ...project.training,
          suffix,
          hyperparameters: { ...project.training.hyperparameters, nEpochs },
        },
      }));
      app.workbench.train.start();
    };
    startWith('one', 2);
    await app.clock.advance(1000);
    expect(sent.length).toBe(1);
    app.workbench.train.start();
    expect(app.store.getState().notice).toMatchObject({ kind: 'note', text: expect.stringMatching(/being started/) });
    startWith('two', 5);
    await app.clock.advance(1000);
    first.resolve();
    await app.clock.advance(60_000);
    const { jobs } = app.store.getState();
    const told = jobs.map(({ job, asked }) => [job.id, job.status, asked?.nEpochs]);
    expect(told.toSorted()).toEqual([
      ['ftjob-one', 'succeeded', 2],
      ['ftjob-two', 'succeeded', 5],
    ]);
    expect(new Set(jobs.map(({ data }) => data?.training)).size).toBe(1);
    expect(jobs[0]?.data?.training).toMatch(/^[0-9a-f]{8}$/);
    for (const { job } of jobs) expect(app.workbench.train.events(job.id).length).toBeGreaterThan(0);
  });

  test('by DPO, pairs are quoted, uploaded and trained on', async () => {
    const asked: JobRequest[] = [];
    const sent: Promise<string>[] = [];
    const { provider } = trainer();
    const create: JobService['create'] = async (request) => {
      asked.push(request);
      return jobOf({ model: request.model });
    };
    const upload: typeof provider.files.upload = (file, options) => {
      sent.push(text(file.body()));
      return provider.files.upload(file, options);
    };
    const tuner = {
      ...provider,
      id: 'tuner',
      files: { ...provider.files, upload },
      jobs: { ...provider.jobs, create },
    };
    const app = openFakeWorkbench({ providers: [provider, tuner] });
    const projectId = app.store.getState().project.id;
    app.disk.deps.rows.put(
      Array.from({ length: 24 }, (_, n) =>
        rowOf(`r${n}`, {
          projectId,
          prompt: [{ role: 'user', content: `q${n >> 1}` }],
          rating: n % 2 === 0 ? 'accepted' : 'rejected',
        }),
      ),
    );
    app.workbench.projects.update((project) => ({
      ...project,
      training: { ...project.training, method: 'dpo', beta: 0.2, validationShare: 0.1 },
    }));
    app.workbench.train.start();
    expect(app.store.getState().notice).toMatchObject({
      problem: { what: expect.stringContaining('supervised only') },
    });

    app.workbench.projects.update((project) => ({ ...project, providerId: 'tuner' }));
    const quote = await app.clock.run(app.workbench.train.quote());
    if (!quote.ok) throw new Error(quote.problem.what);
    expect(quote.value.trainExamples + quote.value.validationExamples).toBe(12);
    app.workbench.train.start();
    await app.clock.advance(60_000);
    expect(asked).toMatchObject([{ method: 'dpo', beta: 0.2 }]);
    expect(app.store.getState().jobs).toMatchObject([{ method: 'dpo', trainRows: quote.value.trainExamples }]);
    const lines = (await Promise.all(sent)).join('').trimEnd().split('\n');
    expect(lines.length).toBe(12);
    expect(lines.toSorted()[0]).toBe(
      preferenceLine({
        prompt: [{ role: 'user', content: 'q0' }],
        preferred: 'Answer r0',
        other: 'Answer r1',
      }).trimEnd(),
    );
    const exported = await app.clock.run(
      app.workbench.dataset.export({ path: '/exports/pairs.jsonl', replace: false }, 'dpo', 'accepted'),
    );
    expect(exported).toMatchObject({ ok: true, value: expect.stringContaining('12 pairs') });
    expect(app.disk.documents.files.get('/exports/pairs.jsonl')?.trimEnd().split('\n').toSorted()).toEqual(
      lines.toSorted(),
    );
    app.workbench.settings.setKey('embedded', 'Answer r1');
    const masked = await app.clock.run(
      app.workbench.dataset.export({ path: '/exports/pairs.jsonl', replace: true }, 'dpo', 'accepted'),
    );
    expect(masked).toMatchObject({ ok: true, value: expect.stringContaining('in use stood in it and') });
    expect(app.disk.documents.files.get('/exports/pairs.jsonl')).not.toContain('Answer r1"');
  });

  test('a setting the provider would refuse is a problem before anything is uploaded', () => {
    const app = openFakeWorkbench({ providers: [trainer().provider] });
    fill(app, 40);
    app.workbench.projects.update((project) => ({
      ...project,
      training: { ...project.training, hyperparameters: { ...project.training.hyperparameters, nEpochs: 99 } },
    }));
    app.workbench.train.start();
    expect(app.store.getState().notice).toMatchObject({
      kind: 'problem',
      problem: { saved: expect.stringMatching(/Nothing was uploaded/) },
    });
  });

  test('closing the app and opening it again finds the jobs of every project and catches up, each event once', async () => {
    const disk = newDisk();
    const { server, provider } = trainer();
    const first = openFakeWorkbench({ disk, providers: [provider] });
    const projectId = first.store.getState().project.id;
    disk.deps.jobs.save({ ...recordOf(jobOf()), projectId });
    first.resume();
    await first.clock.advance(100);
    expect(unfinishedJobs(first.store.getState())).toBe(1);
    first.workbench.projects.create('Other', 'empty');
    await first.close();

    const second = openFakeWorkbench({ disk, providers: [provider] });
    expect(second.store.getState().project.name).toBe('Other');
    second.resume();
    await second.clock.advance(60_000);
    second.workbench.projects.open(projectId);
    expect(second.store.getState().jobs).toMatchObject([{ job: { status: 'succeeded' } }]);
    const stored = disk.deps.jobs.events('ftjob-1').map((event) => event.id);
    expect(stored).toEqual(server.history.map((event) => event.id));
    expect(disk.deps.jobs.repeats).toBe(0);
    expect(second.store.getState().project.chat.models).toEqual([tuned, 'free']);
  });

  test('pausing a job shows at once and wakes its watch', async () => {
    const asked: number[] = [];
    let job: TuningJob = jobOf({ status: 'running' });
    const { provider } = trainer({
      retrieve: async () => {
        asked.push(app.clock.now());
        return job;
      },
      events: async () => [],
      act: async () => {
        job = { ...job, status: 'paused' };
        return job;
      },
    });
    const app = openFakeWorkbench({ providers: [provider] });
    const projectId = app.store.getState().project.id;
    app.disk.deps.jobs.save({ ...recordOf(job), projectId });
    app.resume();
    await app.clock.advance(40_000);
    const before = asked.length;
    expect(await app.workbench.train.act('ftjob-1', 'pause')).toMatchObject({ ok: true });
    await app.clock.advance(1);
    expect(asked.length).toBe(before + 1);
    expect(app.store.getState().jobs[0]?.job.status).toBe('paused');
    expect(app.store.getState().operations.filter(({ endedAt }) => endedAt === null).length).toBe(1);
    expect(await app.workbench.train.act('ftjob-9', 'pause')).toMatchObject({ ok: false });
    await app.close();
  });
});
