import type { Log } from './log.ts';

/** The part of `process` that tells of errors nobody caught. */
export interface FaultSource {
  on(event: 'uncaughtException' | 'unhandledRejection', listener: (reason: unknown) => void): unknown;
  off(event: 'uncaughtException' | 'unhandledRejection', listener: (reason: unknown) => void): unknown;
}

/**
 * Logs errors nobody caught, then hands the first to `onFault`, which gives the terminal back and ends. Gives back
 * what takes the handlers away.
 */
export function watchFaults(source: FaultSource, log: Log, onFault: (error: Error) => void): () => void {
  let told = false;
  const hear = (kind: string) => (reason: unknown) => {
    const error = reason instanceof Error ? reason : new Error(String(reason));
    log.error(kind, { error });
    if (told) return;
    told = true;
    onFault(error);
  };
  const uncaught = hear('Uncaught exception');
  const unhandled = hear('Unhandled rejection');
  source.on('uncaughtException', uncaught);
  source.on('unhandledRejection', unhandled);
  return () => {
    source.off('uncaughtException', uncaught);
    source.off('unhandledRejection', unhandled);
  };
}
