import { createReadStream, statSync } from 'node:fs';
import { CALL_LIMITS, type CallLimits } from '../../../domain/provider/call-limits.ts';
import type { TrackingError } from '../../../domain/tracking/types.ts';
import { BodyFault, RedirectFault, SilenceFault } from '../../http/faults.ts';
import { type FetchedAnswer, fetched } from '../../http/fetched.ts';
import { createTransport } from '../../http/transport.ts';
import { waitOf } from '../../retry-after.ts';
import { basicAuth, faultOf, safeFault, saidIn, saidSafely, storageFault, unreachable } from './faults.ts';
import type { HttpDeps, Subject, Target } from './target.ts';

/** W&B gives the headers of a pre-signed address as `Name:value`. One without a colon is left out, as it does. */
export function headersOf(lines: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    lines.flatMap((line): [string, string][] => {
      const colon = line.indexOf(':');
      return colon < 1 ? [] : [[line.slice(0, colon).trim(), line.slice(colon + 1).trim()]];
    }),
  );
}

/** Statuses that no other try changes: W&B's own client's rules (core/internal/clients). */
const FINAL = new Set([400, 401, 403, 404, 409, 410, 413, 422, 501]);

/** Whether the same again may succeed. W&B answers 409 to `upsertBucket` while another one is at it. */
function isPassing(status: number, retryConflict: boolean): boolean {
  if (status === 409) return retryConflict;
  return status >= 400 && !FINAL.has(status);
}

/** What is put somewhere, opened anew for each try. */
interface PutBody {
  readonly bytes: number;
  open(): Buffer | AsyncIterable<Uint8Array>;
  /** What of the disk kept it from being read; null when nothing did. */
  broken(): TrackingError | null;
}

export function textBody(text: string): PutBody {
  return { bytes: Buffer.byteLength(text), open: () => Buffer.from(text), broken: () => null };
}

/** A file read as it is sent. `onSent` is called with how much of it went, from 0 at each try. Throws TrackingError. */
export function fileBody(path: string, onSent: (bytes: number) => void): PutBody {
  let fault: TrackingError | null = null;
  const { size } = statSync(path);
  return {
    bytes: size,
    open: () => pieces(path, onSent, (error) => (fault = unreadable(path, error))),
    broken: () => fault,
  };
}

async function* pieces(
  path: string,
  onSent: (bytes: number) => void,
  onFault: (error: unknown) => void,
): AsyncGenerator<Uint8Array, void, undefined> {
  let sent = 0;
  onSent(0);
  try {
    for await (const piece of createReadStream(path)) {
      yield piece;
      sent += piece.length;
      onSent(sent);
    }
  } catch (error) {
    onFault(error);
    throw error;
  }
}

function unreadable(path: string, error: unknown): TrackingError {
  const code = error instanceof Error && 'code' in error ? ` (${String(error.code)})` : '';
  return safeFault('broken-log', `${path} cannot be read${code}.`, 'Write the run again, then upload it.');
}

/** Bytes of an answer that is read into memory, and of a refusal. */
export const ANSWER_BYTES = 64_000_000;
const REFUSAL_BYTES = 1_000_000;
/** A line slower than this, in bytes a millisecond, is taken for a dead one. */
const SLOWEST = 32;

export interface HttpOptions {
  readonly target: Target;
  readonly deps: HttpDeps;
  readonly signal?: AbortSignal | undefined;
  /** Tries of each request in all; as W&B's own client has it unless set. A person who waits wants the first answer. */
  readonly tries?: number;
  /** Called with how long the wait before the next try is, in milliseconds, and null once it is over. */
  readonly onWait?: ((ms: number | null) => void) | undefined;
}

type Headers = Readonly<Record<string, string>>;

export interface Http {
  readonly target: Target;
  /** A JSON body to a path of the API, with the key; gives the text of a success. Throws TrackingError. */
  post(path: string, body: string, ask: PostOptions): Promise<string>;
  /** A file to a pre-signed address, without the key. Throws TrackingError. */
  put(url: string, headers: Headers, body: PutBody, subject: Subject): Promise<void>;
  /**
   * A pre-signed address, without the key; its body is the caller's. `also` are statuses that are no faults. Throws
   * TrackingError.
   */
  get(url: string, headers: Headers, also: readonly number[], subject: Subject): Promise<FetchedAnswer>;
}

export interface PostOptions {
  readonly subject: Subject;
  readonly retryConflict?: boolean;
  /** For what does no harm when it is lost. */
  readonly once?: boolean;
}

