import type {
  Agent,
  AgentOptions,
  ClientRequest,
  IncomingHttpHeaders,
  IncomingMessage,
  RequestOptions,
} from 'node:http';
import { urlToHttpOptions } from 'node:url';
import { leadingJson, withoutMark } from '../../domain/common/leading-json.ts';
import { CALL_LIMITS, type CallLimits } from '../../domain/provider/call-limits.ts';
import { proxyVariables } from '../proxy.ts';
import { Aborts } from './aborts.ts';
import type { HttpCall } from './call.ts';
import { unpacked, unpackedPieces } from './decoding.ts';
import { type BodyFault, tooLarge } from './faults.ts';
import { Patience } from './patience.ts';
import { Pieces } from './pieces.ts';
import { redirected } from './redirects.ts';
import { UNWATCHED, type Waits } from './waits.ts';

/** Reads one header by its lower-case name. */
export type HeaderReader = (name: string) => string | null;

interface AnswerHead {
  readonly status: number;
  readonly header: HeaderReader;
  readonly headers: IncomingHttpHeaders;
}

export interface WholeAnswer extends AnswerHead {
  /** Unpacked, without a byte order mark. */
  readonly text: string;
}

export interface StreamedAnswer extends AnswerHead {
  /** Unpacked, as they come. Throws what broke the answer off, and BodyFault. */
  readonly pieces: AsyncIterable<Buffer>;
  /** Leaves the body unread. */
  leave(): void;
}

export interface StreamedCall extends HttpCall {
  /** The reader says what brings the answer on, by calling `progress`; else each byte does. */
  readonly watched?: (progress: () => void) => void;
}

export interface Transport {
  /**
   * The whole answer. One that breaks off, or is followed by what is no HTTP, after its JSON is complete is an answer all
   * the same: it is paid for. Throws SilenceFault, BodyFault, RedirectFault, the signal's reason, and Node's errors.
   */
  whole(call: HttpCall): Promise<WholeAnswer>;
  /** The answer once its head is there; its body must be read, or left. Throws as `whole`. */
  stream(call: StreamedCall): Promise<StreamedAnswer>;
}

export interface TransportParts {
  readonly limits?: (() => CallLimits) | undefined;
  readonly waits?: Waits | undefined;
}

/**
 * HTTP over kept connections, with limits for silence and size, and redirects that lead nowhere else.
 *
 * Why not `fetch`: for 1,296 answers at concurrency 100 (Node 26, two cores) the official client took 190 MB and 1.3 s
 * of CPU, `fetch` alone 155 MB and 0.9 s, this alone 92 MB and 0.4 s. And `fetch` drops what came of an answer when its
 * connection breaks.
 *
 * Why not `import`: importing a built-in module reads all it exports, and node:http's `WebSocket` is a getter that
 * loads the whole of undici, some 50 ms.
 */
