import type { RemoteFile } from '../../domain/provider/provider.ts';
import { decodeResultFile } from '../../domain/training/metrics.ts';
import { parseFileOrNull } from './fileParse.ts';
import { allItems } from './pages.ts';
import { type CallOptions, requestOptions, type Session } from './session.ts';
import { type UploadOptions, type UploadSettings, type UploadSource, uploadFile } from './upload.ts';

const PAGE = 1000;

/** Files of one provider. Everything throws ProviderError. */
export function createFiles(session: Session, settings: UploadSettings) {
  const { files } = session.client;
  return {
    upload(file: UploadSource, options: UploadOptions): Promise<RemoteFile> {
      return uploadFile(session, settings, file, options);
    },
    /** Every page, in the server's order. */
    list(options?: CallOptions): Promise<readonly RemoteFile[]> {
      return session.call(options?.signal, () =>
        allItems((cursor) => files.list({ limit: PAGE, ...cursor }, requestOptions(options)), parseFileOrNull),
      );
    },
    async remove(id: string, options?: CallOptions): Promise<void> {
      await session.call(options?.signal, () => files.delete(id, requestOptions(options)));
    },
    /** As text. A result file that comes in base64 is decoded. */
    content(id: string, options?: CallOptions): Promise<string> {
      return session.call(options?.signal, async () => {
        const response = await files.content(id, requestOptions(options));
        return decodeResultFile(await response.text());
      });
    },
  };
}
