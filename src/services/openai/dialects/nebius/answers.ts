import * as z from 'zod';
import type { Checkpoint, TuningJob } from '../../../../domain/training/types.ts';
import { type JobAnswers, OPENAI_ANSWERS } from '../../job-parse.ts';

const number = z.number().nullish().catch(null);

const job = z.object({
  hyperparameters: z
    .object({ learning_rate: number, lora: z.boolean().nullish().catch(null), lora_r: number })
    .nullish()
    .catch(null),
  trained_steps: number,
  total_steps: number,
});

/** With the rate itself, what is trained, and how far it is. */
function withOwn<T extends TuningJob | null>(read: T, raw: unknown): T {
  const found = job.safeParse(raw);
  if (read === null || !found.success) return read;
  const { hyperparameters, trained_steps: done, total_steps: all } = found.data;
  const { learning_rate, lora, lora_r } = hyperparameters ?? {};
  return {
    ...read,
    hyperparameters: {
      ...read.hyperparameters,
      learningRateMultiplier: 'auto',
      learningRate: learning_rate ?? 'auto',
      ...(lora === true && lora_r != null ? { loraRank: lora_r } : {}),
    },
    ...(lora == null ? {} : { choices: { weights: lora ? 'lora' : 'full' } }),
    ...(done != null && all != null && all > 0 && read.finishedAt === null
      ? { progress: Math.min(1, Math.max(0, done / all)) }
      : {}),
  };
}

/** What Nebius writes for a model's name is a form that is not filled in: `ft:M:org_placeholder:S:IDPlaceholder:ckpt-step-9`. */
const PLACEHOLDER = /placeholder/i;

/** A checkpoint as Nebius itself takes one for a deployment: `JOB:CHECKPOINT`. */
export const servedAs = (jobId: string, { id, model }: Pick<Checkpoint, 'id' | 'model'>): string =>
  PLACEHOLDER.test(model) ? `${jobId}:${id}` : model;

/** A tuned model whose name is only the form of one has none yet. */
function withoutPlaceholder<T extends TuningJob | null>(read: T): T {
  return read !== null && PLACEHOLDER.test(read.fineTunedModel ?? '') ? { ...read, fineTunedModel: null } : read;
}

export const NEBIUS_ANSWERS: JobAnswers = {
  ...OPENAI_ANSWERS,
  job: (raw) => withoutPlaceholder(withOwn(OPENAI_ANSWERS.job(raw), raw)),
  jobOrNull: (raw) => withoutPlaceholder(withOwn(OPENAI_ANSWERS.jobOrNull(raw), raw)),
};
