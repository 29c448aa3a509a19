import type { RateLimits } from '../chat/types.ts';
import type { TrainingMethod } from '../training/types.ts';
import type { JobDialect } from './job-dialects.ts';
import type { ProviderKind } from './kinds.ts';

/** A provider: where calls go and which words of the protocol it wants. */
export interface ProviderProfile {
  readonly id: string;
  readonly name: string;
  readonly kind: ProviderKind;
  /** Null for the embedded engine (found at run time) and for the usual address of a kind that has one. */
  readonly baseUrl: string | null;
  readonly jobDialect: JobDialect;
  /** The date of an API that wants one; null for none. */
  readonly apiVersion: string | null;
  /** Under which files and jobs are, or the resource's name, at a provider that has such; none when absent. */
  readonly account?: string | null | undefined;
  /** Where the resource is, for what manages its deployments; none when absent. */
  readonly subscription?: string | null | undefined;
  readonly resourceGroup?: string | null | undefined;
  /** The environment variable that a person named for the key of this address; null for none. Absent in older profiles. */
  readonly keyVariable?: string | null | undefined;
  /** The origin to which a person lets the key go over plain http; none when absent. */
  readonly plainHttp?: string | null | undefined;
}

/** What of a provider decides which jobs it takes. */
export type ProviderTerms = Pick<ProviderProfile, 'kind' | 'jobDialect'>;

export interface ModelInfo {
  readonly id: string;
  readonly ownedBy: string;
  /** YYYY-MM-DD, or null when the server names none. */
  readonly shutdownDate: string | null;
  /** True for `ft:` names and what the server lists as tuned. */
  readonly tuned: boolean;
  /** What the server's own list asks for it; absent where it says nothing. */
  readonly price?: ListedPrice | undefined;
  /** What an engine of Luthier's says of it; absent elsewhere. */
  readonly engine?: EngineModel | undefined;
}

export interface EngineModel {
  /** Made for practice: small, and nobody's real weights. */
  readonly practice: boolean;
  /** Of a base; null for a tuned model. */
  readonly state: 'ready' | 'partial' | 'not downloaded' | null;
  /** On disk; null where that is not known. */
  readonly bytes: number | null;
  /** How it can be trained; none where it only answers. */
  readonly methods: readonly TrainingMethod[];
}

/** US$ per million tokens. */
export interface ListedPrice {
  readonly input: number;
  readonly output: number;
}

export interface RemoteFile {
  readonly id: string;
  readonly filename: string;
  /** Null where the server does not say. */
  readonly bytes: number | null;
  readonly purpose: string;
  /** Seconds since the epoch, as the API gives it. */
  readonly createdAt: number;
  readonly status: string | null;
}

/** Whether an uploaded file can be used; `unknown` where the server has no call that says it. */
export type FileStanding = 'there' | 'gone' | 'unknown';

/** Where a key came from, never the key. `elsewhere`: the one that is kept was entered for another host. */
export type KeySource = 'environment' | 'file' | 'generated' | 'elsewhere' | 'none';

export type ProviderErrorKind =
  | 'rate-limit'
  | 'auth'
  | 'forbidden'
  | 'training-not-available'
  | 'not-found'
  | 'invalid-request'
  | 'invalid-training-file'
  | 'moderation'
  | 'quota'
  | 'network'
  | 'timeout'
  | 'server'
  | 'cancelled';

export interface ProviderErrorDetail {
  readonly status?: number;
  readonly code?: string | null;
  readonly param?: string | null;
  /** From `retry-after-ms` or `retry-after`. */
  readonly retryAfterMs?: number | null;
  readonly requestId?: string | null;
  /** What the headers of a refusal state. */
  readonly limits?: RateLimits | null;
}

/** Node's and undici's codes for a connection that stood and then broke. */
const BROKEN_CODES = /^(ECONNRESET|EPIPE|ECONNABORTED|UND_ERR_SOCKET|ERR_STREAM_PREMATURE_CLOSE|HPE_.*)$/;

/** Whether the connection was there and broke, so that the answer may have been on its way. */
export const isBrokenConnection = (code: string | null | undefined): boolean => BROKEN_CODES.test(code ?? '');

/** Whether what came was no HTTP: a server that does so once does so again. */
export const isBrokenHttp = (code: string | null | undefined): boolean => /^HPE_/.test(code ?? '');

/** The code of an answer that came and is not of the protocol's shape. */
export const MALFORMED_ANSWER = 'malformed_answer';

/** The code of a call that would have sent a key unencrypted to another machine. */
export const PLAIN_HTTP = 'plain_http';

/** The code of a refusal that is of the address: there is no such call there. */
export const NO_SUCH_ROUTE = 'no_such_route';

/** Codes of a call that never left: no connection was made, or the call was refused on this side. */
const NEVER_SENT =
  /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|ENETDOWN|UND_ERR_CONNECT_TIMEOUT|DEPTH_ZERO_SELF_SIGNED.*|UNABLE_TO_.*|.*CERT.*|unsupported_method|unsupported_integration|plain_http)$/;

/** Statuses of a server that waited too long for the one behind it. */
const GIVEN_UP: ReadonlySet<number> = new Set([408, 504, 524]);

/** A provider's answer that is not the expected one. Its message never holds a key. */
export class ProviderError extends Error {
  readonly kind: ProviderErrorKind;
  readonly detail: ProviderErrorDetail;

  constructor(kind: ProviderErrorKind, message: string, detail: ProviderErrorDetail = {}) {
    super(message);
    this.name = 'ProviderError';
    this.kind = kind;
    this.detail = detail;
  }

  /** Whether the same call may succeed later without anyone changing anything. */
  get retryable(): boolean {
    return this.kind === 'rate-limit' || this.kind === 'network' || this.kind === 'timeout' || this.kind === 'server';
  }

  /**
   * Whether the call may be billed although no answer came of it: it was given up while it was under way, here or by
   * something between (408, 504, Cloudflare's 524), or the answer broke off. What was refused, or never arrived, is not.
   */
  get mayBeBilled(): boolean {
    if (this.kind === 'timeout' || this.kind === 'cancelled') return true;
    if (GIVEN_UP.has(this.detail.status ?? 0)) return true;
    if (this.kind === 'network') return isBrokenConnection(this.detail.code);
    return this.detail.code === MALFORMED_ANSWER;
  }

  /**
   * Whether a server may have done what was asked although its answer does not say so: all but a refusal (4xx), and a
   * server that was never reached. Wider than `mayBeBilled`: behind a 502 or 500 a job may well have been created.
   */
  get mayHaveBeenDone(): boolean {
    const { status, code } = this.detail;
    if (code === MALFORMED_ANSWER) return true;
    if (status !== undefined) return status < 400 || status >= 500 || GIVEN_UP.has(status);
    return !NEVER_SENT.test(code ?? '');
  }
}
