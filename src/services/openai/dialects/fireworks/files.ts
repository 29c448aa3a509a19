import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import { leadingJson } from '../../../../domain/common/leading-json.ts';
import { ProviderError, type ProviderProfile, type RemoteFile } from '../../../../domain/provider/provider.ts';
import { decodeResultFile } from '../../../../domain/training/metrics.ts';
import { fromAnswer } from '../../errors.ts';
import {
  CountedBody,
  cannotRead,
  type createFiles,
  seconds,
  standingBy,
  type UploadOptions,
  type UploadSettings,
  type UploadSource,
} from '../../files.ts';
import { type CallOptions, requestOptions, type Session } from '../../session.ts';
import { getSigned, putSigned } from '../signed-upload.ts';
import { accountOf, idOf } from './account.ts';

/** Larger ones go to an address that Fireworks signs, and not through it. */
export const SMALL_BYTES = 100 * 1024 * 1024;
const MOST_BYTES = 1_000_000;
/** Looks at a dataset that is not ready, at ten times the first wait: some two hours of 5 s each. */
const LOOKS = 1500;
const NEWLINE = 10;

const dataset = z.object({
  name: z.string().min(1),
  displayName: z.string().catch(''),
  state: z.string().nullish().catch(null),
  status: z.object({ code: z.string().nullish(), message: z.string().nullish() }).nullish().catch(null),
  createTime: seconds,
});

type Dataset = z.infer<typeof dataset>;

const signedUrls = z.object({ filenameToSignedUrls: z.record(z.string(), z.string()) });

const remote = ({ name, displayName, state, createTime }: Dataset, bytes: number | null): RemoteFile => ({
  id: idOf(name),
  filename: displayName,
  bytes,
  purpose: 'fine-tune',
  createdAt: createTime ?? 0,
  status: state?.toLowerCase() ?? null,
});

/** Datasets of Fireworks, which stand for files. Everything throws ProviderError. */
export function createFireworksFiles(
  session: Session,
  settings: UploadSettings,
  profile: ProviderProfile,
): ReturnType<typeof createFiles> {
  const account = accountOf(session, profile);
  const urlOf = (id: string, verb = ''): string => account.url(`datasets/${encodeURIComponent(id)}${verb}`);

  const look = (id: string, options: CallOptions | undefined): Promise<Dataset> =>
    session.call(options?.signal, async () =>
      dataset.parse(await (await session.client()).get(urlOf(id), requestOptions(options))),
    );

  async function untilReady(first: Dataset, options: CallOptions | undefined): Promise<Dataset> {
    let current = refuseFaulty(first);
    for (let looks = 0; looks < LOOKS && current.state === 'UPLOADING'; looks += 1) {
      const waitMs = settings.pollMs * Math.min(2 ** looks, 10);
      await session.call(options?.signal, () => settings.sleep(waitMs, options?.signal));
      current = refuseFaulty(await look(idOf(first.name), options));
    }
    return current;
  }

  async function sendSigned(id: string, source: UploadSource, options: UploadOptions): Promise<void> {
    const client = await session.client();
    const body = { filenameToSize: { [source.filename]: String(source.bytes) } };
    const answer = await client.post(urlOf(id, ':getUploadEndpoint'), { body, ...requestOptions(options) });
    const [address = ''] = Object.values(signedUrls.parse(answer).filenameToSignedUrls);
    await putSigned(session, address, source, options);
    await client.post(urlOf(id, ':validateUpload'), { body: {}, ...requestOptions(options) });
  }

  return {
    async upload(source: UploadSource, options: UploadOptions): Promise<RemoteFile> {
      const id = datasetId(source.filename);
      await session.call(options.signal, async () => {
        const described = {
          format: 'CHAT',
          userUploaded: {},
          exampleCount: String(await linesOf(source)),
          displayName: source.filename,
        };
        const body = { datasetId: id, dataset: described };
        await (await session.client()).post(account.url('datasets'), { body, ...requestOptions(options) });
        const small = source.bytes <= Math.min(SMALL_BYTES, settings.directBytes);
        if (small) await sendThrough(session, urlOf(id, ':upload'), source, options);
        else await sendSigned(id, source, options);
      });
      return remote(await untilReady(await look(id, options), options), source.bytes);
    },
    standing: (id: string, options: CallOptions = {}) =>
      standingBy(async () => untilReady(await look(id, options), options)),
    list(options?: CallOptions): Promise<readonly RemoteFile[]> {
      return session.call(options?.signal, async () =>
        (await account.list('datasets', options)).flatMap((raw) => {
          const read = dataset.safeParse(raw);
          return read.success ? [remote(read.data, null)] : [];
        }),
      );
    },
    async remove(id: string, options?: CallOptions): Promise<void> {
      await session.call(options?.signal, async () =>
        (await session.client()).delete(urlOf(id), requestOptions(options)),
      );
    },
    content(id: string, options?: CallOptions): Promise<string> {
      return session.call(options?.signal, async () => {
        const client = await session.client();
        const answer = await client.get(urlOf(id, ':getDownloadEndpoint'), requestOptions(options));
        const parts: string[] = [];
        for (const address of Object.values(signedUrls.parse(answer).filenameToSignedUrls))
          parts.push(await getSigned(session, address, options?.signal));
        return decodeResultFile(parts.join(''));
      });
    },
  };
}

