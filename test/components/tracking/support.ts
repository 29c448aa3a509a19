import type { SyncProgress } from '../../../src/app/runtime/operation.ts';
import type { SyncSnapshot } from '../../../src/components/tracking/run-tracking.ts';
import type { TrackedState } from '../../../src/domain/tracking/types.ts';

export const LINK = 'https://wandb.ai/team/OpenAI-Fine-Tune/runs/ftjob-7Kq2mZ0aBcDeFgHiJkLmNoPq';

export const fakeTrackedState = (change: Partial<TrackedState> = {}): TrackedState => ({
  runId: 'ftjob-1',
  own: true,
  ended: true,
  jobType: 'fine-tune',
  name: 'dnd',
  entity: 'team',
  project: 'proj',
  startedAt: 1,
  folder: '/home/ada/.luthier/wandb/offline-run-20261120_120000-ftjob-1',
  sync: 'local',
  url: null,
  ...change,
});

export const fakeSync = (detail: Partial<SyncProgress> = {}, change: Partial<SyncSnapshot> = {}): SyncSnapshot => ({
  id: 'op-9',
  projectId: 'p',
  title: 'Track ftjob-1',
  status: 'running',
  fraction: null,
  startedAt: 1_000,
  endedAt: null,
  problem: null,
  receipt: null,
  detail: {
    kind: 'sync',
    runId: 'ftjob-1',
    doing: 'sends history',
    sentBytes: 1_200_000,
    totalBytes: 3_400_000,
    url: null,
    asked: true,
    ...detail,
  },
  ...change,
});
