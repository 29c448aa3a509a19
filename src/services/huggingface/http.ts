import type { z } from 'zod';
import { parseExactJson } from '../../domain/common/json.ts';
import { ImportError } from '../../domain/importing/records.ts';
import { redactKeys } from '../../domain/text/sanitize.ts';
import { retryAfterMs } from '../retry-after.ts';

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

/** An answer of the Hub that is no success, in words. */
function faultOf(status: number, said: string, id: string, hasToken: boolean): HubFault {
  const detail = said === '' ? '' : ` The Hub said: ${redactKeys(said).slice(0, 300)}`;
  if (status === 401 || status === 403) {
    const next = hasToken
      ? `Accept its terms at https://huggingface.co/datasets/${id} with the account of HF_TOKEN.`
      : `Accept its terms at https://huggingface.co/datasets/${id}, then set HF_TOKEN to a token of yours.`;
    return new HubFault('gated', `The dataset ${id} is gated or private.${detail}`, next);
  }
  if (status === 404) {
    const next = 'Check owner, name, config and split; a private one needs HF_TOKEN.';
    return new HubFault('missing', `The Hub has no dataset ${id}, or none that you may see.${detail}`, next);
  }
  if (status === 501) {
    const next = 'Load it with its script elsewhere, save it as Parquet, JSONL or CSV, and import that file.';
    return new HubFault('script', `The dataset ${id} is made by a script, which is not run.${detail}`, next);
  }
  return new HubFault('broken', `The Hub answered ${status} for ${id}.${detail}`, 'Try again later.');
}

function offline(host: string): HubFault {
  return new HubFault(
    'offline',
    `${host} cannot be reached.`,
    'Check the network, then import again; what is fetched is kept.',
  );
}

export interface HubOptions {
  /** Where datasets lie; `HF_ENDPOINT`. No slash at the end. */
  readonly endpoint: string;
  /** Where their rows are served. No slash at the end. */
  readonly server: string;
  /** Sent to these two alone; null for none. */
  readonly token: string | null;
  /** The folder downloads are kept in. */
  readonly cache: string;
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
}

const TRIES = 5;
const OFFLINE_TRIES = 2;
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 30_000;
const passing = (status: number): boolean => status === 429 || status === 408 || (status >= 500 && status !== 501);

export interface HubClient {
  /** JSON of an address, checked. Throws HubFault. */
  json<T>(url: URL, schema: z.ZodType<T>, id: string, signal?: AbortSignal): Promise<T>;
  /** An answer that is a success or one of `also`; its body is the caller's. Waits where the Hub says so. Throws HubFault. */
  get(url: URL, id: string, ask?: GetOptions): Promise<Response>;
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

export function createHubClient({ endpoint, server, token, sleep }: HubOptions): HubClient {
  const trusted = new Set([new URL(endpoint).origin, new URL(server).origin]);

  async function once(url: URL, { headers, signal }: GetOptions): Promise<Response | HubFault> {
    const own = token !== null && trusted.has(url.origin) ? { authorization: `Bearer ${token}` } : {};
    try {
      return await fetch(url, { headers: { ...headers, ...own }, ...(signal ? { signal } : {}) });
    } catch {
      signal?.throwIfAborted();
      return offline(url.host);
    }
  }

  /** What came of one try: an answer to give, or a fault and whether another try may mend it. */
  async function attempt(url: URL, id: string, ask: GetOptions): Promise<Response | Failed> {
    const response = await once(url, ask);
    if (!(response instanceof Response)) return { fault: response, waitMs: null, tries: OFFLINE_TRIES };
    if (response.ok || ask.also?.includes(response.status)) return response;
    const fault = faultOf(response.status, await saidIn(response), id, token !== null);
    const waitMs = retryAfterMs(response.headers.get('retry-after'), Date.now());
    return { fault, waitMs, tries: passing(response.status) ? TRIES : 1 };
  }

  async function get(url: URL, id: string, ask: GetOptions = {}): Promise<Response> {
    for (let tried = 1; ; tried += 1) {
      const result = await attempt(url, id, ask);
      if (result instanceof Response) return result;
      if (tried >= result.tries) throw result.fault;
      await sleep(Math.min(LONGEST_WAIT_MS, result.waitMs ?? FIRST_WAIT_MS * 2 ** (tried - 1)), ask.signal);
    }
  }

  return {
    get,
    async json(url, schema, id, signal) {
      const response = await get(url, id, { signal });
      const parsed = schema.safeParse(await response.text().then(parseExactJson, () => null));
      if (parsed.success) return parsed.data;
      throw faultOf(502, `an answer that is not what ${url.pathname} should give.`, id, token !== null);
    },
  };
}

async function saidIn(response: Response): Promise<string> {
  const text = await response.text().catch(() => '');
  try {
    const value: unknown = JSON.parse(text);
    const said = typeof value === 'object' && value !== null && 'error' in value ? value.error : '';
    return typeof said === 'string' ? said : '';
  } catch {
    // A page for browsers says nothing to a person here.
    return '';
  }
}