export function createTransport({ limits = () => CALL_LIMITS, waits = UNWATCHED }: TransportParts = {}): Transport {
  const http = process.getBuiltinModule('node:http');
  const options = { keepAlive: true, timeout: IDLE_SOCKET_MS, ...proxy() };
  const plain = new http.Agent(options);
  let secure: Agent | null = null;
  // With all that TLS needs, which a server on this machine does without.
  const securely = (settings: RequestOptions): ClientRequest => {
    const https = process.getBuiltinModule('node:https');
    secure ??= new https.Agent(options);
    settings.agent = secure;
    return https.request(settings);
  };
  const aborts = new Aborts();
  const addressOf = addresses();
  /** Hosts that send what is no HTTP: on a kept connection it would be taken for the answer to the next call. */
  const unkept = new Set<string>();

  function open(call: HttpCall, fail: (error: unknown) => void): OpenCall {
    const { place, target } = addressOf(call.url);
    const length = call.body instanceof Buffer ? { 'content-length': String(call.body.byteLength) } : {};
    const close = unkept.has(place) ? { connection: 'close' } : {};
    const headers = { ...call.headers, ...length, ...close };
    const settings: RequestOptions = { ...target, method: call.method, headers, agent: plain };
    const request = call.url.startsWith('https:') ? securely(settings) : http.request(settings);
    const patience = new Patience({
      place,
      limits: { ...limits(), ...call.limits },
      slowFirst: call.slowFirst === true,
      wait: waits.begin(place),
      over: fail,
    });
    const stay = call.signal === undefined ? null : aborts.on(call.signal, fail);
    request.on('error', (error) => {
      if (isParseFault(error)) unkept.add(place);
      fail(error);
    });
    followConnection(request, patience);
    const { body } = call;
    if (body === undefined || Buffer.isBuffer(body)) request.end(body, () => patience.sent());
    else sendPieces(request, body, patience).catch(fail);
    return {
      request,
      patience,
      release() {
        patience.end();
        stay?.();
      },
    };
  }

  const whole = (call: HttpCall): Promise<WholeAnswer> =>
    new Promise((resolve, reject) => {
      call.signal?.throwIfAborted();
      const read = new BodyReader(call);
      const finish = (fault: unknown): void => {
        if (read.over) return;
        read.end(fault);
        open_.release();
        // A server may answer before it has read what it is sent.
        if (fault !== null || !open_.request.writableFinished) open_.request.destroy();
        read.answer().then(resolve, reject);
      };
      const open_ = open(call, finish);
      open_.request.on('response', (response) => {
        read.response = response;
        open_.patience.heard();
        response.on('data', (piece: Buffer) => {
          const fault = read.add(piece);
          if (fault !== null) finish(fault);
          else open_.patience.heard();
        });
        response.on('error', finish);
        response.on('end', () => finish(null));
      });
    });

  const stream = (call: StreamedCall): Promise<StreamedAnswer> =>
    new Promise((resolve, reject) => {
      call.signal?.throwIfAborted();
      let pieces: Pieces | null = null;
      const fail = (fault: unknown): void => {
        if (pieces !== null) pieces.finish(fault);
        else open_.release();
        open_.request.destroy();
        reject(fault);
      };
      const open_ = open(call, fail);
      const { patience } = open_;
      open_.request.on('response', (answer) => {
        patience.heard();
        call.watched?.(() => patience.heard());
        pieces = new Pieces(answer, {
          heard: () => call.watched === undefined && patience.heard(),
          held: (held) => (held ? patience.hold() : patience.heard()),
          over() {
            open_.release();
            if (!open_.request.writableFinished) open_.request.destroy();
          },
        });
        const { leave } = pieces;
        const head = headOf(answer);
        const unpackedBody = unpackedPieces(pieces, head.header('content-encoding'), placeOf(call.url));
        resolve({ ...head, leave, pieces: bounded(unpackedBody, placeOf(call.url), call.mostBytes) });
      });
    });

  return {
    whole: (call) => redirected(call, whole),
    stream: (call) => redirected(call, stream, ({ leave }) => leave()),
  };
}

interface OpenCall {
  readonly request: ClientRequest;
  readonly patience: Patience;
  /** Takes clocks and listeners away. */
  release(): void;
}

/** Kept sockets are given up before most servers do (Node's own servers wait 5 s), which avoids resets on reuse. */
const IDLE_SOCKET_MS = 4000;

const isParseFault = (error: Error): boolean => 'code' in error && /^HPE_/.test(String(error.code));

export const placeOf = (url: string): string => new URL(url).host;

interface Address {
  readonly url: string;
  readonly place: string;
  /** As Node has it. */
  readonly target: RequestOptions;
}

/** Addresses as they are called: most calls go where the one before went, and an address is read once for all of them. */
function addresses(): (url: string) => Address {
  let newest: Address | null = null;
  return (url) => {
    if (newest?.url === url) return newest;
    const read = new URL(url);
    // Node's own has no prototype, which V8 is slow to copy for each call.
    newest = { url, place: read.host, target: { ...urlToHttpOptions(read) } };
    return newest;
  };
}

