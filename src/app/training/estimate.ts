import { dialectFacts } from '../../domain/provider/job-dialects.ts';
import type { ProviderTerms } from '../../domain/provider/provider.ts';
import type { JobEstimate } from '../../domain/training/estimate.ts';
import type { JobRequest } from '../../domain/training/types.ts';
import type { OperationDeps } from '../core/deps.ts';
import type { TrainingFiles } from '../dataset/training-files.ts';
import { OperationError, problemOf } from '../runtime/errors.ts';
import type { FileUploadProgress, OperationHandle } from '../runtime/operation.ts';
import type { EstimateOptions, Provider } from '../runtime/ports.ts';
import { sealFiles } from './sealing.ts';
import { placeFiles, type ReusedFile } from './uploads.ts';

/**
 * What a provider says of a job whose files it has; null where it says nothing before, which its terms know. Throws an
 * OperationError where it would refuse.
 */
export async function estimateJob(
  provider: Provider,
  { jobDialect }: Pick<ProviderTerms, 'jobDialect'>,
  request: JobRequest,
  options: EstimateOptions,
): Promise<JobEstimate | null> {
  if (!dialectFacts(jobDialect).estimates) return null;
  const estimate = (await provider.jobs.estimate?.(request, options)) ?? null;
  if (estimate === null || estimate.refusal === null) return estimate;
  throw new OperationError('failed', {
    what: estimate.refusal,
    saved: 'The files are at the provider, and no job was created.',
    next: 'Change the settings of the job.',
  });
}

export interface EstimateRequest {
  readonly projectId: string;
  readonly providerId: string;
  /** Of that provider, for this base. */
  readonly dialect: ProviderTerms;
  readonly wish?: Pick<EstimateOptions, 'rows' | 'pilot'>;
  readonly job: Omit<JobRequest, 'trainingFile' | 'validationFile'>;
  readonly files: () => TrainingFiles | Promise<TrainingFiles>;
  readonly onReuse?: (file: ReusedFile) => void;
  /** Keys in use are masked in a file that is sent: says how many. */
  readonly onMasked?: (text: string) => void;
}

type EstimateDeps = Pick<OperationDeps, 'registry' | 'providers' | 'uploads' | 'clock' | 'keysInUse'>;

export interface EstimateHandle extends OperationHandle<FileUploadProgress> {
  /** What was said, once the operation succeeded; null where the provider says nothing. */
  estimate(): JobEstimate | null;
}

/** Puts the files of a job at its provider, which names no price without them, and asks what the job will take. Creates nothing. */
export function startEstimate(deps: EstimateDeps, request: EstimateRequest): EstimateHandle {
  let said: JobEstimate | null = null;
  const handle = deps.registry.start<FileUploadProgress>({
    projectId: request.projectId,
    title: `Price of training ${request.job.model}`,
    detail: { kind: 'upload', filename: '', sentBytes: 0, totalBytes: 0 },
    async run(context) {
      const { signal } = context;
      try {
        const { files, hashes, masked } = await sealFiles(await request.files(), deps.keysInUse(), signal);
        for (const told of masked) request.onMasked?.(told);
        const provider = await deps.providers.connect(request.providerId, { signal });
        const placed = await placeFiles(deps, { provider, files, hashes, onReuse: request.onReuse }, context, false);
        const asked = { ...request.job, trainingFile: placed.training, validationFile: placed.validation };
        said = await estimateJob(provider, request.dialect, asked, { ...request.wish, signal });
        return { summary: 'The provider said what the job will take.', costUsd: null };
      } catch (error) {
        if (signal.aborted || error instanceof OperationError) throw error;
        throw new OperationError('failed', problemOf(error, 'No job was created.'));
      }
    },
  });
  return { ...handle, estimate: () => said };
}
