import { expect, test } from 'vitest';
import { ProviderError } from '../../../src/domain/provider/provider.ts';
import { JOB_KEY } from '../../../src/domain/training/asked-jobs.ts';
import type { TuningJob } from '../../../src/domain/training/types.ts';
import { newDisk, openFakeWorkbench } from '../fakes/fake-workbench.ts';
import { JobServer, jobOf } from '../fakes/jobs.ts';
import { fill, trainer } from '../fakes/training.ts';

test('a job that may exist is spoken of before another is started, and another is created only then', async () => {
  const made: unknown[] = [];
  const list: TuningJob[] = [];
  const { provider } = trainer({
    create: async (asked) => {
      made.push(asked);
      throw new ProviderError('server', 'Down.', { status: 503 });
    },
    list: async () => list,
  });
  const app = openFakeWorkbench({ providers: [provider] });
  const { train } = app.workbench;
  fill(app, 40);
  expect(train.mayExist()).toBeNull();
  const starts = [undefined, undefined, { another: true }] as const;
  for (const choice of starts) {
    train.start(choice);
    await app.clock.advance(60_000);
    const { notice } = app.store.getState();
    expect(notice).toMatchObject({ problem: { what: expect.stringMatching(/^A job may exist at embedded/) } });
    expect(train.mayExist()).toMatch(/^A job was asked for at .* and may exist\. It is looked for first\.$/);
  }
  expect(made).toHaveLength(2);
});

test('a job that was asked for before the last end is taken up and followed at the next start', async () => {
  const list: TuningJob[] = [];
  const server = new JobServer([{ events: 1, status: 'succeeded' }]);
  const { provider } = trainer({
    ...server.service(),
    create: async ({ model, key }) => {
      list.push(jobOf({ model, rest: { metadata: { [JOB_KEY]: key ?? '' } } }));
      throw new ProviderError('server', 'Down.', { status: 503 });
    },
    list: async () => {
      if (list.length > 0 && !listed) throw new ProviderError('server', 'Down.', { status: 503 });
      return list;
    },
  });
  let listed = false;
  const disk = newDisk();
  const before = openFakeWorkbench({ disk, providers: [provider] });
  fill(before, 40);
  before.workbench.train.start();
  await before.clock.advance(60_000);
  await before.clock.run(before.close());
  listed = true;
  const after = openFakeWorkbench({ disk, providers: [provider] });
  const notes: string[] = [];
  after.store.subscribe(({ notice }) => notice?.kind === 'note' && notes.push(notice.text));
  after.resume();
  await after.clock.advance(60_000);
  expect(notes[0]).toMatch(/^Job ftjob-1 was asked for at .* no other created\.$/);
  const { jobs, project } = after.store.getState();
  expect(jobs.map(({ job, projectId }) => [job.id, job.status, projectId])).toEqual([
    ['ftjob-1', 'succeeded', project.id],
  ]);
  expect(after.workbench.train.mayExist()).toBeNull();
});
