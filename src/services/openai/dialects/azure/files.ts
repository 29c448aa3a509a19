import { NO_SUCH_ROUTE, ProviderError, type RemoteFile } from '../../../../domain/provider/provider.ts';
import { createFiles, type UploadOptions, type UploadSettings, type UploadSource } from '../../files.ts';
import type { Session } from '../../session.ts';

/** Larger files in one piece can fail at Azure without a word; those go in parts. */
export const WHOLE_BYTES = 150 * 1024 * 1024;

/** The byte order mark of UTF-8, which Azure's documents ask for at the beginning of a training file, and forbid in the input of a batch. */
const MARK = Uint8Array.of(0xef, 0xbb, 0xbf);

/** `/api/projects/P` before `/openai/v1`: there files go in one piece alone. */
const PROJECT = /\/api\/projects\/[^/]+(?=\/openai(?:\/v1)?\/?$)/;

/** Files of Azure. Everything throws ProviderError. */
export function createAzureFiles(session: Session, settings: UploadSettings): ReturnType<typeof createFiles> {
  const { baseUrl: baseURL } = session;
  const ofProject = PROJECT.test(baseURL);
  const directBytes = Math.min(settings.directBytes, WHOLE_BYTES);
  const files = createFiles(
    session,
    { ...settings, directBytes },
    // The same resource at the same host: the key goes nowhere else.
    { listQuery: {}, uploadsBase: ofProject ? baseURL.replace(PROJECT, '') : undefined },
  );
  return {
    ...files,
    async upload(source: UploadSource, options: UploadOptions): Promise<RemoteFile> {
      const wanted = source.purpose === 'fine-tune' && !(await session.call(options.signal, () => isMarked(source)));
      const added = wanted ? MARK.byteLength : 0;
      const { onSent } = options;
      const sent = added === 0 ? source : marked(source);
      const counted = onSent === undefined ? {} : { onSent: (bytes: number) => onSent(Math.max(0, bytes - added)) };
      try {
        return await files.upload(sent, { ...options, ...counted });
      } catch (error) {
        throw ofProject && sent.bytes > directBytes && isNoRoute(error) ? onlyOfResource(session, error) : error;
      }
    },
  };
}

const isNoRoute = (error: unknown): error is ProviderError =>
  error instanceof ProviderError && (error.detail.code === NO_SUCH_ROUTE || error.detail.status === 404);

function onlyOfResource({ place }: Session, { message, detail }: ProviderError): ProviderError {
  const mb = WHOLE_BYTES / 1024 / 1024;
  const where = `https://${place.split('.')[0]}.openai.azure.com/openai/v1/`;
  return new ProviderError(
    'not-found',
    `Azure takes files of more than ${mb} MB in parts, and not under a project: ${message} Set the base URL to ${where} in Settings (8).`,
    detail,
  );
}

/** Whether a file begins with the mark already. */
async function isMarked(source: UploadSource): Promise<boolean> {
  const first: number[] = [];
  for await (const piece of source.body()) {
    first.push(...piece.subarray(0, MARK.byteLength - first.length));
    if (first.length === MARK.byteLength) break;
  }
  return MARK.every((byte, index) => first[index] === byte);
}

const marked = (source: UploadSource): UploadSource => ({
  ...source,
  bytes: source.bytes + MARK.byteLength,
  async *body() {
    yield MARK;
    yield* source.body();
  },
});
