import { leadingJson } from '../../domain/common/leading-json.ts';
import type { HttpCall } from '../http/call.ts';
import { READABLE_ENCODINGS } from '../http/decoding.ts';
import type { Transport, WholeAnswer } from '../http/transport.ts';
import { errorInside, isWebPage, notDone, readErrorBody, WORDS_STATUS, wordsInstead } from './error-body.ts';
import { type ErrorContext, fromAnswer } from './errors.ts';

/** Bytes of a list, and of anything else that is neither a chat nor goes to the disk. */
const LIST_BYTES = 64_000_000;

/**
 * `fetch` for the official client, which keeps only `error` of an error body, and takes whatever comes with a good
 * status for an answer. Here every error body reaches it whole, and an error or a web page under a good status is an
 * error, with the status its code says.
 */
export function createWholeFetch(http: Transport) {
  return async (input: string | URL | Request, init?: RequestInit): Promise<Response> => {
    const call = callOf(input instanceof Request ? input.url : String(input), init);
    const answer = await http.whole(call);
    const { status, text } = answer;
    const isGood = status >= 200 && status < 300;
    if (isGood && new URL(call.url).pathname.endsWith('/content')) return asAnswer(answer, text);
    const { failure, body } = judged(answer, call.method);
    if (failure !== null) return asError(answer, failure.status, failure.error);
    // By what it is and not by what it is called: the client would not say what is no JSON.
    return body === undefined
      ? asAnswer(answer, text, 'text/plain')
      : asAnswer(answer, JSON.stringify(body), 'application/json');
  };
}

/**
 * The body of a GET, parsed; as it is where it is no JSON. What fails for the official client fails here in the same words, but the
 * client is not loaded. Throws ProviderError, and what the transport throws.
 */
export async function readBody(
  http: Transport,
  { url, headers }: Pick<HttpCall, 'url' | 'headers'>,
  context: ErrorContext,
): Promise<unknown> {
  const answer = await http.whole({
    method: 'GET',
    url,
    headers: { ...headers, 'accept-encoding': READABLE_ENCODINGS },
    signal: context.signal,
    mostBytes: LIST_BYTES,
    redirects: 'own',
  });
  const { failure, body } = judged(answer, 'GET');
  if (failure !== null) throw fromAnswer({ ...failure, header: answer.header }, context);
  return body ?? answer.text;
}

interface Judged {
  /** With the status it has, or should have had. */
  readonly failure: { readonly status: number; readonly error: unknown } | null;
  readonly body: unknown;
}

function judged({ status, text }: WholeAnswer, method: string): Judged {
  const body = leadingJson(text);
  if (status < 200 || status >= 300) return { failure: { status, error: body ?? text }, body };
  return { failure: failureIn(text, body, method), body };
}

/** A failure that came under a good status, and the status it should have had. */
function failureIn(
  text: string,
  body: unknown,
  method: string,
): { readonly status: number; readonly error: unknown } | null {
  if (isWebPage(text)) return { status: PAGE_STATUS, error: text };
  const error = errorInside(body);
  if (error !== null) return { status: readErrorBody(error).status ?? UNNAMED_STATUS, error };
  // Some servers tell in words alone that a thing is deleted.
  const words = method === 'DELETE' ? notDone(body) : wordsInstead(body);
  return words === null ? null : { status: readErrorBody(words).status ?? WORDS_STATUS, error: words };
}

function callOf(url: string, init: RequestInit | undefined): HttpCall {
  const headers = new Headers(init?.headers);
  headers.set('accept-encoding', READABLE_ENCODINGS);
  const body = bodyOf(init?.body, headers);
  return {
    method: (init?.method ?? 'GET').toUpperCase(),
    url,
    headers: Object.fromEntries(headers),
    ...(body === undefined ? {} : { body }),
    signal: init?.signal ?? undefined,
    mostBytes: LIST_BYTES,
    redirects: 'own',
  };
}

/** A body whose form needs a header of its own sets it. */
function bodyOf(body: RequestInit['body'], headers: Headers): HttpCall['body'] {
  if (body === null || body === undefined) return undefined;
  if (typeof body === 'string') return Buffer.from(body);
  if (body instanceof Uint8Array) return Buffer.from(body);
  if (body instanceof ReadableStream) return body;
  const encoded = new Response(body);
  const type = encoded.headers.get('content-type');
  if (type !== null) headers.set('content-type', type);
  return encoded.body ?? undefined;
}

/** A page is nobody's passing fault. */
const PAGE_STATUS = 400;
/** An error that names no status is taken for the server's own fault, unless its code says otherwise. */
const UNNAMED_STATUS = 500;

function asError(answer: WholeAnswer, status: number, error: unknown): Response {
  const headers = plainHeaders(answer);
  headers.set('content-type', 'application/json');
  return new Response(JSON.stringify({ error }), { status, headers });
}

function asAnswer(answer: WholeAnswer, text: string, type: string | null = null): Response {
  const headers = plainHeaders(answer);
  if (type !== null) headers.set('content-type', type);
  return new Response(text === '' ? null : text, { status: answer.status, headers });
}

/** Without those that describe the body as it was sent, and the way it came. */
const OF_TRANSFER = /^(?:content-encoding|content-length|transfer-encoding|connection|keep-alive|set-cookie)$/;

function plainHeaders({ headers }: WholeAnswer): Headers {
  const plain = new Headers();
  for (const [name, value] of Object.entries(headers)) {
    if (OF_TRANSFER.test(name) || value === undefined) continue;
    for (const one of Array.isArray(value) ? value : [value]) if (isHeader(one)) plain.append(name, one);
  }
  return plain;
}

/** Node lets more through than `Headers` takes. */
const isHeader = (value: string): boolean => /^[\t\x20-\x7e\x80-\xff]*$/.test(value);
