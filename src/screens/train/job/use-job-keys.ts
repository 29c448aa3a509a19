import type { Dispatch } from 'react';
import type { SyncKeys } from '../../../components/tracking/index.ts';
import type { Outcome } from '../../../domain/text/problem.ts';
import { type JobRecord, TERMINAL_STATUSES } from '../../../domain/training/types.ts';
import { trainJobBindings } from '../../../keys/bindings/train.ts';
import { useBindings } from '../../../keys/index.ts';
import { useAppState, useWorkbench } from '../../../state/context.tsx';
import type { TrainAction } from '../reducer.ts';
import { useBack } from '../use-back.ts';
import { useProvider } from '../use-provider.ts';
import { whyNoCancel, whyNoPause, whyNoTalk } from './actions.ts';

export interface JobKeys {
  readonly record: JobRecord;
  readonly dispatch: Dispatch<TrainAction>;
  /** The model `t` talks to: the selected checkpoint's where checkpoints are shown. */
  readonly model: string | null;
  readonly measured: boolean;
  /** Whether an event is selected that can be read. */
  readonly readable: boolean;
  readonly wandb: SyncKeys;
  readonly onAskCancel: () => void;
  readonly onRead: () => void;
}

/** Says how something ended, in a note or as a problem. */
function useTell(): (outcome: Outcome<string>) => void {
  const { navigation } = useWorkbench();
  return (outcome) => (outcome.ok ? navigation.note(outcome.value) : navigation.problem(outcome.problem));
}

function useTalk(record: JobRecord, model: string | null): { run: () => void; disabledReason: string | null } {
  const { projects, navigation } = useWorkbench();
  const current = useAppState((state) => state.project.providerId);
  const home = useProvider(record.providerId);
  return {
    run() {
      if (model === null) return;
      const models = [model, record.job.model];
      projects.update((project) => ({ ...project, chat: { ...project.chat, models } }));
      navigation.go('chat');
    },
    disabledReason: whyNoTalk({ model, job: record.job, elsewhere: home.id === current ? null : home.name }),
  };
}

/** What the keys do while one looks at a job. */
export function useJobKeys(keys: JobKeys): void {
  const { record, dispatch, model, measured, readable, wandb } = keys;
  const { job } = record;
  const { train, navigation } = useWorkbench();
  const tell = useTell();
  const talk = useTalk(record, model);
  const again = job.status === 'failed' || job.status === 'cancelled';
  const newJob = { run: () => dispatch({ type: 'show', view: { kind: 'new' } }), disabledReason: null };
  const id = model ?? job.id;
  useBindings('screen', trainJobBindings, {
    'train.pause': {
      run: () => void train.act(job.id, job.status === 'paused' ? 'resume' : 'pause').then(tell),
      disabledReason: whyNoPause(job),
    },
    'train.cancel': { run: keys.onAskCancel, disabledReason: whyNoCancel(job) },
    'train.metric': () => dispatch({ type: 'metric' }),
    'train.log-scale': () => dispatch({ type: 'log' }),
    'train.view': () => dispatch({ type: 'lower' }),
    'train.next': again && model === null ? newJob : talk,
    'train.read': { run: keys.onRead, disabledReason: readable ? null : 'no event is selected' },
    'train.chat': talk,
    'train.results': {
      run: () => void train.saveResults(record).then(tell),
      disabledReason: measured || TERMINAL_STATUSES.has(job.status) ? null : 'nothing is measured yet',
    },
    'train.copy': () => navigation.copy(id, model === null ? 'the id of the job' : `the name of the model`),
    'train.sync': wandb.sync,
    'train.link': wandb.link,
    'train.job.back': useBack(() => dispatch({ type: 'show', view: { kind: 'jobs' } })),
  });
}
