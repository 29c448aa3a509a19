import type { ProviderError } from '../../domain/provider/errors.ts';

/** Rows that failed one after the other, none answered between, before the run is stopped. */
const MOST_IN_A_ROW = 8;

/** Tells an error of one row from an error of the whole run. */
export interface Streak {
  /** True when no other row could fare better: key, quota, permission, model. */
  fatal(error: ProviderError): boolean;
  /** Notes a failed row; true when so many failed in a row that going on is pointless. */
  failed(error: ProviderError): boolean;
  /** An answer came. */
  broken(): void;
}

export function createStreak(): Streak {
  let length = 0;
  return {
    fatal(error) {
      switch (error.kind) {
        case 'auth':
        case 'forbidden':
        case 'quota':
        case 'not-found':
        case 'training-not-available':
        case 'cancelled':
          return true;
        case 'rate-limit':
        case 'invalid-request':
        case 'invalid-training-file':
        case 'moderation':
        case 'network':
        case 'timeout':
        case 'server':
          return false;
      }
    },
    failed(error) {
      if (error.kind !== 'moderation') length += 1;
      return length >= MOST_IN_A_ROW;
    },
    broken() {
      length = 0;
    },
  };
}
