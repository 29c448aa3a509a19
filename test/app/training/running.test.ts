import { expect, test } from 'vitest';
import { trainingFiles } from '../../../src/app/dataset/training-files.ts';
import { startTraining, type TrainRequest } from '../../../src/app/training/start.ts';
import { ProviderError } from '../../../src/domain/provider/provider.ts';
import type { JobStatus, TuningJob } from '../../../src/domain/training/types.ts';
import { fakeDeps } from '../fakes/fake-deps.ts';
import { JobServer, jobOf } from '../fakes/jobs.ts';
import { fakeProvider, providersOf, remoteFile } from '../fakes/provider.ts';

const lines = Array.from({ length: 12 }, (_, index) => `{"line":${index}}\n`);
const job = { model: 'free', suffix: 'dnd', seed: 1, hyperparameters: jobOf().hyperparameters };
const base: TrainRequest = {
  projectId: 'p',
  providerId: 'embedded',
  dialect: { kind: 'embedded', jobDialect: 'method' },
  quoteUsd: 0.5,
  job,
  files: () => trainingFiles({ training: lines, validation: [] }, 'p'),
  another: { how: 'Say so.', agreed: async () => false },
  running: 'taken-up',
  detach: true,
};

function world() {
  const there = new Map<string, TuningJob>();
  const create = async () => {
    const made = jobOf({ id: `ftjob-${there.size + 1}`, status: 'running', createdAt: there.size + 1 });
    there.set(made.id, made);
    return made;
  };
  const retrieve = async (id: string): Promise<TuningJob> => {
    const found = there.get(id);
    if (found === undefined) throw new ProviderError('not-found', 'no such job', { status: 404 });
    return found;
  };
  const provider = fakeProvider({
    files: { upload: async () => remoteFile('file-1', 't', 1), standing: async () => 'there' as const },
    jobs: { ...new JobServer([]).service(), create, retrieve, list: async () => [...there.values()] },
  });
  const deps = fakeDeps({ providers: providersOf(provider) });
  const told: string[] = [];
  const start = async (change: Partial<TrainRequest> = {}) => {
    const handle = startTraining(deps, { ...base, onFound: (text) => told.push(text), ...change });
    await deps.clock.run(handle.finished);
    return handle.record()?.job.id ?? null;
  };
  const becomes = (id: string, status: JobStatus) => there.set(id, { ...jobOf({ id }), status });
  return { there, deps, told, start, becomes };
}

test('a job of the same training that runs is taken up, and said to be', async () => {
  const { start, told, there } = world();
  expect([await start(), await start()]).toEqual(['ftjob-1', 'ftjob-1']);
  expect(there.size).toBe(1);
  expect(told).toEqual([
    expect.stringMatching(/^Job ftjob-1 .* is running: it is taken up, .*; --new makes another\.$/),
  ]);
});

test('one that has gone well since nobody looked is no reason for another', async () => {
  const { start, told, becomes, there } = world();
  await start();
  becomes('ftjob-1', 'succeeded');
  expect([await start(), there.size]).toEqual(['ftjob-1', 1]);
  expect(told).toEqual([expect.stringContaining('has ended since: succeeded')]);
  expect([await start(), there.size]).toEqual(['ftjob-2', 2]);
});

test.each(['failed', 'cancelled'] as const)('one that %s is stored as that, and another made', async (status) => {
  const { start, told, becomes, deps } = world();
  await start();
  becomes('ftjob-1', status);
  expect([await start(), told]).toEqual(['ftjob-2', []]);
  expect(
    deps.jobs
      .list('p')
      .map(({ job: one }) => one.status)
      .toSorted(),
  ).toEqual([status, 'running'].toSorted());
});

test('one that the provider does not have is none', async () => {
  const { start, there } = world();
  await start();
  there.clear();
  await start();
  expect(there.size).toBe(1);
});

test.each<[string, Partial<TrainRequest>]>([
  ['seed', { job: { ...job, seed: 2 } }],
  ['suffix', { job: { ...job, suffix: 'other' } }],
  ['model', { job: { ...job, model: 'free-2' } }],
  ['epochs', { job: { ...job, hyperparameters: { ...job.hyperparameters, nEpochs: 2 } } }],
  ['beta', { job: { ...job, beta: 0.2 } }],
  ['method', { job: { ...job, method: 'supervised', beta: 0.3 } }],
  ['lines', { files: () => trainingFiles({ training: [...lines, '{"line":12}\n'], validation: [] }, 'p') }],
  ['project', { projectId: 'q' }],
])('one of another %s is none', async (_, change) => {
  const { start } = world();
  await start();
  expect(await start(change)).toBe('ftjob-2');
});

test('another is made where a person wants one', async () => {
  const { start, told } = world();
  await start();
  expect(await start({ running: 'none' })).toBe('ftjob-2');
  expect(told).toEqual([]);
});
