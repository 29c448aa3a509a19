import { lstat, mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { leadingJson } from '../../domain/common/leading-json.ts';
import { OutputError } from '../../domain/common/outputs.ts';
import { ProviderError } from '../../domain/provider/provider.ts';
import { unwritten } from '../../domain/text/file-faults.ts';
import { byteSize } from '../../domain/text/format.ts';
import { createClock } from '../clock.ts';
import { placeNew } from '../filesystem/atomic.ts';
import { rangeHeaders, sizeOf, writePart } from '../filesystem/part-file.ts';
import { absolutePath } from '../filesystem/paths.ts';
import { isMissing } from '../filesystem/private-files.ts';
import { type FetchedAnswer, fetched } from '../http/fetched.ts';
import { fromAnswer, toProviderError } from './errors.ts';
import type { CallOptions, Session } from './session.ts';

/** A file of a tuned model; its name leads nowhere but into the folder it is put in. */
export interface WeightFile {
  readonly id: string;
  readonly name: string;
  readonly bytes: number | null;
}

interface TunedWeights {
  readonly source: string;
  readonly base: string;
  readonly files: readonly WeightFile[];
}

interface Destination {
  readonly folder: string;
  readonly replace: boolean;
}

interface DownloadOptions extends CallOptions {
  readonly onProgress?: (progress: { readonly name: string; readonly received: number }) => void;
}

/** Where a provider has the files of a tuned model. */
export interface WeightsForm {
  find(model: string, options: CallOptions | undefined): Promise<TunedWeights>;
  /** The path of a file's bytes, under the base URL. */
  contentPath(id: string): string;
}

export type WeightFiles = ReturnType<typeof createWeights>;

/** Files of tuned models at one provider. Everything throws ProviderError; `download` also OutputError and FileError. */
export function createWeights(session: Session, form: WeightsForm) {
  const taken = async ({ files }: TunedWeights, folder: string): Promise<readonly string[]> => {
    const there = await Promise.all(files.map(({ name }) => isThere(join(absolutePath(folder), name))));
    return files.flatMap(({ name }, index) => (there[index] === true ? [name] : []));
  };
  return {
    find: (model: string, options?: CallOptions) => session.call(options?.signal, () => form.find(model, options)),
    taken,
    async download(weights: TunedWeights, to: Destination, options: DownloadOptions = {}): Promise<string> {
      const folder = absolutePath(to.folder);
      const present = to.replace ? [] : await taken(weights, folder);
      if (present.length > 0)
        throw new OutputError(`${folder} has ${present.join(', ')} already.`, 'Name another folder.');
      try {
        await mkdir(folder, { recursive: true });
        let before = 0;
        for (const file of weights.files) {
          const report = (bytes: number): void => options.onProgress?.({ name: file.name, received: before + bytes });
          await fetchWhole(session, form, { file, part: partOf(folder, file), report, signal: options.signal });
          before += (await sizeOf(partOf(folder, file))) ?? 0;
        }
        for (const file of weights.files) await place(folder, file, to.replace);
      } catch (error) {
        if (options.signal?.aborted === true) throw toProviderError(error, session.context(options.signal));
        throw unwritten(folder, error);
      }
      return folder;
    },
  };
}

const isThere = async (path: string): Promise<boolean> => {
  try {
    await lstat(path);
    return true;
  } catch (error) {
    if (isMissing(error)) return false;
    throw unwritten(path, error);
  }
};

/** What has come of a file, by the file's id: a part is never of something else. */
const partOf = (folder: string, { id, name }: WeightFile): string =>
  join(folder, `${name}.${id.replace(/[^\w-]/g, '').slice(-60)}.part`);

async function place(folder: string, file: WeightFile, replace: boolean): Promise<void> {
  const part = partOf(folder, file);
  if (replace) return rename(part, join(folder, file.name));
  await placeNew(part, join(folder, file.name), async () => false).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST')
      throw new OutputError(`${file.name} came to be in ${folder} meanwhile.`, 'Name another folder.');
    throw error;
  });
}