interface Request<T> {
  readonly url: string;
  readonly ask: PostOptions;
  /** Sent along. */
  readonly bytes: number;
  readonly init: () => Omit<Parameters<typeof fetched>[1], 'url' | 'signal' | 'limits'>;
  /** Its body is read here, in the time of the call; else it is the caller's. */
  readonly whole: boolean;
  /** Statuses that are no success and yet no fault. */
  readonly also?: readonly number[];
  readonly read: (answer: FetchedAnswer) => Promise<T>;
  readonly faultOf: (status: number, said: string) => TrackingError;
  /** Why no other try is of use, found while sending. */
  readonly broken?: () => TrackingError | null;
}

type Attempt<T> =
  | { readonly value: T }
  | { readonly fault: TrackingError; readonly passing: boolean; readonly retryAfter: string | null };

/** W&B over HTTP, with the retries its own client makes. Each wait can be broken off by the signal. */
export function createHttp({ target, deps, signal, onWait, tries: most }: HttpOptions): Http {
  const transport = createTransport(deps.connection);

  /** What is sent along has its own time. */
  function limitsOf({ whole, bytes }: Request<unknown>): Partial<CallLimits> {
    const { timeoutMs } = deps;
    const silence = timeoutMs === undefined ? {} : { firstMs: timeoutMs, betweenMs: timeoutMs };
    const most = timeoutMs ?? deps.connection?.limits?.().wholeMs ?? CALL_LIMITS.wholeMs;
    return whole ? { ...silence, wholeMs: most + Math.ceil(bytes / SLOWEST) } : silence;
  }

  async function answerTo<T>(request: Request<T>): Promise<Attempt<T>> {
    const ask = { ...request.init(), url: request.url, signal, limits: limitsOf(request) };
    const answer = await fetched(transport, ask);
    const { status, header, ok } = answer;
    if (ok || request.also?.includes(status)) return { value: await request.read(answer) };
    const said = saidSafely(saidIn(await answer.text(REFUSAL_BYTES)), target.key);
    return {
      fault: request.faultOf(status, said),
      passing: isPassing(status, request.ask.retryConflict === true),
      retryAfter: header('retry-after'),
    };
  }

  async function attempt<T>(request: Request<T>): Promise<Attempt<T>> {
    signal?.throwIfAborted();
    try {
      return await answerTo(request);
    } catch (error) {
      signal?.throwIfAborted();
      const broken = request.broken?.();
      if (broken) throw broken;
      if (error instanceof BodyFault || error instanceof RedirectFault)
        throw safeFault('server', error.message, 'Set WANDB_BASE_URL to the address of the API itself.');
      const silent = error instanceof SilenceFault;
      return { fault: unreachable(request.url, request.ask.subject, silent), passing: true, retryAfter: null };
    }
  }

  async function send<T>(request: Request<T>): Promise<T> {
    for (let tries = 1; ; tries += 1) {
      const result = await attempt(request);
      if ('value' in result) return result.value;
      const again = result.passing && request.ask.once !== true && tries !== most;
      const wait = again ? waitOf(tries, result.retryAfter, deps) : null;
      if (wait === null) throw result.fault;
      onWait?.(wait);
      await deps.sleep(wait, signal);
      signal?.throwIfAborted();
      onWait?.(null);
    }
  }

  /** Servers of one's own give addresses without themselves. */
  const absolute = (url: string): string => URL.parse(url, `${target.baseUrl}/`)?.href ?? url;

  return {
    target,
    post: (path, body, ask) =>
      send({
        url: `${target.baseUrl}${path}`,
        ask,
        bytes: body.length,
        whole: true,
        init: () => ({
          method: 'POST',
          body: Buffer.from(body),
          headers: { authorization: `Basic ${basicAuth(target.key)}`, 'content-type': 'application/json' },
          // A redirect would take the key, and what is posted, elsewhere.
          redirects: 'none',
        }),
        read: (answer) => answer.text(ANSWER_BYTES),
        faultOf: (status, said) => faultOf(status, said, ask.subject, target),
      }),
    put: (url, headers, body, subject) =>
      send({
        url: absolute(url),
        ask: { subject },
        bytes: body.bytes,
        whole: true,
        init: () => ({
          body: body.open(),
          method: 'PUT',
          headers: { ...headers, 'content-length': String(body.bytes) },
          redirects: 'none',
        }),
        read: async (answer) => {
          await answer.text(ANSWER_BYTES);
        },
        faultOf: (status, said) => storageFault(status, said, subject),
        broken: body.broken,
      }),
    get: (url, headers, also, subject) =>
      send({
        url: absolute(url),
        ask: { subject },
        bytes: 0,
        whole: false,
        init: () => ({ headers }),
        also,
        read: async (answer) => answer,
        faultOf: (status, said) => storageFault(status, said, subject),
      }),
  };
}
