import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createWakeSignal, watchJob } from '../../../src/app/training/watch.ts';
import { ProviderError } from '../../../src/domain/provider/provider.ts';
import { type FakeDeps, fakeDeps } from '../fakes/fake-deps.ts';
import { JobServer, jobOf, recordOf } from '../fakes/jobs.ts';
import { fakeProvider, providersOf } from '../fakes/provider.ts';

const depsWith = (server: JobServer): FakeDeps =>
  fakeDeps({ providers: providersOf(fakeProvider({ jobs: server.service() })) });

const beats = fc
  .array(fc.record({ events: fc.integer({ min: 0, max: 4 }), status: fc.constant('running' as const) }), {
    maxLength: 12,
  })
  .map((running) => [...running, { events: 0, status: 'succeeded' as const }]);
const faults = fc.array(fc.option(fc.constantFrom('network', 'timeout', 'server', 'rate-limit'), { freq: 1 }), {
  maxLength: 30,
});

describe('watching a job', () => {
  test('every event is stored once and in order, under any failures and a restart', async () => {
    await fc.assert(
      fc.asyncProperty(beats, faults, fc.integer({ min: 0, max: 4000 }), async (life, plan, stopAfter) => {
        let call = 0;
        const server = new JobServer(life, () => {
          const kind = plan[call] ?? null;
          call += 1;
          return kind === null ? null : new ProviderError(kind, 'lost');
        });
        const first = depsWith(server);
        const { clock } = first;
        const record = recordOf(jobOf());
        const before = watchJob(first, { record });
        await clock.advance(stopAfter);
        await first.registry.close();
        expect((await before.finished).endedAt).not.toBeNull();

        const again = { ...depsWith(server), jobs: first.jobs };
        const end = await again.clock.run(watchJob(again, { record: first.jobs.list('p')[0] ?? record }).finished);
        expect(end.status).toBe('succeeded');
        expect(end.detail.jobStatus).toBe('succeeded');
        expect(first.jobs.events('ftjob-1').map((event) => event.id)).toEqual(server.history.map((event) => event.id));
        expect(first.jobs.repeats).toBe(0);
        expect(first.jobs.list('p')[0]?.job.fineTunedModel).toBe('ft:free:org::1');
        expect(first.jobs.checkpoints('ftjob-1').length).toBe(1);
      }),
      { numRuns: 60 },
    );
  });

  test('asks often while events flow, ever more rarely when nothing happens, and never more rarely than every 15 s', async () => {
    const times: number[] = [];
    const server = new JobServer([
      { events: 1, status: 'running' },
      ...Array(30).fill({ events: 0, status: 'running' }),
    ]);
    const service = server.service();
    const deps = fakeDeps({});
    const retrieve = (id: string) => {
      times.push(deps.clock.now());
      return service.retrieve(id);
    };
    const providers = providersOf(fakeProvider({ jobs: { ...service, retrieve } }));
    const handle = watchJob({ ...deps, providers }, { record: recordOf(jobOf()) });
    await deps.clock.advance(300_000);
    const gaps = times.slice(1).map((time, index) => time - (times[index] ?? 0));
    expect(gaps[0]).toBe(250);
    expect(Math.max(...gaps)).toBe(15_000);
    expect(gaps).toEqual(gaps.toSorted((a, b) => a - b));
    handle.cancel();
    expect((await deps.clock.run(handle.finished)).status).toBe('cancelled');
  });

  test('lost polls are reported while they last, and forgotten when they end', async () => {
    let down = true;
    const server = new JobServer(
      [
        { events: 1, status: 'running' },
        { events: 0, status: 'running' },
      ],
      () => (down ? new ProviderError('network', 'no route') : null),
    );
    const deps = depsWith(server);
    const handle = watchJob(deps, { record: recordOf(jobOf()) });
    await deps.clock.advance(20_000);
    expect(handle.snapshot()).toMatchObject({ status: 'running' });
    expect(handle.snapshot().problem?.what).toMatch(/no route/);
    down = false;
    await deps.clock.advance(20_000);
    expect(handle.snapshot().problem).toBeNull();
    expect(handle.snapshot().detail.step).toBe(1);
  });

  test('ends as the job ends: failed with its cause in words, or cancelled', async () => {
    const error = { code: 'invalid_training_file', message: 'Example 3 is broken', param: 'training_file' };
    const failing = depsWith(new JobServer([]));
    let looks = 0;
    const retrieve = async () => {
      looks += 1;
      return jobOf({ status: 'failed', error });
    };
    const providers = providersOf(fakeProvider({ jobs: { ...new JobServer([]).service(), retrieve } }));
    const end = await failing.clock.run(watchJob({ ...failing, providers }, { record: recordOf(jobOf()) }).finished);
    expect(end.status).toBe('failed');
    expect(end.problem?.what).toMatch(/Example 3/);
    expect(looks).toBe(1);

    const cancelled = depsWith(new JobServer([{ events: 0, status: 'cancelled' }]));
    const other = await cancelled.clock.run(watchJob(cancelled, { record: recordOf(jobOf()) }).finished);
    expect(other).toMatchObject({ status: 'cancelled', detail: { jobStatus: 'cancelled' } });
  });

  test('is not asked for parts that its provider does not have, and shows how far it is all the same', async () => {
    const never = async () => {
      throw new Error('asked for what is not there');
    };
    const lives = [jobOf({ status: 'running', progress: 0.4 }), jobOf({ status: 'succeeded', costUsd: 4 })];
    const retrieve = async () => (lives.length > 1 ? lives.shift() : lives[0]) ?? jobOf();
    const lacks = { events: 'It keeps no events.', checkpoints: 'It lists no checkpoints.' };
    const jobs = { ...new JobServer([]).service(), retrieve, events: never, checkpoints: never, lacks };
    const deps = fakeDeps({ providers: providersOf(fakeProvider({ jobs })) });
    const handle = watchJob(deps, { record: recordOf(jobOf()) });
    await deps.clock.advance(1);
    expect(handle.snapshot().fraction).toBe(0.4);
    const end = await deps.clock.run(handle.finished);
    expect(end).toMatchObject({ status: 'succeeded', receipt: { costUsd: 4 } });
  });

  test('waits a little for the reason of a failure that comes after it', async () => {
    const error = { code: 'job_error', message: 'Out of memory', param: null };
    const lives = [jobOf({ status: 'failed' }), jobOf({ status: 'failed', error })];
    const retrieve = async () => (lives.length > 1 ? lives.shift() : lives[0]) ?? jobOf();
    const jobs = { ...new JobServer([]).service(), retrieve };
    const deps = fakeDeps({ providers: providersOf(fakeProvider({ jobs })) });
    const end = await deps.clock.run(watchJob(deps, { record: recordOf(jobOf()) }).finished);
    expect(end.problem?.what).toMatch(/Out of memory/);
    expect(deps.jobs.list('p')[0]?.job.error).toEqual(error);
  });

  test('a wake signal counts while a poll is under way, too', async () => {
    const times: number[] = [];
    const wakeSignal = createWakeSignal();
    const service = new JobServer(Array(30).fill({ events: 0, status: 'running' })).service();
    const deps = fakeDeps({});
    const retrieve = async (id: string) => {
      times.push(deps.clock.now());
      if (times.length === 8) wakeSignal.wake();
      return service.retrieve(id);
    };
    const providers = providersOf(fakeProvider({ jobs: { ...service, retrieve } }));
    const handle = watchJob({ ...deps, providers }, { record: recordOf(jobOf()), wakeSignal });
    await deps.clock.advance(60_000);
    expect((times[8] ?? 0) - (times[7] ?? 0)).toBe(0);
    handle.cancel();
    await deps.clock.run(handle.finished);
  });

  test('one answer that is not of the API (a proxy, say) is a lost poll and no more', async () => {
    const odd = new ProviderError('invalid-request', 'not of the OpenAI API', { code: 'malformed_answer' });
    const answers: (Error | null)[] = [null, null, odd, odd];
    const server = new JobServer(
      [
        { events: 1, status: 'running' },
        { events: 0, status: 'succeeded' },
      ],
      () => answers.shift() ?? null,
    );
    const deps = depsWith(server);
    const end = await deps.clock.run(watchJob(deps, { record: recordOf(jobOf()) }).finished);
    expect(end.status).toBe('succeeded');
  });

  test('a job that is gone ends the watch with a problem, not with endless asking', async () => {
    const deps = depsWith(new JobServer([], () => new ProviderError('not-found', 'No such job')));
    const end = await deps.clock.run(watchJob(deps, { record: recordOf(jobOf()) }).finished);
    expect(end.problem?.what).toMatch(/No such job/);
  });
});

