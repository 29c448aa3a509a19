import { ImportError } from '../../domain/importing/errors.ts';
import { ProviderError } from '../../domain/provider/errors.ts';
import type { Problem } from '../../domain/text/problem.ts';
import { redactKeys } from '../../domain/text/redact.ts';
import { TrackingError } from '../../domain/tracking/errors.ts';
import { explainProviderError } from '../../domain/training/explain.ts';
import { EndedEarly } from './ends.ts';

/** Text of an error, for people, with anything that looks like a key taken out. */
export function errorText(error: unknown): string {
  return redactKeys(error instanceof Error && error.message !== '' ? error.message : String(error));
}

/** An error as a problem; `saved` says what is safe, `next` what to do where the error itself does not tell. */
export function problemOf(error: unknown, saved: string, next = 'Try again.'): Problem {
  if (error instanceof EndedEarly && error.problem !== null) return error.problem;
  if (error instanceof ImportError || error instanceof TrackingError) {
    return { what: errorText(error), saved, next: error.next };
  }
  if (error instanceof ProviderError) return explainProviderError(error, saved);
  return { what: errorText(error), saved, next };
}
