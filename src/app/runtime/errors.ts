import type { Problem } from '../../domain/common/outcome.ts';
import { OutputError } from '../../domain/common/outputs.ts';
import { isUnexpected, unexpectedText } from '../../domain/common/unexpected.ts';
import { ImportError } from '../../domain/importing/records.ts';
import { ProviderError } from '../../domain/provider/provider.ts';
import { FileError } from '../../domain/text/file-faults.ts';
import { redactKeys } from '../../domain/text/sanitize.ts';
import { namedDamage } from '../../domain/text/store-damage.ts';
import { TrackingError } from '../../domain/tracking/types.ts';
import { explainProviderError } from '../../domain/training/explain.ts';
import type { OperationResult } from './operation.ts';

/** Thrown by an operation that ends otherwise than well and knows how to say so. */
export class OperationError extends Error {
  readonly status: 'failed' | 'cancelled';
  readonly problem: Problem | null;
  readonly receipt: OperationResult | null;

  constructor(status: 'failed' | 'cancelled', problem: Problem | null, receipt: OperationResult | null = null) {
    super(problem?.what ?? status);
    this.name = 'EndedEarly';
    this.status = status;
    this.problem = problem;
    this.receipt = receipt;
  }
}

let writeDown: (error: Error) => void = () => undefined;

/** Says where faults of the program are written down, beside the sentence that a person sees. */
export function onUnexpected(write: (error: Error) => void): void {
  writeDown = write;
}

/** Text of an error, for people, with anything that looks like a key taken out. */
export function errorText(error: unknown): string {
  if (isUnexpected(error)) {
    writeDown(error);
    return `${unexpectedText(error)} Its details are in the log.`;
  }
  return redactKeys(error instanceof Error && error.message !== '' ? error.message : String(error));
}

/** An error as a problem; `saved` says what is safe, `next` what to do where the error itself does not say. */
export function problemOf(cause: unknown, saved: string, next = 'Try again.'): Problem {
  const error = namedDamage(cause);
  if (error instanceof OperationError && error.problem !== null) return error.problem;
  if (
    error instanceof ImportError ||
    error instanceof TrackingError ||
    error instanceof FileError ||
    error instanceof OutputError
  ) {
    return { what: errorText(error), saved, next: error.next };
  }
  if (error instanceof ProviderError) return explainProviderError(error, saved);
  return { what: errorText(error), saved, next };
}
