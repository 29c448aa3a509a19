import type OpenAI from 'openai';
import * as z from 'zod';
import { type FileStanding, NO_SUCH_ROUTE, ProviderError, type RemoteFile } from '../../domain/provider/provider.ts';
import { decodeResultFile } from '../../domain/training/metrics.ts';
import { allItems, type CallOptions, listPage, readAs, requestOptions, type Session } from './session.ts';

export interface UploadSource {
  readonly filename: string;
  readonly purpose: 'fine-tune' | 'batch';
  readonly bytes: number;
  /** Yields the file's bytes once. */
  body(): AsyncIterable<Uint8Array>;
}

export interface UploadOptions extends CallOptions {
  /** Called with the running total of bytes handed to the connection. */
  readonly onSent?: (bytes: number) => void;
}

/** In what a provider with OpenAI's calls for files differs from OpenAI. */
export interface FilesForm {
  /** What a list is asked with. */
  readonly listQuery: Readonly<Record<string, string | number>>;
  /** Where files in parts go, when it is not under the base URL. */
  readonly uploadsBase?: string | undefined;
}

export interface UploadSettings {
  /** Files above it go in parts. 512 MB: the limit of POST /files. */
  readonly directBytes: number;
  /** Bytes of a part. 64 MB: the limit of POST /uploads/{id}/parts. */
  readonly partBytes: number;
  /** First wait between looks at a file that the server still works on; doubled up to ten times that. */
  readonly pollMs: number;
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

const MB = 1024 * 1024;
export const UPLOAD_LIMITS = { directBytes: 512 * MB, partBytes: 64 * MB, pollMs: 500 };

/** Slowest line an upload is still waited for: 20 kB/s, beside what an answer may take. */
const uploadTimeoutMs = (client: OpenAI, bytes: number): number => client.timeout + Math.ceil(bytes / 20);

const MIME = 'application/jsonl';
/** A server that says `uploaded` may never say more (it was OpenAI's last word once); the others do move on. */
const POLLS_BY_STATUS: Readonly<Record<string, number>> = { uploaded: 8, pending: 200, running: 200, processing: 200 };

/** Sends a file without ever holding it in memory, and waits until the server has looked at it. */
async function uploadFile(
  session: Session,
  settings: UploadSettings,
  { uploadsBase }: FilesForm,
  source: UploadSource,
  options: UploadOptions,
): Promise<RemoteFile> {
  const body = new CountedBody(source, options.onSent);
  const sent = await session.call(options.signal, async () => {
    try {
      return readAs(
        session,
        source.bytes > settings.directBytes
          ? await sendInParts(session, settings, { source, body, options, uploadsBase })
          : await sendWhole(session, { source, body, options }),
        parseFile,
      );
    } catch (error) {
      throw body.readError === null ? error : cannotRead(source, body.readError);
    }
  });
  return await untilProcessed(session, settings, sent, options);
}

interface Sending {
  readonly source: UploadSource;
  readonly body: CountedBody;
  readonly options: UploadOptions;
  readonly uploadsBase?: string | undefined;
}

async function sendWhole(session: Session, { source, body, options }: Sending): Promise<unknown> {
  const { toStreamingFile } = await import('openai');
  const client = await session.client();
  return await client.files.create(
    { file: toStreamingFile(body.rest(), source.filename, { type: MIME }), purpose: source.purpose },
    { ...requestOptions(options), timeout: uploadTimeoutMs(client, source.bytes) },
  );
}

async function sendInParts(session: Session, settings: UploadSettings, sending: Sending): Promise<unknown> {
  const { source, body, options, uploadsBase } = sending;
  const { toStreamingFile } = await import('openai');
  const client = await session.client();
  const { uploads } = uploadsBase === undefined ? client : client.withOptions({ baseURL: uploadsBase });
  const { id } = await uploads.create(
    { filename: source.filename, purpose: source.purpose, bytes: source.bytes, mime_type: MIME },
    requestOptions(options),
  );
  try {
    const partIds: string[] = [];
    for (let left = source.bytes; left > 0; left -= settings.partBytes) {
      const part = await uploads.parts.create(
        id,
        { data: toStreamingFile(body.take(settings.partBytes), `part-${partIds.length + 1}`) },
        { ...requestOptions(options), timeout: uploadTimeoutMs(client, settings.partBytes) },
      );
      partIds.push(part.id);
    }
    const whole = await uploads.complete(id, { part_ids: partIds }, requestOptions(options));
    return whole.file;
  } catch (error) {
    // The upload expires by itself in an hour; what matters is the first error.
    await uploads.cancel(id).catch(() => undefined);
    throw error;
  }
}

/** The bytes of a file, once, in pieces of the wanted size, counted as they leave. */
export class CountedBody {
  readError: unknown = null;
  private readonly chunks: AsyncIterator<Uint8Array>;
  private readonly onSent: ((bytes: number) => void) | undefined;
  private pending: Uint8Array = new Uint8Array(0);
  private sent = 0;

  constructor(source: UploadSource, onSent: ((bytes: number) => void) | undefined) {
    this.chunks = source.body()[Symbol.asyncIterator]();
    this.onSent = onSent;
  }

  rest(): AsyncIterable<Uint8Array> {
    return this.take(Number.POSITIVE_INFINITY);
  }

  async *take(bytes: number): AsyncGenerator<Uint8Array> {
    let left = bytes;
    while (left > 0) {
      const chunk = this.pending.byteLength > 0 ? this.pending : await this.read();
      if (chunk === null) return;
      const piece = chunk.byteLength > left ? chunk.subarray(0, left) : chunk;
      this.pending = chunk.subarray(piece.byteLength);
      left -= piece.byteLength;
      yield piece;
      this.sent += piece.byteLength;
      this.onSent?.(this.sent);
    }
  }

