import type { ProviderProfile } from '../../../../domain/provider/provider.ts';
import { ProviderError } from '../../../../domain/provider/provider.ts';
import type { Checkpoint, JobRequest, TuningJob } from '../../../../domain/training/types.ts';
import { createJobs, type JobForm } from '../../jobs.ts';
import type { CallOptions, Session } from '../../session.ts';
import type { DialectJobs } from '../dialect.ts';
import { NEBIUS_ANSWERS, servedAs } from './answers.ts';

/** Fine-tuning jobs of Nebius. Everything throws ProviderError. */
export function createNebiusJobs(session: Session, profile: ProviderProfile): DialectJobs {
  const jobs = createJobs(session, profile, nebiusForm);
  const { lacks } = jobs;

  const checkpoints = async (id: string, options?: CallOptions): Promise<readonly Checkpoint[]> =>
    (await jobs.checkpoints(id, options)).map((one) => ({ ...one, model: servedAs(id, one) }));

  return {
    ...jobs,
    checkpoints,
    /** Nebius names no tuned model: a job that went well is ready by its last checkpoint. */
    async retrieve(id: string, options?: CallOptions): Promise<TuningJob> {
      const job = await jobs.retrieve(id, options);
      if (job.status !== 'succeeded' || job.fineTunedModel !== null) return job;
      return { ...job, fineTunedModel: (await checkpoints(id, options)).at(-1)?.model ?? null };
    },
    async act(id: string, action: 'cancel' | 'pause' | 'resume', options?: CallOptions): Promise<TuningJob> {
      const missing = lacks[action];
      if (missing !== undefined) throw new ProviderError('invalid-request', missing, { code: 'unsupported_method' });
      return await jobs.act(id, action, options);
    },
  };
}

/** `hyperparameters` alone: together with `method` Nebius refuses them. */
export const nebiusForm: JobForm = {
  settings(request) {
    const hyperparameters = hyperparametersOf(request);
    return Object.keys(hyperparameters).length === 0 ? {} : { hyperparameters };
  },
  answers: NEBIUS_ANSWERS,
  newestFirst: false,
};

/** The rate is absolute: a multiplier never stands for it. */
function hyperparametersOf({ hyperparameters, choices }: JobRequest) {
  const { nEpochs, batchSize, learningRate = 'auto', loraRank = 'auto' } = hyperparameters;
  const weights = choices?.weights;
  return {
    ...(nEpochs === 'auto' ? {} : { n_epochs: nEpochs }),
    ...(batchSize === 'auto' ? {} : { batch_size: batchSize }),
    ...(learningRate === 'auto' ? {} : { learning_rate: learningRate }),
    ...(weights === undefined ? {} : { lora: weights === 'lora' }),
    ...(loraRank === 'auto' ? {} : { lora_r: loraRank }),
  };
}
