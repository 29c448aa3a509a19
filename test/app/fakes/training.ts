import type { JobService } from '../../../src/app/runtime/ports.ts';
import { NO_CHOICES, type TrackingMode } from '../../../src/domain/tracking/settings.ts';
import type { TrackedRun } from '../../../src/domain/tracking/types.ts';
import type { JobStatus } from '../../../src/domain/training/types.ts';
import { type FakeWorkbench, newDisk, openFakeWorkbench } from './fake-workbench.ts';
import { JobServer, jobOf } from './jobs.ts';
import { fakeProvider, remoteFile } from './provider.ts';
import { rowOf } from './rows.ts';

export const JOB = { kind: 'job', id: 'ftjob-1' } as const;

const LINE = '{"messages":[{"role":"user","content":"q"},{"role":"assistant","content":"a"}]}\n';

/** A provider that hands out the files of any job, and has no more to say of it. */
export const fileProvider = () =>
  fakeProvider({
    files: { content: async () => LINE },
    jobs: { events: async () => [], checkpoints: async () => [] },
  });

export const tuned = 'ft:free:org::1';

/** A provider whose job runs for two looks and is then done. */
export function trainer(parts: Partial<JobService> = {}) {
  const server = new JobServer([
    { events: 2, status: 'running' },
    { events: 1, status: 'running' },
    { events: 0, status: 'succeeded' },
  ]);
  const provider = fakeProvider({
    files: {
      upload: async ({ filename, bytes }) => remoteFile('file-1', filename, bytes),
      content: async () => 'step,train_loss\n1,0.5\n',
    },
    jobs: { ...server.service(), create: async () => jobOf({ model: 'practice-small' }), ...parts },
    models: {
      list: async () => [{ id: tuned, ownedBy: 'me', shutdownDate: null, tuned: true }],
    },
  });
  return { server, provider };
}

/** Rows to train on. */
export const fill = ({ store, disk }: FakeWorkbench, count: number) => {
  const projectId = store.getState().project.id;
  disk.deps.rows.put(
    Array.from({ length: count }, (_, n) => rowOf(`r${n}`, { projectId, cell: { race: `${n}`, class: 'b' } })),
  );
};

/** A workbench with rows to train on and a provider whose job runs for some beats and then ends as given. */
export function openToTrain(mode: TrackingMode, { runs = 2, end = 'succeeded' as JobStatus } = {}): FakeWorkbench {
  const server = new JobServer([
    ...Array.from({ length: runs }, () => ({ events: 2, status: 'running' as const })),
    { events: 0, status: end },
  ]);
  const provider = fakeProvider({
    files: {
      upload: async ({ filename, bytes }) => remoteFile('file-1', filename, bytes),
      content: async () => LINE,
    },
    jobs: { ...server.service(), create: async () => jobOf({ model: 'practice-small' }) },
  });
  const disk = newDisk();
  disk.tracking.save({ ...NO_CHOICES, mode });
  const app = openFakeWorkbench({ disk, providers: [provider] });
  const projectId = app.store.getState().project.id;
  disk.deps.rows.put(Array.from({ length: 40 }, (_, n) => rowOf(`r${n}`, { projectId, cell: { race: `${n}` } })));
  return app;
}

export async function trained(app: FakeWorkbench): Promise<void> {
  app.workbench.train.start();
  await app.clock.advance(120_000);
}

export const openRun: TrackedRun = {
  id: '',
  name: '',
  jobType: 'fine-tune',
  tags: [],
  config: {},
  startedAt: 0,
  end: null,
  history: [],
  system: [],
  output: [],
  summary: {},
  tables: [],
  artifacts: [],
};

export const noticeText = ({ store }: FakeWorkbench): string => {
  const { notice } = store.getState();
  return notice === null ? '' : notice.kind === 'note' ? notice.text : `${notice.problem.what} ${notice.problem.saved}`;
};