  private async read(): Promise<Uint8Array | null> {
    try {
      const { done, value } = await this.chunks.next();
      return done === true ? null : value;
    } catch (error) {
      this.readError = error;
      throw error;
    }
  }
}

const UNUSABLE: ReadonlySet<string> = new Set(['error', 'failed', 'deleted', 'deleting', 'expired', 'cancelled']);
/** Statuses of a server that has no such call. */
const NO_CALL: ReadonlySet<number> = new Set([405, 501]);

async function standingOf(
  session: Session,
  settings: UploadSettings,
  id: string,
  options: CallOptions,
): Promise<FileStanding> {
  return standingBy(async () => {
    const found = await session.call(options.signal, async () =>
      readAs(session, await (await session.client()).files.retrieve(id, requestOptions(options)), parseFile),
    );
    await untilProcessed(session, settings, found, options);
  });
}

/** What became of a file, by a look that throws ProviderError where it is gone or of no use. */
export async function standingBy(look: () => Promise<unknown>): Promise<FileStanding> {
  try {
    await look();
    return 'there';
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    const { kind, detail } = error;
    if (detail.code === NO_SUCH_ROUTE || NO_CALL.has(detail.status ?? 0)) return 'unknown';
    if (kind === 'not-found' || kind === 'invalid-training-file') return 'gone';
    throw error;
  }
}

async function untilProcessed(
  session: Session,
  settings: UploadSettings,
  sent: ParsedFile,
  options: UploadOptions,
): Promise<RemoteFile> {
  let current = sent;
  for (let look = 0; look < (POLLS_BY_STATUS[current.file.status ?? ''] ?? 0); look += 1) {
    const waitMs = settings.pollMs * Math.min(2 ** look, 10);
    current = await session.call(options.signal, async () => {
      await settings.sleep(waitMs, options.signal);
      return readAs(
        session,
        await (await session.client()).files.retrieve(sent.file.id, requestOptions(options)),
        parseFile,
      );
    });
  }
  if (UNUSABLE.has(current.file.status ?? ''))
    throw new ProviderError(
      'invalid-training-file',
      `The server could not use ${sent.file.filename}: ${current.details ?? 'it did not say why.'}`,
    );
  return current.file;
}

export function cannotRead(source: UploadSource, error: unknown): ProviderError {
  const why = error instanceof Error ? error.message : 'unknown failure';
  return new ProviderError('invalid-request', `${source.filename} could not be read to its end: ${why}`);
}

/** More seconds than any date of ours has: such a number counts milliseconds. */
const MILLISECONDS_FROM = 1e11;

/** Seconds since the epoch; some servers write ISO dates, milliseconds, or digits as text. Null when there is no date. */
export const seconds = z
  .union([
    z.number(),
    z.string().transform((text) => (/^\d+(?:\.\d+)?$/.test(text) ? Number(text) : Math.floor(Date.parse(text) / 1000))),
  ])
  .nullish()
  .catch(null)
  .transform((value) => {
    if (value === null || value === undefined || !Number.isFinite(value) || value <= 0) return null;
    return Math.floor(value >= MILLISECONDS_FROM ? value / 1000 : value);
  });

/** Bytes of a file; some servers write the digits as text. Null when there are none. */
export const size = z
  .union([z.number(), z.string().regex(/^\d+$/).transform(Number)])
  .nullish()
  .catch(null)
  .transform((value) => value ?? null);

const file = z.object({
  id: z.string().min(1),
  filename: z.string().catch(''),
  bytes: size,
  purpose: z.string().catch(''),
  created_at: seconds,
  status: z.string().nullish().catch(null),
  status_details: z.string().nullish().catch(null),
});

interface ParsedFile {
  readonly file: RemoteFile;
  /** Why the server could not use it; null when it said nothing. */
  readonly details: string | null;
}

/** Throws ZodError for what has no id. */
function parseFile(raw: unknown): ParsedFile {
  const { id, filename, bytes, purpose, created_at, status, status_details } = file.parse(raw);
  return {
    file: { id, filename, bytes, purpose, createdAt: created_at ?? 0, status: status ?? null },
    details: status_details || null,
  };
}

function parseFileOrNull(raw: unknown): RemoteFile | null {
  const parsed = file.safeParse(raw);
  return parsed.success ? parseFile(raw).file : null;
}

const PAGE = 1000;

const OPENAI_FILES: FilesForm = { listQuery: { limit: PAGE } };

/** Files of one provider. Everything throws ProviderError. */
export function createFiles(session: Session, settings: UploadSettings, form: FilesForm = OPENAI_FILES) {
  return {
    upload(file: UploadSource, options: UploadOptions): Promise<RemoteFile> {
      return uploadFile(session, settings, form, file, options);
    },
    standing(id: string, options: CallOptions = {}): Promise<FileStanding> {
      return standingOf(session, settings, id, options);
    },
    /** Every page, in the server's order. */
    list(options?: CallOptions): Promise<readonly RemoteFile[]> {
      return session.call(options?.signal, () =>
        allItems((cursor) => listPage(session, '/files', { ...form.listQuery, ...cursor }, options), parseFileOrNull),
      );
    },
    async remove(id: string, options?: CallOptions): Promise<void> {
      await session.call(options?.signal, async () =>
        (await session.client()).files.delete(id, requestOptions(options)),
      );
    },
    /** As text. A result file that comes in base64 is decoded. */
    content(id: string, options?: CallOptions): Promise<string> {
      return session.call(options?.signal, async () => {
        const response = await (await session.client()).files.content(id, requestOptions(options));
        return decodeResultFile(await response.text());
      });
    },
  };
}
