import { createReadStream, statSync } from 'node:fs';
import type { TrackingError } from '../../../domain/tracking/types.ts';
import { safeFault } from './faults.ts';

/** What is put somewhere, opened anew for each try. */
export interface PutBody {
  readonly bytes: number;
  open(): RequestInit;
  /** What of the disk kept it from being read; null when nothing did. */
  broken(): TrackingError | null;
}

export function textBody(text: string): PutBody {
  return { bytes: Buffer.byteLength(text), open: () => ({ body: text }), broken: () => null };
}

/** A file read as it is sent. `onSent` is told how much of it went, from 0 at each try. Throws TrackingError. */
export function fileBody(path: string, onSent: (bytes: number) => void): PutBody {
  let fault: TrackingError | null = null;
  const { size } = statSync(path);
  return {
    bytes: size,
    open: () => ({
      body: ReadableStream.from(pieces(path, onSent, (error) => (fault = unreadable(path, error)))),
      duplex: 'half',
    }),
    broken: () => fault,
  };
}

async function* pieces(
  path: string,
  onSent: (bytes: number) => void,
  onFault: (error: unknown) => void,
): AsyncGenerator<Uint8Array, void, undefined> {
  let sent = 0;
  onSent(0);
  try {
    for await (const piece of createReadStream(path)) {
      yield piece;
      sent += piece.length;
      onSent(sent);
    }
  } catch (error) {
    onFault(error);
    throw error;
  }
}

function unreadable(path: string, error: unknown): TrackingError {
  const code = error instanceof Error && 'code' in error ? ` (${String(error.code)})` : '';
  return safeFault('broken-log', `${path} cannot be read${code}.`, 'Write the run again, then upload it.');
}
