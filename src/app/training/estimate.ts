import type { JobEstimate } from '../../domain/training/estimate.ts';
import type { JobRequest } from '../../domain/training/types.ts';
import { OperationError } from '../runtime/errors.ts';
import type { CallOptions, Provider } from '../runtime/ports.ts';

/** What a provider says of a job whose files it has; null where it says nothing before. Throws an OperationError where it would refuse. */
export async function estimateJob(
  provider: Provider,
  request: JobRequest,
  options: CallOptions,
): Promise<JobEstimate | null> {
  const estimate = (await provider.jobs.estimate?.(request, options)) ?? null;
  if (estimate === null || estimate.refusal === null) return estimate;
  throw new OperationError('failed', {
    what: estimate.refusal,
    saved: 'The files are at the provider, and no job was created.',
    next: 'Change the settings of the job.',
  });
}
