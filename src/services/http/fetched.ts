import { withoutMark } from '../../domain/common/leading-json.ts';
import type { CallLimits } from '../../domain/provider/call-limits.ts';
import type { HttpCall, Redirects } from './call.ts';
import { tooLarge } from './faults.ts';
import { type HeaderReader, placeOf, type Transport } from './transport.ts';

/** An answer with its body still to be read, once. */
export interface FetchedAnswer {
  readonly status: number;
  readonly ok: boolean;
  readonly header: HeaderReader;
  /** As it comes; must be read, or left. Throws what breaks it off. */
  readonly pieces: AsyncIterable<Buffer>;
  /** The whole body. Throws BodyFault for one of more than `mostBytes`. */
  text(mostBytes: number): Promise<string>;
  /** Leaves the body. */
  leave(): void;
}

interface Fetch {
  readonly method?: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: HttpCall['body'];
  readonly signal?: AbortSignal | undefined;
  readonly redirects?: Redirects;
  readonly limits?: Partial<CallLimits> | undefined;
}

/** A longer call than any: what goes to the disk may take its time, as long as it goes on. */
const A_WEEK_MS = 604_800_000;

/** Asks for something that may be of any size: it has limits for silence, and none for the whole call. */
export async function fetched(transport: Transport, ask: Fetch): Promise<FetchedAnswer> {
  const { status, header, pieces, leave } = await transport.stream({
    method: 'GET',
    redirects: 'anywhere',
    ...ask,
    limits: { wholeMs: A_WEEK_MS, ...ask.limits },
    mostBytes: Number.POSITIVE_INFINITY,
  });
  return {
    status,
    ok: status >= 200 && status < 300,
    header,
    pieces,
    async text(mostBytes) {
      const body: Buffer[] = [];
      let bytes = 0;
      for await (const piece of pieces) {
        bytes += piece.byteLength;
        if (bytes > mostBytes) throw tooLarge(placeOf(ask.url), mostBytes, false);
        body.push(piece);
      }
      return withoutMark(Buffer.concat(body).toString('utf8'));
    },
    leave,
  };
}
