import { describe, expect, it } from 'vitest';
import { gatherJob } from '../../../src/app/tracking/gather.ts';
import { startSync } from '../../../src/app/tracking/sync.ts';
import { ProviderError } from '../../../src/domain/provider/provider.ts';
import { TrackingError } from '../../../src/domain/tracking/types.ts';
import { fakeDeps } from '../fakes/fake-deps.ts';
import { eventOf, JobServer, jobOf, recordOf } from '../fakes/jobs.ts';
import { fakeProvider, providersOf } from '../fakes/provider.ts';
import { MemoryTracker } from '../fakes/tracker.ts';

const job = jobOf({
  status: 'succeeded',
  fineTunedModel: 'ft:x',
  trainingFile: 'file-1',
  validationFile: 'file-2',
  resultFiles: ['file-r'],
  finishedAt: 9,
});
const CONTENTS: Readonly<Record<string, string>> = {
  'file-1': '{"messages":[{"role":"user","content":"x"}]}\n',
  'file-r': 'step,train_loss\n1,0.5\n',
};

/** A provider that holds the job's files but for the validation file. */
const provider = fakeProvider({
  files: {
    async content(id) {
      const found = CONTENTS[id];
      if (found === undefined) throw new ProviderError('forbidden', 'Not allowed to download.', { status: 403 });
      return found;
    },
  },
  jobs: { events: async () => [eventOf(1, 'Step 1', 1)], checkpoints: async () => [] },
});

const silent = (missing: string[] = []) => ({
  signal: new AbortController().signal,
  report: () => {},
  missing: (what: string) => missing.push(what),
});

function fakeSync() {
  const { registry, jobs } = fakeDeps({});
  const tracker = new MemoryTracker();
  const deps = { registry, tracker, jobs, providers: providersOf(provider) };
  const wanted = { job, record: null, providerId: 'embedded', projectName: null, log: false };
  return {
    ...deps,
    start: (upload: 'send' | 'write', overwrite = false) =>
      startSync(deps, {
        projectId: 'p',
        runId: job.id,
        title: 'Track',
        asked: true,
        upload,
        overwrite,
        gather: (gathering) => gatherJob(deps, wanted, gathering),
      }),
  };
}

describe('syncing a run', () => {
  it('puts a job together from what its provider says, writes and sends it, and names what it had to do without', async () => {
    const { start, tracker } = fakeSync();
    const end = await start('send').finished;
    expect(end.status).toBe('succeeded');
    expect(end.detail.url).toBe('https://wandb.ai/team/proj/runs/ftjob-1');
    expect(end.receipt?.summary).toContain('Synced: https://wandb.ai/team/proj/runs/ftjob-1');
    expect(end.receipt?.summary).toContain('does not hand out the validation file (file-2)');
    const run = tracker.sent.get(job.id);
    expect(run?.artifacts.map(({ name }) => name)).toEqual(['train-file-1', 'model-metadata']);
    expect(run?.history.map(({ step }) => step)).toEqual([1]);
  });

  it('without a key leaves the run on this machine and says where', async () => {
    const { start, tracker } = fakeSync();
    const end = await start('write').finished;
    expect(end.receipt?.summary).toContain('Written to /wandb/offline-run-ftjob-1.');
    expect(tracker.uploads).toEqual([]);
  });

  it('that fails keeps what is written, and sends it the next time', async () => {
    const { start, tracker } = fakeSync();
    tracker.failure = new TrackingError('offline', 'api.wandb.ai cannot be reached.', 'Check the network.');
    const end = await start('send').finished;
    expect(end.status).toBe('failed');
    expect(end.problem).toEqual({
      what: 'api.wandb.ai cannot be reached.',
      saved: 'The run stays in /wandb/offline-run-ftjob-1.',
      next: 'Check the network.',
    });
    expect(tracker.written.has(job.id)).toBe(true);
    tracker.failure = null;
    expect((await start('send').finished).status).toBe('succeeded');
  });

  it('can be cancelled while it is sent', async () => {
    const { start, tracker } = fakeSync();
    const { promise, resolve } = Promise.withResolvers<void>();
    tracker.gate = promise;
    const handle = start('send');
    await tracker.begun.promise;
    handle.cancel();
    resolve();
    expect((await handle.finished).status).toBe('cancelled');
    expect(tracker.sent.size).toBe(0);
  });

  it('of a job that nobody watched has what the provider reports beside what is stored, and keeps it', async () => {
    const { jobs, providers } = fakeSync();
    const points = await new JobServer([]).service().checkpoints(job.id);
    const asked: ReadonlySet<string>[] = [];
    const told = fakeProvider({
      files: { content: async () => '' },
      jobs: {
        // A page goes back to a known event, and may bring it again.
        events: async (_, known) => {
          asked.push(known);
          return [eventOf(7, 'Step 7', 7), eventOf(8, 'Step 8', 8), eventOf(8, 'Step 8', 8)];
        },
        checkpoints: async () => points,
      },
    });
    jobs.addEvents(job.id, [eventOf(7, 'Step 7', 7)]);
    const wanted = { job, record: recordOf(job), providerId: 'embedded', projectName: 'P', log: true };
    const run = await gatherJob({ jobs, providers: providersOf(told) }, wanted, silent());
    expect(asked).toEqual([new Set(['ftevent-7'])]);
    expect(run.output.map(({ text }) => text)).toEqual(['Step 7', 'Step 8']);
    expect(run.config.luthier).toMatchObject({ checkpoints: [{ step: 1, model: 'ck' }] });
    expect(jobs.events(job.id).map(({ id }) => id)).toEqual(['ftevent-7', 'ftevent-8']);
    expect(jobs.checkpoints(job.id)).toEqual(points);
    expect(jobs.repeats).toBe(0);
    // Of a job that is none of ours nothing is kept.
    const other = { ...wanted, job: { ...job, id: 'ftjob-2' }, record: null };
    expect((await gatherJob({ jobs, providers }, other, silent())).history.map(({ step }) => step)).toEqual([1]);
    expect(jobs.events('ftjob-2')).toEqual([]);
  });

  it('of a job whose provider does not give its events has those that are stored', async () => {
    const { jobs } = fakeSync();
    jobs.addEvents(job.id, [eventOf(7, 'Step 7', 7)]);
    const refused = async () => {
      throw new ProviderError('forbidden', 'Not yours.', { status: 403 });
    };
    const told = fakeProvider({
      files: { content: async () => '' },
      jobs: { events: refused, checkpoints: refused },
    });
    const missing: string[] = [];
    const wanted = { job, record: recordOf(job), providerId: 'embedded', projectName: 'P', log: true };
    const run = await gatherJob({ jobs, providers: providersOf(told) }, wanted, silent(missing));
    expect(run.output.map(({ text }) => text)).toEqual(['Step 7']);
    expect(missing).toMatchObject([expect.stringContaining("job's events"), expect.stringContaining('checkpoints')]);
  });

  it('of a provider that cannot be reached has what is known here', async () => {
    const { jobs } = fakeSync();
    jobs.addEvents(job.id, [eventOf(2, 'Step 2', 2)]);
    const missing: string[] = [];
    const wanted = { job, record: recordOf(job), providerId: 'gone', projectName: 'P', log: false };
    const run = await gatherJob({ jobs, providers: providersOf() }, wanted, silent(missing));
    expect(run.history.map(({ step }) => step)).toEqual([2]);
    expect(run.artifacts.map(({ name }) => name)).toEqual(['model-metadata']);
    expect(missing[0]).toContain('cannot be reached');
  });
});
