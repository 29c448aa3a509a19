import type { ReactNode } from 'react';
import { useAppState, useWorkbench, WorkbenchProvider } from '../../../src/app/react.tsx';
import type { JobService, Provider } from '../../../src/app/runtime/ports.ts';
import { Frame } from '../../../src/components/layout/frame.tsx';
import type { JobEvent, JobRecord, StepMetrics, TuningJob } from '../../../src/domain/training/types.ts';
import { globalBindings } from '../../../src/keys/bindings/global.ts';
import { useBindings } from '../../../src/keys/hooks.tsx';
import { TrainScreen } from '../../../src/screens/train/train-screen.tsx';
import {
  type FakeWorkbench,
  type FakeWorkbenchParts,
  newDisk,
  openFakeWorkbench,
} from '../../app/fakes/fake-workbench.ts';
import { jobOf, recordOf } from '../../app/fakes/jobs.ts';
import { fakeProvider } from '../../app/fakes/provider.ts';
import { rowOf } from '../../app/fakes/rows.ts';
import { globalHandlers } from '../../harness/global-handlers.ts';
import { type Rendered, type RenderOptions, render } from '../../harness/render.tsx';

/** Tuned on the practice engine, as its ids look. */
export const TUNED = 'ft:practice-small:luthier:dnd:abcd1234';

const seconds = Math.floor(Date.now() / 1000) - 120;

export const practiceJob = (change: Partial<TuningJob> = {}): TuningJob =>
  jobOf({ id: 'ftjob-aaaa1111', model: 'practice-small', suffix: 'dnd', createdAt: seconds, ...change });

const BLANK: StepMetrics = {
  step: 0,
  totalSteps: 40,
  trainLoss: null,
  trainTokenAccuracy: null,
  validLoss: null,
  validTokenAccuracy: null,
  fullValidLoss: null,
  fullValidTokenAccuracy: null,
};

export const jobEvent = (index: number, message: string, change: Partial<JobEvent> = {}): JobEvent => ({
  id: `ftevent-${index}`,
  createdAt: seconds + index,
  level: 'info',
  type: 'message',
  message,
  metrics: null,
  ...change,
});

/** A metrics event of step `step` of 40, with losses that fall and accuracies that rise. */
export function measured(step: number): JobEvent {
  const trainLoss = 4 / step + 0.2;
  const metrics: StepMetrics = {
    ...BLANK,
    step,
    trainLoss,
    trainTokenAccuracy: step / 50,
    validLoss: trainLoss + 0.3,
    validTokenAccuracy: step / 60,
    fullValidLoss: step % 10 === 0 ? trainLoss + 0.4 : null,
  };
  return jobEvent(10 + step, `Step ${step}/40: training loss=${trainLoss.toFixed(2)}`, { type: 'metrics', metrics });
}

export const BEGINNING: readonly JobEvent[] = [
  jobEvent(1, 'Created fine-tuning job: ftjob-aaaa1111'),
  jobEvent(2, 'Validating training file: file-1 and validation file: file-2'),
  jobEvent(3, 'Files validated, moving job to queued state'),
  jobEvent(4, 'Fine-tuning job started'),
];

export const steps = (count: number): readonly JobEvent[] =>
  Array.from({ length: count }, (_, index) => measured(index + 1));

export interface StoredJob {
  readonly job: TuningJob;
  readonly events?: readonly JobEvent[];
  readonly record?: Partial<JobRecord>;
}

export const running: StoredJob = { job: practiceJob({ status: 'running' }), events: [...BEGINNING, ...steps(24)] };
export const done: StoredJob = {
  job: practiceJob({
    id: 'ftjob-bbbb2222',
    status: 'succeeded',
    fineTunedModel: TUNED,
    createdAt: 1000,
    finishedAt: 1042,
  }),
  events: [...BEGINNING, ...steps(40), jobEvent(60, 'The job has successfully completed')],
};
export const failed: StoredJob = {
  job: practiceJob({
    id: 'ftjob-cccc3333',
    status: 'failed',
    error: {
      code: 'invalid_training_file',
      message: "Example 100, message 2 Discriminator 'role' is missing",
      param: null,
    },
  }),
  events: BEGINNING.slice(0, 2),
};

/** From the smallest terminal there may be to a large one. */
export const SIZES = [
  [60, 16],
  [80, 24],
  [100, 30],
  [140, 40],
] as const;

/** A desk whose disk holds these rows and jobs. */
export function fakeWorkbenchWith(
  jobs: readonly StoredJob[],
  rows = 16,
  parts: FakeWorkbenchParts = {},
): FakeWorkbench {
  const disk = parts.disk ?? newDisk();
  const first = openFakeWorkbench({ ...parts, disk });
  const projectId = first.store.getState().project.id;
  disk.deps.rows.put(
    Array.from({ length: rows }, (_, n) => rowOf(`r${n}`, { projectId, cell: { race: `${n}`, class: 'b' } })),
  );
  for (const { job, events = [], record = {} } of jobs) {
    disk.deps.jobs.save({ ...recordOf(job), projectId, trainRows: 13, validationRows: 3, ...record });
    disk.deps.jobs.addEvents(job.id, events);
  }
  const desk = openFakeWorkbench({ ...parts, disk });
  desk.store.setState({
    screen: 'train',
    models: {
      status: 'ready',
      models: ['practice-writer', 'practice-small'].map((id) => ({
        id,
        ownedBy: 'luthier',
        shutdownDate: null,
        tuned: false,
      })),
    },
  });
  return desk;
}

/** A job service on which a job stands still but for what is done to it, which is remembered. */
export function fakeJobActions(answer: (action: string) => TuningJob): {
  readonly asked: string[];
  readonly jobs: Partial<JobService>;
} {
  const asked: string[] = [];
  let now = practiceJob({ status: 'running' });
  return {
    asked,
    jobs: {
      act: async (id, action) => {
        asked.push(`${action} ${id}`);
        now = answer(action);
        return now;
      },
      retrieve: async () => now,
      events: async () => [],
      checkpoints: async () => [],
    },
  };
}

/** A provider that hands out every file, and has no news of jobs. */
export const filesProvider = (): Provider =>
  fakeProvider({
    files: { content: async () => '' },
    jobs: { events: async () => [], checkpoints: async () => [] },
  });

function TrainApp(): ReactNode {
  const screen = useAppState((state) => state.screen);
  const notice = useAppState((state) => state.notice);
  const { navigation } = useWorkbench();
  useBindings(
    'global',
    globalBindings,
    globalHandlers({ 'global.help': () => undefined, 'global.back': () => navigation.go('home') }),
  );
  const facts = {
    project: 'D&D',
    breadcrumb: [screen],
    provider: 'Embedded engine',
    practice: true,
    running: 0,
    spentUsd: 0,
  };
  return (
    <Frame facts={facts} notice={notice}>
      {screen === 'train' ? <TrainScreen /> : null}
    </Frame>
  );
}

/** The screen in its frame, as the root shows it. */
export function renderTrain(desk: FakeWorkbench, options: RenderOptions = {}): Promise<Rendered> {
  return render(
    <WorkbenchProvider store={desk.store} workbench={desk.workbench}>
      <TrainApp />
    </WorkbenchProvider>,
    {
      ...options,
      onRefused: (binding) => desk.workbench.navigation.note(`${binding.label}: ${binding.disabledReason}`),
    },
  );
}
