import { ProviderError, type ProviderProfile } from '../../../../domain/provider/provider.ts';
import { methodProblem } from '../../../../domain/training/job-settings.ts';
import type { Hyperparameter, JobRequest } from '../../../../domain/training/types.ts';

/**
 * The body of POST /fine-tunes. What is `auto` is left out, and so is Together's own choice. Throws ProviderError for a
 * method it does not have.
 */
export function jobBody(request: JobRequest, profile: Pick<ProviderProfile, 'kind' | 'jobDialect'>) {
  const refusal = methodProblem(request.method, profile);
  if (refusal !== null) throw new ProviderError('invalid-request', refusal, { code: 'unsupported_method' });
  const { nEpochs, batchSize, learningRate = 'auto' } = request.hyperparameters;
  return {
    model: request.model,
    training_file: request.trainingFile,
    // A validation file alone is not looked at: it is how often that counts.
    ...(request.validationFile === null
      ? {}
      : { validation_file: request.validationFile, n_evals: nEpochs === 'auto' ? 1 : nEpochs }),
    ...chosen('n_epochs', nEpochs),
    ...chosen('batch_size', batchSize),
    ...chosen('learning_rate', learningRate),
    ...(request.suffix ? { suffix: request.suffix } : {}),
    ...(request.seed === null ? {} : { random_seed: request.seed }),
    training_method: methodOf(request),
    ...typeOf(request),
  };
}

function chosen<N extends string>(name: N, value: Hyperparameter): Readonly<Partial<Record<N, number>>> {
  const none: Partial<Record<N, number>> = {};
  return value === 'auto' ? none : { ...none, [name]: value };
}

function methodOf({ method, beta = 'auto' }: JobRequest) {
  return method === 'dpo' ? { method: 'dpo', ...chosen('dpo_beta', beta) } : { method: 'sft', train_on_inputs: 'auto' };
}

/** How much of its adapter a LoRA of Together is, as its own Python client has it: `lora_alpha` is twice the rank. */
const ALPHA_OF_RANK = 2;

/** What is trained; LoRA of the largest rank where nothing is said. */
function typeOf({ choices, hyperparameters: { loraRank: rank = 'auto' } }: JobRequest) {
  if (choices?.weights === 'full') return { training_type: { type: 'Full' as const } };
  if (rank === 'auto') return {};
  return { training_type: { type: 'Lora' as const, lora_r: rank, lora_alpha: ALPHA_OF_RANK * rank } };
}
