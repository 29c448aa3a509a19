import { createReadStream } from 'node:fs';
import type * as z from 'zod';
import { parseJson } from '../../domain/common/json.ts';
import { CALL_LIMITS, type CallLimits } from '../../domain/provider/call-limits.ts';
import { BodyFault, RedirectFault, SilenceFault } from '../http/faults.ts';
import { fetched } from '../http/fetched.ts';
import { createTransport, type TransportParts } from '../http/transport.ts';
import { waitOf } from '../retry-after.ts';
import { type CalledServer, codeIn, faultOf, noApi, PassingFault, unreachable } from './faults.ts';

/** What time and chance are, so that a test waits for nothing. */
export interface HttpDeps {
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
  /** In [0, 1). */
  readonly random: () => number;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly connection?: TransportParts | undefined;
}

export interface ApiOptions {
  readonly server: CalledServer & { readonly header: string | null };
  readonly deps: HttpDeps;
  readonly signal?: AbortSignal | undefined;
  /** Tries in all; as `waitOf` has it unless set. A person who waits wants the first answer. */
  readonly tries?: number;
  /** Called with how long the wait before the next try is, in milliseconds, and null once it is over. */
  readonly onWait?: ((ms: number | null) => void) | undefined;
}

interface Ask<T> {
  /** Below `/api/2.0/mlflow/`. */
  readonly path: string;
  /** In the address of a GET, as the body of a POST. */
  readonly get?: Readonly<Record<string, string>>;
  readonly post?: unknown;
  readonly answer: z.ZodType<T>;
  /** Words for an error: `creating the run`. */
  readonly doing: string;
  /** Errors of MLflow that are an answer too: null. */
  readonly unless?: readonly string[];
}

export interface MlflowApi {
  /** One call, never made twice. Throws PassingFault where the same again may succeed, else TrackingError. */
  once<T>(ask: Ask<T>): Promise<T | null>;
  /** A call that may be made again until there is an answer. Throws TrackingError. */
  send<T>(ask: Ask<T>): Promise<T | null>;
  /** A file to where the server keeps its runs' files: `folder` as `proxiedFolder` gives it. Throws TrackingError. */
  put(folder: string, path: string, file: { readonly localPath: string; readonly bytes: number }): Promise<void>;
  /** Does work again while it throws PassingFault, with the waits between that a tracker is owed. */
  persist<T>(work: () => Promise<T>): Promise<T>;
}

const ANSWER_BYTES = 64_000_000;
const REFUSAL_BYTES = 1_000_000;
/** A line slower than this, in bytes a millisecond, is taken for a dead one. */
const SLOWEST = 32;

const isPassing = (status: number): boolean => status === 408 || status === 429 || (status >= 500 && status !== 501);

/** MLflow over HTTP. The key goes to the server alone: no redirect is followed. */
export function createApi({ server, deps, signal, onWait, tries: most }: ApiOptions): MlflowApi {
  const transport = createTransport(deps.connection);
  const who = server.header === null ? {} : { authorization: server.header };

  async function request(
    ask: { readonly method: string; readonly url: string; readonly type?: string; readonly doing: string },
    body: { readonly bytes: number; readonly open: () => Buffer | AsyncIterable<Uint8Array> } | null,
  ): Promise<{ readonly status: number; readonly text: string; readonly retryAfter: string | null }> {
    signal?.throwIfAborted();
    const limits: Partial<CallLimits> = {
      wholeMs: (deps.connection?.limits?.().wholeMs ?? CALL_LIMITS.wholeMs) + Math.ceil((body?.bytes ?? 0) / SLOWEST),
    };
    const sent = body === null ? {} : { 'content-type': ask.type ?? '', 'content-length': String(body.bytes) };
    try {
      const answer = await fetched(transport, {
        method: ask.method,
        url: ask.url,
        headers: { ...who, ...sent },
        ...(body === null ? {} : { body: body.open() }),
        redirects: 'none',
        limits,
        signal,
      });
      const text = await answer.text(answer.ok ? ANSWER_BYTES : REFUSAL_BYTES);
      return { status: answer.status, text, retryAfter: answer.header('retry-after') };
    } catch (error) {
      signal?.throwIfAborted();
      if (error instanceof BodyFault || error instanceof RedirectFault) throw noApi(server);
      throw new PassingFault(unreachable(server, ask.doing, error instanceof SilenceFault), null);
    }
  }

  async function once<T>({ path, get, post, answer, doing, unless }: Ask<T>): Promise<T | null> {
    const query = get === undefined ? '' : `?${new URLSearchParams(get)}`;
    const url = `${server.baseUrl}/api/2.0/mlflow/${path}${query}`;
    const bytes = Buffer.from(JSON.stringify(post ?? {}));
    const body = get === undefined ? { bytes: bytes.length, open: () => bytes } : null;
    const method = get === undefined ? 'POST' : 'GET';
    const { status, text, retryAfter } = await request({ method, url, doing, type: 'application/json' }, body);
    if (status >= 200 && status < 300) {
      const read = answer.safeParse(parseJson(text));
      if (!read.success) throw noApi(server);
      return read.data;
    }
    if (unless?.includes(codeIn(text))) return null;
    const fault = faultOf(status, text, doing, server);
    throw isPassing(status) ? new PassingFault(fault, retryAfter) : fault;
  }

  async function persist<T>(work: () => Promise<T>): Promise<T> {
    for (let tried = 1; ; tried += 1) {
      try {
        return await work();
      } catch (error) {
        const wait = error instanceof PassingFault && tried !== most ? waitOf(tried, error.retryAfter, deps) : null;
        if (wait === null) throw error;
        onWait?.(wait);
        await deps.sleep(wait, signal);
        signal?.throwIfAborted();
        onWait?.(null);
      }
    }
  }

  return {
    once,
    persist,
    send: (ask) => persist(() => once(ask)),
    put: (folder, path, { localPath, bytes }) =>
      persist(async () => {
        const place = [...folder.split('/'), ...path.split('/')].map(encodeURIComponent).join('/');
        const url = `${server.baseUrl}/api/2.0/mlflow-artifacts/artifacts/${place}`;
        const doing = `sending ${path}`;
        const ask = { method: 'PUT', url, doing, type: 'application/octet-stream' };
        const { status, text, retryAfter } = await request(ask, { bytes, open: () => createReadStream(localPath) });
        if (status >= 200 && status < 300) return;
        const fault = faultOf(status, text, doing, server);
        throw isPassing(status) ? new PassingFault(fault, retryAfter) : fault;
      }),
  };
}
