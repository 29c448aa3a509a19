import type { z } from 'zod';
import { isRecord, parseExactJson, parseJson } from '../../domain/common/json.ts';
import { ImportError } from '../../domain/importing/records.ts';
import { redactKeys } from '../../domain/text/sanitize.ts';
import { BodyFault, RedirectFault, SilenceFault } from '../http/faults.ts';
import { type FetchedAnswer, fetched } from '../http/fetched.ts';
import { createTransport, type TransportParts } from '../http/transport.ts';
import { retryAfterMs } from '../retry-after.ts';
import { HUB_WORDS, type HubKind } from './words.ts';

/** Why a way to the data is closed. `gated` and `missing` hold for every way; the others leave the next one open. */
export type FaultKind = 'gated' | 'missing' | 'script' | 'offline' | 'unready' | 'broken';

export class HubFault extends ImportError {
  readonly kind: FaultKind;

  constructor(kind: FaultKind, message: string, next: string) {
    super(message, next);
    this.name = 'HubFault';
    this.kind = kind;
  }
}

interface Refusal {
  readonly status: number;
  /** Its own word for why, such as RepoNotFound; empty where it has none. */
  readonly code: string;
  readonly said: string;
}

/** An answer of the Hub that is no success, in words. Asked without a token, it says 401 of what it does not have as well. */
function faultOf({ status, code, said }: Refusal, kind: HubKind, id: string, hasToken: boolean): HubFault {
  const detail = said === '' ? '' : ` The Hub said: ${redactKeys(said).slice(0, 300)}`;
  const words = HUB_WORDS[kind];
  if (status === 404 || code === 'RepoNotFound')
    return new HubFault('missing', `The Hub has no ${kind} ${id}, or none that you may see.${detail}`, words.check);
  if (status === 401 || status === 403) {
    const next = hasToken
      ? `Accept its terms at ${words.page(id)} with the account of HF_TOKEN.`
      : `Accept its terms at ${words.page(id)}, then set HF_TOKEN to a token of yours.`;
    return new HubFault('gated', `The ${kind} ${id} is gated or private.${detail}`, next);
  }
  if (status === 501) {
    const next = 'Load it with its script elsewhere, save it as Parquet, JSONL or CSV, and import that file.';
    return new HubFault('script', `The dataset ${id} is made by a script, which is not run.${detail}`, next);
  }
  return new HubFault('broken', `The Hub answered ${status} for ${id}.${detail}`, 'Try again later.');
}

/** The silence of a server in its own words; else that it cannot be reached. */
function offline(host: string, kind: HubKind, error: unknown): HubFault {
  return new HubFault(
    'offline',
    error instanceof SilenceFault ? error.message : `${host} cannot be reached.`,
    `Check the network, then ${HUB_WORDS[kind].again}; what is fetched is kept.`,
  );
}

export interface HubOptions {
  /** What is asked for; a dataset when absent. */
  readonly kind?: HubKind;
  /** Where datasets lie; `HF_ENDPOINT`. No slash at the end. */
  readonly endpoint: string;
  /** Where their rows are served. No slash at the end. */
  readonly server: string;
  /** Sent to these two alone; null for none. */
  readonly token: string | null;
  /** The folder downloads are kept in. */
  readonly cache: string;
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
  /** Limits of calls, and who is told of what is waited for. */
  readonly connection?: TransportParts | undefined;
}

const TRIES = 5;
const OFFLINE_TRIES = 2;
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 30_000;
const passing = (status: number): boolean => status === 429 || status === 408 || (status >= 500 && status !== 501);

export interface HubClient {
  /** JSON of an address, checked. Throws HubFault. */
  json<T>(url: URL, schema: z.ZodType<T>, id: string, signal?: AbortSignal): Promise<T>;
  /** An answer that is a success or one of `also`; its body is the caller's, as large as it may be. Waits where the Hub says so. Throws HubFault. */
  get(url: URL, id: string, ask?: GetOptions): Promise<FetchedAnswer>;
}

export interface GetOptions {
  readonly headers?: Readonly<Record<string, string>>;
  readonly also?: readonly number[];
  readonly signal?: AbortSignal | undefined;
}

interface Failed {
  readonly fault: HubFault;
  /** Milliseconds the server asks to be left alone for; null when it names none. */
  readonly waitMs: number | null;
  /** Tries that make sense in all. */
  readonly tries: number;
}

/** Bytes of what is read into memory, and of what is read of a refusal. */
const LIST_BYTES = 64_000_000;
const REFUSAL_BYTES = 1_000_000;

export function createHubClient({
  kind = 'dataset',
  endpoint,
  server,
  token,
  sleep,
  connection,
}: HubOptions): HubClient {
  const trusted = new Set([new URL(endpoint).origin, new URL(server).origin]);
  const transport = createTransport(connection);

  async function once(url: URL, { headers, signal }: GetOptions): Promise<FetchedAnswer | HubFault> {
    const own = token !== null && trusted.has(url.origin) ? { authorization: `Bearer ${token}` } : {};
    try {
      return await fetched(transport, { url: url.href, headers: { ...headers, ...own }, signal });
    } catch (error) {
      signal?.throwIfAborted();
      if (error instanceof RedirectFault) return new HubFault('broken', error.message, 'Check HF_ENDPOINT.');
      return offline(url.host, kind, error);
    }
  }

  /** What came of one try: an answer to give, or a fault and whether another try may mend it. */
  async function attempt(url: URL, id: string, ask: GetOptions): Promise<FetchedAnswer | Failed> {
    const answer = await once(url, ask);
    if (answer instanceof HubFault) return { fault: answer, waitMs: null, tries: OFFLINE_TRIES };
    if (answer.ok || ask.also?.includes(answer.status)) return answer;
    const said = saidIn(await answer.text(REFUSAL_BYTES).catch(() => ''));
    const refusal = { status: answer.status, code: answer.header('x-error-code') ?? '', said };
    const fault = faultOf(refusal, kind, id, token !== null);
    const waitMs = retryAfterMs(answer.header('retry-after'), Date.now());
    return { fault, waitMs, tries: passing(answer.status) ? TRIES : 1 };
  }

  async function get(url: URL, id: string, ask: GetOptions = {}): Promise<FetchedAnswer> {
    for (let tried = 1; ; tried += 1) {
      const result = await attempt(url, id, ask);
      if (!('fault' in result)) return result;
      if (tried >= result.tries) throw result.fault;
      await sleep(Math.min(LONGEST_WAIT_MS, result.waitMs ?? FIRST_WAIT_MS * 2 ** (tried - 1)), ask.signal);
    }
  }

  return {
    get,
    async json(url, schema, id, signal) {
      const answer = await get(url, id, { signal });
      const text = await answer.text(LIST_BYTES).catch((error: unknown) => {
        signal?.throwIfAborted();
        throw error instanceof BodyFault
          ? new HubFault('broken', error.message, NO_MORE)
          : offline(url.host, kind, error);
      });
      const parsed = schema.safeParse(parseExactJson(text) ?? null);
      if (parsed.success) return parsed.data;
      const said = `an answer that is not what ${url.pathname} should give.`;
      throw faultOf({ status: 502, code: '', said }, kind, id, token !== null);
    },
  };
}

const NO_MORE = 'Import the files of the dataset one by one.';

function saidIn(text: string): string {
  const value = parseJson(text);
  // A page for browsers says nothing to a person here.
  const said = isRecord(value) ? value.error : '';
  return typeof said === 'string' ? said : '';
}
