import type { Dispatch } from 'react';
import { useAppState, useWorkbench } from '../../../app/react.tsx';
import { useBack } from '../../../components/hooks/use-back.ts';
import { useProvider } from '../../../components/hooks/use-provider.ts';
import type { SyncKeys } from '../../../components/tracking/use-sync-keys.tsx';
import type { Outcome } from '../../../domain/common/outcome.ts';
import { nothingToDeploy } from '../../../domain/deployment/names.ts';
import type { DeploymentRecord } from '../../../domain/deployment/types.ts';
import { dialectFacts } from '../../../domain/provider/job-dialects.ts';
import { isPracticeModel } from '../../../domain/provider/models.ts';
import type { ProviderProfile } from '../../../domain/provider/provider.ts';
import { type JobRecord, TERMINAL_STATUSES, type TuningJob } from '../../../domain/training/types.ts';
import { trainJobBindings } from '../../../keys/bindings/train.ts';
import { useBindings } from '../../../keys/hooks.tsx';
import type { TrainAction } from '../reducer.ts';

/** Why the job can be neither paused nor resumed; null when it can. */
export function pauseDisabledReason({ status }: TuningJob): string | null {
  return TERMINAL_STATUSES.has(status) ? `the job has ended: it ${endStatusText(status)}` : null;
}

/** Why the job cannot be cancelled; null when it can. */
const cancelDisabledReason = pauseDisabledReason;

export interface ChatFacts {
  /** The tuned model or checkpoint; null while there is none. */
  readonly model: string | null;
  readonly job: TuningJob;
  /** Where the model is, when the project uses another provider; null when it is the same. */
  readonly elsewhere: string | null;
  /** Why it does not answer there by its name; null when it does. */
  readonly undeployed: string | null;
}

/** Why nobody can talk to the model of the job; null when one can. */
export function chatDisabledReason({ model, job, elsewhere, undeployed }: ChatFacts): string | null {
  if (model === null) {
    if (TERMINAL_STATUSES.has(job.status)) return `there is no tuned model: the job ${endStatusText(job.status)}`;
    return 'there is no tuned model before the job is done; v shows its checkpoints';
  }
  if (undeployed !== null) return undeployed;
  return elsewhere === null ? null : `the model is at ${elsewhere}: use that provider first (8)`;
}

/** Why there is nothing to deploy; null when there is, or something is deployed. */
export function deployDisabledReason({ job }: JobRecord, home: Parameters<typeof nothingToDeploy>[0]): string | null {
  if (dialectFacts(home.jobDialect).lacks.chat === undefined) return nothingToDeploy(home);
  if (job.status === 'succeeded') return null;
  return TERMINAL_STATUSES.has(job.status)
    ? `there is no tuned model: the job ${endStatusText(job.status)}`
    : 'there is no tuned model before the job is done';
}

/** Why the model cannot be written for other programs here; null when it can. */
export function exportDisabledReason(
  model: string | null,
  job: TuningJob,
  { kind, name }: Pick<ProviderProfile, 'kind' | 'name'>,
): string | null {
  if (kind !== 'embedded') return `its files are at ${name}, and not of this machine’s engine`;
  if (isPracticeModel(job.model)) return 'practice models are of Luthier’s own form, which no other program reads';
  if (model !== null) return null;
  if (TERMINAL_STATUSES.has(job.status)) return `there is no tuned model: the job ${endStatusText(job.status)}`;
  return 'there is no tuned model before the job is done; v shows its checkpoints';
}

function endStatusText(status: TuningJob['status']): string {
  return status === 'cancelled' ? 'was cancelled' : status;
}

