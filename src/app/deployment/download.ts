import { servedElsewhere } from '../../domain/deployment/elsewhere.ts';
import { plural } from '../../domain/text/format.ts';
import type { OperationDeps } from '../core/deps.ts';
import type { TunedWeights, WeightsService } from '../runtime/deployment-ports.ts';
import { OperationError, problemOf } from '../runtime/errors.ts';
import type { DownloadProgress, OperationHandle } from '../runtime/operation.ts';
import type { Provider } from '../runtime/ports.ts';

export interface DownloadRequest {
  readonly projectId: string;
  readonly providerId: string;
  readonly jobId: string;
  readonly weights: TunedWeights;
  /** Of the adapter, where that is known. */
  readonly rank: number | null;
  readonly folder: string;
  /** Whether files that are there already may go. */
  readonly replace: boolean;
}

export interface DownloadHandle extends OperationHandle<DownloadProgress> {
  /** The absolute path of the folder, once all files are in it. */
  folder(): string | null;
}

/** The downloads of a provider. Throws an OperationError in words where it has none. */
export async function weightsOf({ name, weights }: Provider): Promise<WeightsService> {
  if (weights !== undefined) return weights();
  throw new OperationError('failed', {
    what: `${name} has no call that downloads the files of a tuned model, as far as Luthier knows.`,
    saved: 'Nothing was downloaded.',
    next: '',
  });
}

/** Bytes of all files; null where one does not say. */
export function bytesOf({ files }: TunedWeights): number | null {
  return files.reduce<number | null>((sum, { bytes }) => (sum === null || bytes === null ? null : sum + bytes), 0);
}

/** Downloads the files of a tuned model into a folder. What came before a cancel or a fault is gone on with the next time. */
export function startDownload(
  { registry, providers }: Pick<OperationDeps, 'registry' | 'providers'>,
  request: DownloadRequest,
): DownloadHandle {
  const { weights, jobId, rank } = request;
  const total = bytesOf(weights);
  const before = { kind: 'download', jobId, name: '', received: 0, total } as const;
  let folder: string | null = null;
  const handle = registry.start<DownloadProgress>({
    projectId: request.projectId,
    title: `Download ${weights.source}`,
    detail: before,
    async run({ signal, report }) {
      try {
        const service = await weightsOf(await providers.connect(request.providerId, { signal }));
        folder = await service.download(
          weights,
          { folder: request.folder, replace: request.replace },
          {
            signal,
            onProgress: ({ name, received }) =>
              report(
                { ...before, name, received },
                total === null || total === 0 ? null : Math.min(1, received / total),
              ),
          },
        );
      } catch (error) {
        if (signal.aborted || error instanceof OperationError) throw error;
        throw new OperationError(
          'failed',
          problemOf(error, 'What came is kept beside, and gone on with the next time.'),
        );
      }
      const names = weights.files.map(({ name }) => name);
      const [command = ''] = servedElsewhere({ folder, base: weights.base, files: names, rank }).commands;
      return { summary: `${plural(names.length, 'file')} in ${folder}: \`${command}\` serves them.`, costUsd: null };
    },
  });
  return { ...handle, folder: () => folder };
}
