import { ProviderError } from '../../domain/provider/provider.ts';
import type { OperationDeps } from '../core/deps.ts';
import type { TrainingFile, TrainingFiles } from '../dataset/training-files.ts';
import type { FileUploadProgress, OperationContext } from '../runtime/operation.ts';
import type { Provider, UploadKey } from '../runtime/ports.ts';

/** A file that need not be sent, since the provider has its bytes from before. */
export interface ReusedFile {
  readonly filename: string;
  readonly provider: string;
  readonly fileId: string;
}

export const reusedText = ({ filename, provider, fileId }: ReusedFile): string =>
  `${filename} is already at ${provider} as ${fileId}, so it is not sent again.`;

export interface Placing {
  readonly provider: Provider;
  readonly files: TrainingFiles;
  /** SHA-256 of each file's bytes, in hexadecimal digits. */
  readonly hashes: { readonly training: string; readonly validation: string | null };
  readonly onReuse: ((file: ReusedFile) => void) | undefined;
}

export interface PlacedFiles {
  readonly training: string;
  readonly validation: string | null;
  /** Some were taken from before although the provider has no call that says whether they are still there. */
  readonly unsure: boolean;
}

type Deps = Pick<OperationDeps, 'uploads' | 'clock'>;
type Context = Pick<OperationContext<FileUploadProgress>, 'signal' | 'report'>;

/**
 * Puts the files of a job at its provider, one after the other, and reports their bytes as one. A file of the same bytes
 * that was uploaded there before, and is still good, is taken instead; `anew` sends all the same.
 */
export async function placeFiles(deps: Deps, placing: Placing, context: Context, anew: boolean): Promise<PlacedFiles> {
  const { provider, files, hashes, onReuse } = placing;
  const totalBytes = files.training.bytes + (files.validation?.bytes ?? 0);
  let before = 0;
  let unsure = false;

  const place = async (file: TrainingFile, hash: string): Promise<string> => {
    const { filename, bytes } = file;
    const report = (sent: number) => {
      const sentBytes = Math.min(totalBytes, before + sent);
      const fraction = totalBytes === 0 ? null : sentBytes / totalBytes;
      context.report({ kind: 'upload', filename, sentBytes, totalBytes }, fraction);
    };
    report(0);
    const key: UploadKey = { address: provider.address, purpose: 'fine-tune', hash };
    const known = anew ? null : deps.uploads.find(key);
    const standing = known === null ? 'gone' : await provider.files.standing(known, { signal: context.signal });
    if (known !== null && standing !== 'gone') {
      unsure ||= standing === 'unknown';
      onReuse?.({ filename, provider: provider.name, fileId: known });
      before += bytes;
      report(0);
      return known;
    }
    const source = { filename, bytes, purpose: key.purpose, body: () => file.body() };
    const { id } = await provider.files.upload(source, { signal: context.signal, onSent: report });
    deps.uploads.save(key, { id, filename, at: deps.clock.now() });
    before += bytes;
    report(0);
    return id;
  };

  const training = await place(files.training, hashes.training);
  const validation =
    files.validation === null || hashes.validation === null ? null : await place(files.validation, hashes.validation);
  return { training, validation, unsure };
}

/** Whether a job was refused because of one of its files, which another upload may mend. */
export function refusesFiles(error: unknown, { training, validation }: PlacedFiles): boolean {
  if (!(error instanceof ProviderError) || (error.kind !== 'not-found' && error.kind !== 'invalid-request'))
    return false;
  const named = [training, validation].some((id) => id !== null && error.message.includes(id));
  return named || /^(?:training|validation)_file$/.test(error.detail.param ?? '') || /\bfile\b/i.test(error.message);
}
