import * as z from 'zod';
import { leadingJson } from '../../../../domain/common/leading-json.ts';
import { NO_SUCH_ROUTE, ProviderError, type RemoteFile } from '../../../../domain/provider/provider.ts';
import { decodeResultFile } from '../../../../domain/training/metrics.ts';
import type { WholeAnswer } from '../../../http/transport.ts';
import { fromAnswer } from '../../errors.ts';
import {
  type createFiles,
  seconds,
  size,
  standingBy,
  type UploadOptions,
  type UploadSettings,
  type UploadSource,
} from '../../files.ts';
import { type CallOptions, listPage, requestOptions, type Session } from '../../session.ts';
import { putSigned } from '../signed-upload.ts';

const MOST_BYTES = 1_000_000;
/** Together's words for what a file is for. */
const PURPOSES: Readonly<Record<UploadSource['purpose'], string>> = { 'fine-tune': 'fine-tune', batch: 'batch-api' };
/** Looks at a file that Together works on, at ten times the first wait: some two hours of 5 s each. */
const LOOKS = 1500;
const NO_CALL: ReadonlySet<number> = new Set([404, 405, 501]);

const file = z.object({
  id: z.string().min(1),
  filename: z.string().catch(''),
  bytes: size,
  purpose: z.string().catch(''),
  created_at: seconds,
  processing_status: z.string().nullish().catch(null),
  validation_report: z.object({ error: z.string().nullish() }).nullish().catch(null),
});

type TogetherFile = z.infer<typeof file>;

/** What becomes of a file under each word; a word that is not here is shown, and nothing waited for. */
const PROCESSING: Readonly<Record<string, 'works' | 'refused'>> = {
  pending: 'works',
  queued: 'works',
  running: 'works',
  failed: 'refused',
  invalid_format: 'refused',
};

const stateOf = ({ processing_status }: TogetherFile) => PROCESSING[processing_status?.toLowerCase() ?? ''] ?? 'done';

const remote = ({ id, filename, bytes, purpose, created_at, processing_status }: TogetherFile): RemoteFile => ({
  id,
  filename,
  bytes,
  purpose,
  createdAt: created_at ?? 0,
  status: processing_status?.toLowerCase() ?? null,
});

/** Files of Together. Everything throws ProviderError. */
export function createTogetherFiles(session: Session, settings: UploadSettings): ReturnType<typeof createFiles> {
  const pathOf = (id: string): string => `/files/${encodeURIComponent(id)}`;

  const look = (id: string, options: CallOptions | undefined): Promise<TogetherFile> =>
    session.call(options?.signal, async () =>
      file.parse(await (await session.client()).get(pathOf(id), requestOptions(options))),
    );

  async function untilProcessed(first: TogetherFile, options: CallOptions | undefined): Promise<TogetherFile> {
    let current = first;
    for (let looks = 0; looks < LOOKS && stateOf(current) === 'works'; looks += 1) {
      const waitMs = settings.pollMs * Math.min(2 ** looks, 10);
      await session.call(options?.signal, () => settings.sleep(waitMs, options?.signal));
      current = await look(first.id, options);
    }
    if (stateOf(current) !== 'refused') return current;
    const why = current.validation_report?.error || 'it did not say why.';
    throw new ProviderError('invalid-training-file', `Together could not use ${current.filename}: ${why}`);
  }

  /** Older servers have no such call, and begin by themselves. */
  async function preprocess(id: string, options: CallOptions | undefined): Promise<void> {
    try {
      await session.call(options?.signal, async () =>
        (await session.client()).post(`${pathOf(id)}/preprocess`, requestOptions(options)),
      );
    } catch (error) {
      if (!(error instanceof ProviderError) || !NO_CALL.has(error.detail.status ?? 0)) throw error;
    }
  }

  return {
    async upload(source: UploadSource, options: UploadOptions): Promise<RemoteFile> {
      const { id, location } = await session.call(options.signal, () => announce(session, source, options));
      await session.call(options.signal, () => putSigned(session, location, source, options));
      await preprocess(id, options);
      const done = remote(await untilProcessed(await look(id, options), options));
      return { ...done, filename: done.filename || source.filename, bytes: done.bytes || source.bytes };
    },
    standing: (id: string, options: CallOptions = {}) =>
      standingBy(async () => untilProcessed(await look(id, options), options)),
    list(options?: CallOptions): Promise<readonly RemoteFile[]> {
      return session.call(options?.signal, async () => {
        const { data } = await listPage(session, '/files', {}, options);
        return data.flatMap((raw) => {
          const read = file.safeParse(raw);
          return read.success ? [remote(read.data)] : [];
        });
      });
    },
    async remove(id: string, options?: CallOptions): Promise<void> {
      await session.call(options?.signal, async () =>
        (await session.client()).delete(pathOf(id), requestOptions(options)),
      );
    },
    content(id: string, options?: CallOptions): Promise<string> {
      return session.call(options?.signal, async () => {
        const response = await (await session.client()).files.content(id, requestOptions(options));
        return decodeResultFile(await response.text());
      });
    },
  };
}

/** Says what file is to come. The answer sends on to a storage, where the key has no business: it is not followed here. */
async function announce(
  session: Session,
  source: UploadSource,
  { signal }: CallOptions,
): Promise<{ readonly id: string; readonly location: string }> {
  const fields = new URLSearchParams({
    file_name: source.filename,
    file_type: 'jsonl',
    purpose: PURPOSES[source.purpose],
  });
  const { req, url } = await (await session.client()).buildRequest({ method: 'post', path: '/files' });
  const headers = new Headers(req.headers);
  headers.set('content-type', 'application/x-www-form-urlencoded');
  const answer = await session.http.whole({
    method: 'POST',
    url: `${url}?${fields}`,
    headers: Object.fromEntries(headers),
    body: Buffer.from(fields.toString()),
    signal,
    mostBytes: MOST_BYTES,
    redirects: 'none',
  });
  const location = answer.header('location');
  const id = answer.header('x-together-file-id');
  if (answer.status === 302 && location !== null && id !== null) return { id, location };
  throw notAnnounced(session, answer, signal);
}

function notAnnounced(session: Session, answer: WholeAnswer, signal: AbortSignal | undefined): ProviderError {
  const { status, header, text } = answer;
  if (status >= 400) return fromAnswer({ status, header, error: leadingJson(text) ?? text }, session.context(signal));
  const what = `${session.place} answered ${status} to a new file, and did not say where its bytes go.`;
  return new ProviderError('invalid-request', what, { status, code: NO_SUCH_ROUTE });
}
