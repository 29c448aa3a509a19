import { lossText, shareText } from '../../domain/text/format.ts';
import { sanitizeLine } from '../../domain/text/sanitize.ts';
import type { MeasuredFigure } from '../../domain/training/metrics.ts';
import type { JobRecord, TrainingMethod } from '../../domain/training/types.ts';

/** What a person would call the job: its suffix, and the end of its id to distinguish it from others of that suffix. */
export function jobName({ job }: JobRecord): string {
  const end = sanitizeLine(job.id).slice(-4);
  return job.suffix === null || job.suffix === '' ? sanitizeLine(job.id) : `${sanitizeLine(job.suffix)} ${end}`;
}

/** `full 0.810` or `batch 0.810`: a loss with the held-out rows it was measured on; a dash where it was not. */
export const heldOutText = (loss: MeasuredFigure | null): string =>
  loss === null ? lossText(null) : `${loss.on} ${lossText(loss.value)}`;

/** `batch 98.0%`, in the same way. */
export const accuracyText = (accuracy: MeasuredFigure | null): string =>
  accuracy === null ? shareText(null) : `${accuracy.on} ${shareText(accuracy.value)}`;

/** What an accuracy is a share of: of pairs it is those whose preferred answer has the higher reward. */
export const accuracyName = (method: TrainingMethod | undefined): string =>
  method === 'dpo' ? 'share of pairs' : 'token accuracy';

/** Columns of these. */
export const HELD_OUT_COLUMNS = 11;
export const ACCURACY_COLUMNS = 12;
