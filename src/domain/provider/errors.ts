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
}

/** An answer of a provider that is not the one asked for. Its message never holds a key. */
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
}