interface Fetching {
  readonly file: WeightFile;
  readonly part: string;
  readonly report: (bytes: number) => void;
  readonly signal: AbortSignal | undefined;
}

/** Attempts in a row that bring nothing new before it is given up. */
const BARREN = 5;
const PAUSE_MS = 500;

/** Fetches what is missing of a file until its part is whole. */
async function fetchWhole(session: Session, form: WeightsForm, fetching: Fetching): Promise<void> {
  const { file, part, signal } = fetching;
  for (let barren = 0; ; ) {
    const before = (await sizeOf(part)) ?? 0;
    const fault = await fetchRest(session, form, fetching, before).catch((error: unknown) => {
      if (error instanceof ProviderError && error.retryable) return error;
      throw error;
    });
    if (fault === null) return;
    const after = (await sizeOf(part)) ?? 0;
    barren = after > before ? 0 : barren + 1;
    if (barren === BARREN) {
      const kept =
        after === 0 ? '' : ` ${byteSize(after)} of ${file.name} are kept: the same again goes on from there.`;
      throw new ProviderError(fault.kind, `${fault.message}${kept}`, fault.detail);
    }
    if (barren > 0) await createClock().sleep(fault.detail.retryAfterMs ?? PAUSE_MS * 2 ** barren, signal);
  }
}

/** Null once the part is whole; else what stood in the way, where asking again may help. Throws what asking again does not mend. */
async function fetchRest(
  session: Session,
  form: WeightsForm,
  { file, part, report, signal }: Fetching,
  before: number,
): Promise<ProviderError | null> {
  const { bytes } = file;
  if (bytes !== null && before === bytes && before > 0) return null;
  const have = bytes !== null && before > bytes ? 0 : before;
  const answer = await session.call(signal, () => asked(session, form.contentPath(file.id), have, signal));
  report(have);
  if (answer.status === 416) {
    answer.leave();
    await rm(part, { force: true });
    return cut(session, file);
  }
  const from = answer.status === 206 ? have : 0;
  const whole = await writePart({ ...answer, pieces: counted(answer.pieces, from, report) }, part, have, signal);
  if (!whole) return cut(session, file);
  const came = await sizeOf(part);
  if (bytes === null || came === bytes) return null;
  await rm(part, { force: true });
  throw new ProviderError(
    'invalid-request',
    `${file.name} came with ${came} bytes from ${session.place}, which says that it has ${bytes}. It was not kept.`,
  );
}

/** Asks for a file from a byte on. Where it lies elsewhere, the transport leaves the key behind. */
async function asked(
  session: Session,
  path: string,
  have: number,
  signal: AbortSignal | undefined,
): Promise<FetchedAnswer> {
  const { headers } = await session.routes.chat('');
  const own = Object.entries(headers).filter(([name]) => !OF_CHAT.test(name));
  const answer = await fetched(session.http, {
    url: `${session.baseUrl}${path}`,
    headers: { ...Object.fromEntries(own), ...rangeHeaders(have) },
    signal,
  });
  if (answer.ok || answer.status === 416) return answer;
  const text = await answer.text(ERROR_BYTES);
  const { status, header } = answer;
  throw fromAnswer({ status, header, error: leadingJson(text) ?? text }, session.context(signal));
}

/** Headers of a route that say what is sent and what is expected. */
const OF_CHAT = /^(?:accept|content-type|content-length)$/;

/** Of an answer that is a refusal. */
const ERROR_BYTES = 1_000_000;

const cut = ({ place }: Session, { name }: WeightFile): ProviderError =>
  new ProviderError('network', `${name} breaks off on its way from ${place}.`);

async function* counted(
  pieces: AsyncIterable<Uint8Array>,
  from: number,
  report: (bytes: number) => void,
): AsyncGenerator<Uint8Array> {
  let bytes = from;
  for await (const piece of pieces) {
    yield piece;
    bytes += piece.byteLength;
    report(bytes);
  }
}
