import type { IncomingMessage, ServerResponse } from 'node:http';
import { gunzipSync } from 'node:zlib';

/** How the next answers of a route go wrong. */
export interface Failure {
  /** `UpsertBucket`, `file_stream`, `put`, `get`; any without. */
  readonly route?: string;
  /** How often; once unless told. */
  readonly times?: number;
  /** Answered instead, before anything is done; with these headers and this body. */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /**
   * `hang-up`: nothing is done, the connection breaks. `lost`: all is done, and the answer does not come. `cut`: all is
   * done, and half of the answer comes. `silent`: nothing comes, the connection stays.
   */
  readonly way?: 'hang-up' | 'lost' | 'cut' | 'silent';
  /** Bytes of a PUT after which the connection breaks, or of what is fetched. */
  readonly after?: number;
}

export interface Answer {
  readonly status: number;
  /** Bytes as they are, all else as JSON. */
  readonly value: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Failures {
  add(failure: Failure): void;
  /** The one that holds now, counted. */
  next(route: string): Failure | null;
  clear(): void;
}

export function createFailures(): Failures {
  const list: { readonly failure: Failure; left: number }[] = [];
  return {
    add: (failure) => list.push({ failure, left: failure.times ?? 1 }),
    clear: () => list.splice(0),
    next: (route) => {
      const found = list.find(({ failure, left }) => left > 0 && (failure.route ?? route) === route);
      if (found === undefined) return null;
      found.left -= 1;
      return found.failure;
    },
  };
}

/** The whole body; null where the connection is to break after some bytes of it, and does. */
export async function bodyOf(request: IncomingMessage, after: number | undefined): Promise<Buffer | null> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const piece of request) {
      pieces.push(piece);
      bytes += piece.length;
      if (after !== undefined && bytes > after) {
        request.socket.destroy();
        return null;
      }
    }
  } catch {
    return null;
  }
  const body = Buffer.concat(pieces);
  return request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body;
}

/** Sends an answer, or as much of it as the failure lets through. */
export function send(
  response: ServerResponse,
  status: number,
  body: Buffer,
  headers: Readonly<Record<string, string>>,
  failure: Failure | null,
): void {
  const most = failure?.way === 'cut' ? body.length >> 1 : failure?.after;
  if (failure?.way === 'lost') response.destroy();
  else if (most === undefined || most >= body.length) {
    response.writeHead(status, { ...headers, 'content-length': body.length });
    response.end(body);
  } else {
    response.writeHead(status, { ...headers, 'content-length': body.length });
    response.write(body.subarray(0, most), () => response.destroy());
  }
}
