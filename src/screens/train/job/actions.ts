import { TERMINAL_STATUSES, type TuningJob } from '../../../domain/training/types.ts';

/** Why the job can be neither paused nor resumed; null when it can. */
export function whyNoPause({ status }: TuningJob): string | null {
  return TERMINAL_STATUSES.has(status) ? `the job has ended: it ${endWord(status)}` : null;
}

/** Why the job cannot be cancelled; null when it can. */
export const whyNoCancel = whyNoPause;

export interface TalkFacts {
  /** The tuned model or checkpoint; null while there is none. */
  readonly model: string | null;
  readonly job: TuningJob;
  /** Where the model is, when the project uses another provider; null when it is the same. */
  readonly elsewhere: string | null;
}

/** Why nobody can talk to the model of the job; null when one can. */
export function whyNoTalk({ model, job, elsewhere }: TalkFacts): string | null {
  if (model === null) {
    if (TERMINAL_STATUSES.has(job.status)) return `there is no tuned model: the job ${endWord(job.status)}`;
    return 'there is no tuned model before the job is done; v shows its checkpoints';
  }
  return elsewhere === null ? null : `the model is at ${elsewhere}: use that provider first (8)`;
}

function endWord(status: TuningJob['status']): string {
  return status === 'cancelled' ? 'was cancelled' : status;
}