function followConnection(request: ClientRequest, patience: Patience): void {
  request.on('socket', (socket) => {
    if (socket.connecting) socket.once('connect', () => patience.connected());
    else patience.connected();
  });
}

async function sendPieces(request: ClientRequest, body: AsyncIterable<Uint8Array>, patience: Patience): Promise<void> {
  for await (const piece of body) {
    if (request.destroyed) return;
    if (!request.write(piece)) await drained(request);
    patience.sent();
  }
  request.end(() => patience.allSent());
}

function drained(request: ClientRequest): Promise<void> {
  return new Promise((resolve) => {
    const over = (): void => {
      request.off('drain', over);
      request.off('close', over);
      resolve();
    };
    request.on('drain', over);
    request.on('close', over);
  });
}

const headOf = ({ statusCode, headers }: IncomingMessage): AnswerHead => ({
  status: statusCode ?? 0,
  headers,
  header(name) {
    const value = headers[name];
    return value === undefined ? null : Array.isArray(value) ? value.join(', ') : value;
  },
});

/** What comes of one answer that is wanted whole. */
class BodyReader {
  response: IncomingMessage | null = null;
  over = false;
  private readonly call: HttpCall;
  private readonly body: Buffer[] = [];
  private bytes = 0;
  private fault: unknown = null;

  constructor(call: HttpCall) {
    this.call = call;
  }

  /** Gives the fault of a body that is too large. */
  add(piece: Buffer): BodyFault | null {
    if (this.over) return null;
    const { url, mostBytes } = this.call;
    this.bytes += piece.byteLength;
    if (this.bytes > mostBytes) return tooLarge(placeOf(url), mostBytes, false);
    this.body.push(piece);
    return null;
  }

  /** `fault` is what broke it off; null at its own end. */
  end(fault: unknown): void {
    // What came in one piece with a fault is not told of any more.
    if (fault !== null && this.response !== null)
      for (let rest = this.response.read(); rest !== null; rest = this.response.read()) this.add(rest);
    this.over = true;
    this.fault = fault;
  }

  /** What came, as an answer where it is one; else what broke it off is thrown. */
  async answer(): Promise<WholeAnswer> {
    const { response, fault } = this;
    const { url, mostBytes, signal } = this.call;
    if (response === null) throw fault;
    const head = headOf(response);
    const cut = fault !== null && !response.complete;
    if (cut && (signal?.aborted === true || !isBreak(fault))) throw fault;
    const encoding = head.header('content-encoding');
    const body = Buffer.concat(this.body);
    const bytes = encoding === null ? body : await unpacked(body, encoding, { place: placeOf(url), mostBytes });
    const text = withoutMark(bytes.toString('utf8'));
    // Of a failure, its status says more than its end.
    if (cut && head.status < 400 && leadingJson(text) === undefined) throw fault;
    return { ...head, text };
  }
}

/** Of faults in the middle of a body, those after which it may be whole: the connection broke, or fell silent. */
const isBreak = (fault: unknown): boolean => fault instanceof Error && 'code' in fault;

async function* bounded(
  pieces: AsyncIterable<Buffer>,
  place: string,
  mostBytes: number,
): AsyncGenerator<Buffer, void, undefined> {
  let bytes = 0;
  for await (const piece of pieces) {
    bytes += piece.byteLength;
    if (bytes > mostBytes) throw tooLarge(place, mostBytes, true);
    yield piece;
  }
}

/** What `fetch` is sent through by the program's start, an agent of one's own needs as an option. */
function proxy(): Pick<AgentOptions, 'proxyEnv'> {
  if (process.env.NODE_USE_ENV_PROXY === '1') return { proxyEnv: process.env };
  const variables = proxyVariables(process.env);
  return variables === null ? {} : { proxyEnv: variables };
}