export interface JobKeys {
  readonly record: JobRecord;
  readonly dispatch: Dispatch<TrainAction>;
  /** The model `t` talks to: the selected checkpoint's where checkpoints are shown. */
  readonly model: string | null;
  readonly measured: boolean;
  /** Whether an event is selected that can be read. */
  readonly readable: boolean;
  readonly wandb: SyncKeys;
  /** What is deployed of its model; null for nothing. */
  readonly deployment: DeploymentRecord | null;
  readonly onAskCancel: () => void;
  /** Shows the question whether to deploy it, or to take away what is deployed. */
  readonly onDeploy: () => void;
  readonly onRead: () => void;
  /** Asks as what, and where, the model is written. */
  readonly onExport: () => void;
}

/** Says how something ended, in a note or as a problem. */
function useAnnounceResult(): (outcome: Outcome<string>) => void {
  const { navigation } = useWorkbench();
  return (outcome) => (outcome.ok ? navigation.note(outcome.value) : navigation.problem(outcome.problem));
}

function useChatWithModel(
  record: JobRecord,
  model: string | null,
  deployment: DeploymentRecord | null,
): { run: () => void; disabledReason: string | null } {
  const { projects, navigation } = useWorkbench();
  const current = useAppState((state) => state.project.providerId);
  const home = useProvider(record.providerId);
  return {
    run() {
      if (model === null) return;
      const models = [(deployment?.answered && deployment.view.model) || model, record.job.model];
      projects.update((project) => ({ ...project, chat: { ...project.chat, models } }));
      navigation.go('chat');
    },
    disabledReason: chatDisabledReason({
      model,
      job: record.job,
      elsewhere: home.id === current ? null : home.name,
      undeployed: deployment?.answered === true ? null : (dialectFacts(home.jobDialect).lacks.chat ?? null),
    }),
  };
}

/** What the keys do while one looks at a job. */
export function useJobKeys(keys: JobKeys): void {
  const { record, dispatch, model, measured, readable, wandb, deployment } = keys;
  const { job } = record;
  const { train, navigation } = useWorkbench();
  const announce = useAnnounceResult();
  const home = useProvider(record.providerId);
  const { lacks } = dialectFacts(home.jobDialect);
  const talk = useChatWithModel(record, model, deployment);
  const deploy = { run: keys.onDeploy, disabledReason: deployDisabledReason(record, home) };
  // What does not answer yet is deployed first.
  const onward = lacks.chat !== undefined && deployment?.answered !== true ? deploy : talk;
  const again = job.status === 'failed' || job.status === 'cancelled';
  const newJob = { run: () => dispatch({ type: 'show', view: { kind: 'new' } }), disabledReason: null };
  const id = model ?? job.id;
  useBindings('screen', trainJobBindings, {
    'train.pause': {
      run: () => void train.act(job.id, job.status === 'paused' ? 'resume' : 'pause').then(announce),
      disabledReason: pauseDisabledReason(job) ?? lacks[job.status === 'paused' ? 'resume' : 'pause'] ?? null,
    },
    'train.cancel': { run: keys.onAskCancel, disabledReason: cancelDisabledReason(job) ?? lacks.cancel ?? null },
    'train.metric': () => dispatch({ type: 'metric' }),
    'train.log-scale': () => dispatch({ type: 'log' }),
    'train.view': () => dispatch({ type: 'lower' }),
    'train.next': again && model === null ? newJob : onward,
    'train.read': { run: keys.onRead, disabledReason: readable ? null : 'no event is selected' },
    'train.chat': talk,
    'train.deploy': deploy,
    'train.export': { run: keys.onExport, disabledReason: exportDisabledReason(model, job, home) },
    'train.results': {
      run: () => void train.saveResults(record).then(announce),
      disabledReason: measured || TERMINAL_STATUSES.has(job.status) ? null : 'nothing is measured yet',
    },
    'train.copy': () => navigation.copy(id, model === null ? 'the id of the job' : `the name of the model`),
    'train.sync': wandb.sync,
    'train.link': wandb.link,
    'train.job.back': useBack(() => dispatch({ type: 'show', view: { kind: 'jobs' } })),
  });
}
