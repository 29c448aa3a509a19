import { ProviderError } from '../../domain/provider/provider.ts';
import { isSameFrame } from '../../domain/training/asked-jobs.ts';
import { type JobRecord, statusText, TERMINAL_STATUSES } from '../../domain/training/types.ts';
import type { OperationDeps } from '../core/deps.ts';
import type { CallOptions, Provider } from '../runtime/ports.ts';
import type { JobToCreate } from './create.ts';

type Deps = Pick<OperationDeps, 'jobs'>;

/**
 * The job of the same training whose end nobody has seen: it runs at the provider still, or has gone well since. One that
 * has failed or was cancelled is stored as that, and is none; nor is one the provider does not have. Throws ProviderError.
 */
export async function findRunning(
  { jobs }: Deps,
  { provider, frame }: Pick<JobToCreate, 'provider' | 'frame'>,
  options: CallOptions,
): Promise<JobRecord | null> {
  for (const record of jobs.list(frame.projectId)) {
    if (record.providerId !== frame.providerId || TERMINAL_STATUSES.has(record.job.status)) continue;
    if (!isSameFrame(record, frame)) continue;
    const job = await jobAt(provider, record.job.id, options);
    if (job === null) continue;
    const seen = { ...record, job: { ...job, createdAt: job.createdAt || record.job.createdAt } };
    if (job.status !== 'failed' && job.status !== 'cancelled') return seen;
    jobs.save(seen);
  }
  return null;
}

async function jobAt(provider: Provider, id: string, options: CallOptions) {
  try {
    return await provider.jobs.retrieve(id, options);
  } catch (error) {
    // Another server under the same name does not know it.
    if (error instanceof ProviderError && error.kind === 'not-found') return null;
    throw error;
  }
}

/** What a person is told of it. */
export const runningText = ({ job }: JobRecord): string =>
  TERMINAL_STATUSES.has(job.status)
    ? `Job ${job.id} is of the same training and has ended since: ${statusText(job)}. No other is created; --new makes another.`
    : `Job ${job.id} is of the same training and is ${statusText(job)}: it is taken up, and no other created; --new makes another.`;