describe('a job under a status that is not known', () => {
  const odd = { ...jobOf(), status: 'unknown', statusWord: 'ARCHIVED' } as const;

  test('is said once, looked at rarely, and ends when the provider names a model', async () => {
    const times: number[] = [];
    const server = new JobServer([{ events: 0, status: 'running' }]);
    const deps = fakeDeps({});
    const retrieve = async () => {
      times.push(deps.clock.now());
      return times.length < 4 ? odd : { ...odd, status: 'succeeded' as const, fineTunedModel: 'ft:x' };
    };
    const providers = providersOf(fakeProvider({ jobs: { ...server.service(), retrieve } }));
    const handle = watchJob({ ...deps, providers }, { record: recordOf(jobOf()) });
    await deps.clock.advance(1000);
    expect(handle.snapshot().problem?.what).toContain('“ARCHIVED”');
    expect(handle.snapshot().detail).toMatchObject({ jobStatus: 'unknown', statusWord: 'ARCHIVED' });
    const end = await deps.clock.run(handle.finished);
    expect(end.status).toBe('succeeded');
    expect((times[1] ?? 0) - (times[0] ?? 0)).toBe(60_000);
  });

  test('keeps a date of its own where the provider gives none', async () => {
    const record = recordOf({ ...jobOf(), createdAt: 77 });
    const undated = { ...odd, createdAt: 0, fineTunedModel: 'ft:x', status: 'succeeded' as const };
    const event = { id: 'e', createdAt: 0, level: 'info', type: 'message', message: 'hello', metrics: null };
    const service = { ...new JobServer([{ events: 0, status: 'running' }]).service() };
    const deps = fakeDeps({});
    const jobs = { ...service, retrieve: async () => undated, events: async () => [event] };
    const providers = providersOf(fakeProvider({ jobs }));
    await deps.clock.run(watchJob({ ...deps, providers }, { record }).finished);
    expect(deps.jobs.list('p')[0]?.job.createdAt).toBe(77);
    expect(deps.jobs.events('ftjob-1')[0]?.createdAt).toBeGreaterThan(0);
  });
});