function refuseFaulty(found: Dataset): Dataset {
  const { code, message } = found.status ?? {};
  if (!code || code === 'OK') return found;
  const why = message || code;
  throw new ProviderError('invalid-training-file', `Fireworks could not use ${found.displayName}: ${why}`);
}

/** An id of its own for each upload: small letters, digits and dashes, 63 at most. */
function datasetId(filename: string): string {
  const words = filename
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 40);
  return [words || 'rows', randomUUID().slice(0, 8)].join('-');
}

/** Lines that hold something. */
async function linesOf(source: UploadSource): Promise<number> {
  let lines = 0;
  let inLine = false;
  for await (const piece of source.body()) {
    for (const byte of piece) {
      if (byte === NEWLINE) inLine = false;
      else if (!inLine && byte > 32) {
        inLine = true;
        lines += 1;
      }
    }
  }
  return lines;
}

/** Sends a file as the one part of a form, in pieces as they are read. */
async function sendThrough(session: Session, url: string, source: UploadSource, options: UploadOptions): Promise<void> {
  const boundary = `luthier-${randomUUID()}`;
  const name = source.filename.replace(/["\\\r\n]/g, '_');
  const head = Buffer.from(
    `--${boundary}\r\ncontent-disposition: form-data; name="file"; filename="${name}"\r\ncontent-type: application/jsonl\r\n\r\n`,
  );
  const tail = Buffer.from(`\r\n--${boundary}--\r\n`);
  const body = new CountedBody(source, options.onSent);
  const { req } = await (await session.client()).buildRequest({ method: 'post', path: '/' });
  const headers = new Headers(req.headers);
  headers.set('content-type', `multipart/form-data; boundary=${boundary}`);
  headers.set('content-length', String(head.byteLength + source.bytes + tail.byteLength));
  try {
    const { status, header, text } = await session.http.whole({
      method: 'POST',
      url,
      headers: Object.fromEntries(headers),
      body: framed(head, body.rest(), tail),
      signal: options.signal,
      mostBytes: MOST_BYTES,
      redirects: 'own',
    });
    if (status < 200 || status >= 300)
      throw fromAnswer({ status, header, error: leadingJson(text) ?? text }, session.context(options.signal));
  } catch (error) {
    throw body.readError === null ? error : cannotRead(source, body.readError);
  }
}

async function* framed(head: Buffer, body: AsyncIterable<Uint8Array>, tail: Buffer): AsyncGenerator<Uint8Array> {
  yield head;
  yield* body;
  yield tail;
}
