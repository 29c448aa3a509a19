import { describe, expect, it } from 'vitest';
import { RequestedSync, type SyncFace, type SyncOptions } from '../../../src/app/tracking/requested-sync.ts';
import { startSync } from '../../../src/app/tracking/sync.ts';
import { ProviderError } from '../../../src/domain/provider/provider.ts';
import { resolveTracking } from '../../../src/domain/tracking/resolve.ts';
import { NO_CHOICES } from '../../../src/domain/tracking/settings.ts';
import { type TrackedRun, TrackingError } from '../../../src/domain/tracking/types.ts';
import type { JobStatus } from '../../../src/domain/training/types.ts';
import { fakeDeps } from '../fakes/fake-deps.ts';
import { jobOf } from '../fakes/jobs.ts';
import { fakeProvider, providersOf } from '../fakes/provider.ts';
import { MemoryTracker } from '../fakes/tracker.ts';

const jobs = (['succeeded', 'running', 'failed'] as const satisfies readonly JobStatus[]).map((status, at) =>
  jobOf({ id: `ftjob-${at + 1}`, status, fineTunedModel: status === 'succeeded' ? 'ft:x' : null }),
);

const evaluationRun = (id: string): TrackedRun => ({
  id,
  name: id,
  jobType: 'eval',
  tags: [],
  config: {},
  startedAt: 1,
  end: { at: 2, outcome: 'finished' },
  history: [],
  system: [],
  output: [],
  summary: {},
  tables: [],
  artifacts: [],
});

/** A provider with three jobs, a tracker, and a face that keeps what it is shown. */
function setUp({ unreachable = false } = {}) {
  const { registry, jobs: store, rows, prices } = fakeDeps({});
  const tracker = new MemoryTracker();
  const provider = fakeProvider({
    jobs: {
      async list() {
        if (unreachable) throw new ProviderError('network', 'Nobody answers.');
        return jobs.toReversed();
      },
      async retrieve(id) {
        const found = jobs.find((job) => job.id === id);
        if (found === undefined) throw new ProviderError('not-found', 'No such job.', { status: 404 });
        return found;
      },
      events: async () => [],
      checkpoints: async () => [],
    },
    files: { content: async () => '' },
  });
  const deps = { registry, jobs: store, rows, prices, tracker, providers: providersOf(provider) };
  const seen: string[] = [];
  const face: SyncFace = {
    async sync({ runId, gather, upload }) {
      seen.push(`${upload} ${runId}`);
      const handle = startSync(deps, { projectId: 'cli', runId, title: runId, gather, upload, asked: true });
      return (await handle.finished).status === 'succeeded';
    },
    skipped: (id, why) => seen.push(`skip ${id}: ${why}`),
    failed: (what) => seen.push(`failed: ${what}`),
  };
  const settings = { ...resolveTracking(NO_CHOICES, {}), project: 'proj' };
  const parts = {
    deps,
    records: { find: () => null },
    tracker,
    settings,
    upload: 'send' as const,
    provider: { name: 'Embedded', connect: async () => provider },
    projectName: () => null,
  };
  const abort = new AbortController();
  async function run(options: SyncOptions = {}) {
    seen.length = 0;
    await new RequestedSync(parts, options, face, abort.signal).run();
    return [...seen];
  }
  return { run, tracker, abort };
}

describe('a requested sync', () => {
  it('sends every ended job, the oldest first, then what else is on disk, and once', async () => {
    const { run, tracker } = setUp();
    await tracker.write(evaluationRun('eval-1'));
    expect(await run()).toEqual([
      'send ftjob-1',
      'skip ftjob-2: it is running; sync it when it has ended',
      'send ftjob-3',
      'send eval-1',
    ]);
    expect(await run()).toEqual([
      'skip ftjob-1: already at https://wandb.ai/team/proj/runs/ftjob-1',
      'skip ftjob-2: it is running; sync it when it has ended',
      'skip ftjob-3: already at https://wandb.ai/team/proj/runs/ftjob-3',
    ]);
  });

  it('of one that still runs sends it as it stands', async () => {
    expect(await setUp().run({ id: 'ftjob-2' })).toEqual(['send ftjob-2']);
  });

  it('leaves runs of another project alone where one is named', async () => {
    const { run, tracker } = setUp({ unreachable: true });
    const here = await tracker.write(evaluationRun('eval-1'));
    const elsewhere = { ...(await tracker.write(evaluationRun('eval-2'))), project: 'another' };
    tracker.list = () => [here, elsewhere];
    expect(await run({ project: 'proj' })).toEqual([expect.stringContaining('cannot be read'), 'send eval-1']);
    expect(await run()).toEqual([expect.stringContaining('cannot be read'), 'send eval-2', 'send eval-1']);
  });

  it('says that the provider cannot be read and goes on with what is on disk', async () => {
    const { run, tracker } = setUp({ unreachable: true });
    await tracker.write(evaluationRun('eval-1'));
    expect(await run()).toEqual(['failed: The jobs of Embedded cannot be read: Nobody answers.', 'send eval-1']);
  });

  it('writes what it cannot send, and tries to reach W&B once', async () => {
    const { run, tracker } = setUp();
    let tries = 0;
    tracker.account = async () => {
      tries += 1;
      throw new TrackingError('offline', 'api.wandb.ai cannot be reached.', 'Check the network.');
    };
    expect((await run()).filter((line) => !line.startsWith('skip'))).toEqual([
      'failed: api.wandb.ai cannot be reached. Check the network. Runs are written here, and sent the next time.',
      'write ftjob-1',
      'write ftjob-3',
    ]);
    expect(tries).toBe(1);
    expect(tracker.uploads).toEqual([]);
  });

  it('begins nothing once it is stopped', async () => {
    const { run, abort } = setUp();
    abort.abort();
    expect(await run()).toEqual([]);
  });
});
