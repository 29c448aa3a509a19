import { displayWidth } from '../../domain/text/graphemes.ts';
import type { Checkpoint, TuningJob } from '../../domain/training/types.ts';

/**
 * A model's name for a narrow place. Names of tuned models (`ft:base:org:suffix:id`) lose parts from the front, because
 * what distinguishes two of them stands at the end; other names are left for their place to cut.
 */
export function shortModel(id: string, width: number, ellipsis: string): string {
  if (displayWidth(id) <= width || !id.startsWith('ft:')) return id;
  const parts = id.split(':').slice(1);
  const shorter = parts
    .map((_, from) => `ft:${ellipsis}:${parts.slice(from).filter(Boolean).join(':')}`)
    .slice(Math.min(1, parts.length - 1));
  return shorter.find((name) => displayWidth(name) <= width) ?? shorter.at(-1) ?? id;
}

export interface TrainedModel {
  readonly model: string;
  /** Of a checkpoint; null for the model of the whole job. */
  readonly step: number | null;
  readonly note: string;
}

/** What a job made: its tuned model, then its checkpoints. */
export function trainedModels(job: TuningJob, checkpoints: readonly Checkpoint[]): readonly TrainedModel[] {
  const saved = checkpoints.map(({ model, step }) => ({ model, step, note: `checkpoint at step ${step}` }));
  if (job.fineTunedModel === null) return saved;
  return [{ model: job.fineTunedModel, step: null, note: `tuned from ${job.model}` }, ...saved];
}
