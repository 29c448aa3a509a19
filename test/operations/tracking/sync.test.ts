import { describe, expect, it } from 'vitest';
import { ProviderError } from '../../../src/domain/provider/errors.ts';
import { TrackingError } from '../../../src/domain/tracking/errors.ts';
import { gatherJob } from '../../../src/operations/tracking/job.ts';
import { startSync } from '../../../src/operations/tracking/sync.ts';
import { benchOf } from '../fakes/bench.ts';
import { eventOf, jobOf, recordOf } from '../fakes/jobs.ts';
import { fakeProvider, providersOf } from '../fakes/provider.ts';
import { MemoryTracker } from '../fakes/tracker.ts';

const job = jobOf({
  ...{ status: 'succeeded', fineTunedModel: 'ft:x', trainingFile: 'file-1', validationFile: 'file-2' },
  ...{ resultFiles: ['file-r'], finishedAt: 9 },
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

function bench() {
  const { registry, jobs } = benchOf({});
  const tracker = new MemoryTracker();
  const deps = { registry, tracker, jobs, providers: providersOf(provider) };
  const wanted = { job, record: null, providerId: 'embedded', projectName: null, log: false };
  return {
    ...deps,
    start: (upload: 'send' | 'write', overwrite = false) =>
      startSync(deps, {
        ...{ projectId: 'p', runId: job.id, title: 'Track', asked: true, upload, overwrite },
        gather: (gathering) => gatherJob(deps, wanted, gathering),
      }),
  };
}

describe('syncing a run', () => {
  it('puts a job together from what its provider says, writes and sends it, and tells what it had to do without', async () => {
    const { start, tracker } = bench();
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
    const { start, tracker } = bench();
    const end = await start('write').finished;
    expect(end.receipt?.summary).toContain('Written to /wandb/offline-run-ftjob-1.');
    expect(tracker.uploads).toEqual([]);
  });

  it('that fails keeps what is written, and sends it the next time', async () => {
    const { start, tracker } = bench();
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
    const { start, tracker } = bench();
    const { promise, resolve } = Promise.withResolvers<void>();
    tracker.gate = promise;
    const handle = start('send');
    await tracker.begun.promise;
    handle.cancel();
    resolve();
    expect((await handle.finished).status).toBe('cancelled');
    expect(tracker.sent.size).toBe(0);
  });

  it('of a job with a record reads events from the store and not from the provider', async () => {
    const { jobs, providers } = bench();
    jobs.addEvents(job.id, [eventOf(7, 'Step 7', 7)]);
    const gathering = { signal: new AbortController().signal, tell: () => {}, missing: () => {} };
    const wanted = { job, record: recordOf(job), providerId: 'embedded', projectName: 'P', log: true };
    const run = await gatherJob({ jobs, providers }, wanted, gathering);
    expect(run.output.map(({ text }) => text)).toEqual(['Step 7']);
  });

  it('of a provider that cannot be reached has what is known here', async () => {
    const { jobs } = bench();
    jobs.addEvents(job.id, [eventOf(2, 'Step 2', 2)]);
    const missing: string[] = [];
    const gathering = {
      signal: new AbortController().signal,
      tell: () => {},
      missing: (what: string) => missing.push(what),
    };
    const wanted = { job, record: recordOf(job), providerId: 'gone', projectName: 'P', log: false };
    const run = await gatherJob({ jobs, providers: providersOf() }, wanted, gathering);
    expect(run.history.map(({ step }) => step)).toEqual([2]);
    expect(run.artifacts.map(({ name }) => name)).toEqual(['model-metadata']);
    expect(missing[0]).toContain('cannot be reached');
  });
});
