import type { CallLimits } from '../../domain/provider/call-limits.ts';

/**
 * Where an answer may send a call on to. `own`: within its origin, and nothing is sent there that may have been received;
 * `anywhere`: data that lie elsewhere, with headers that tell who asks left behind; `none`: a redirect is the answer.
 */
export type Redirects = 'own' | 'anywhere' | 'none';

export interface HttpCall {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Buffer | AsyncIterable<Uint8Array> | undefined;
  readonly signal?: AbortSignal | undefined;
  /** The first byte may come as late as the whole answer may. */
  readonly slowFirst?: boolean;
  /** What may be read of it, as it is sent and unpacked alike; no bound where it goes to the disk. */
  readonly mostBytes: number;
  readonly redirects: Redirects;
  /** Of this call alone, in place of the transport's. */
  readonly limits?: Partial<CallLimits> | undefined;
}
