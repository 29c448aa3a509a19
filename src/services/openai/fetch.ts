import { parseJson } from '../../domain/common/json.ts';
import { errorInside, isWebPage, readErrorBody, WORDS_STATUS, wordsInstead } from './error-body.ts';

/**
 * `fetch` for the official client, which keeps only `error` of an error body, and takes whatever comes with a good
 * status for an answer. Here every error body reaches it whole, and an error or a web page under a good status is an
 * error, with the status its code says.
 */
export async function fetchWhole(input: string | URL | Request, init?: RequestInit): Promise<Response> {
  const response = await fetch(input, init);
  if (response.ok && !/\b(?:json|html)\b/i.test(response.headers.get('content-type') ?? '')) return response;
  const text = await response.text();
  const body = parseJson(text);
  if (!response.ok) return asError(response, response.status, body ?? text);
  if (isWebPage(text)) return asError(response, PAGE_STATUS, text);
  const failure = errorInside(body);
  if (failure !== null) return asError(response, readErrorBody(failure).status ?? UNNAMED_STATUS, failure);
  // Some servers tell in words alone that a thing is deleted.
  const words = init?.method?.toUpperCase() === 'DELETE' ? null : wordsInstead(body);
  if (words !== null) return asError(response, readErrorBody(words).status ?? WORDS_STATUS, words);
  return new Response(text === '' ? null : text, { status: response.status, headers: plainHeaders(response) });
}

/** A page is nobody's passing fault. */
const PAGE_STATUS = 400;
/** An error that names no status is taken for the server's own fault, unless its code says otherwise. */
const UNNAMED_STATUS = 500;

function asError(response: Response, status: number, error: unknown): Response {
  const headers = plainHeaders(response);
  headers.set('content-type', 'application/json');
  return new Response(JSON.stringify({ error }), { status, headers });
}

/** Without those that describe the body as it was sent. */
function plainHeaders(response: Response): Headers {
  const headers = new Headers(response.headers);
  for (const name of ['content-encoding', 'content-length', 'transfer-encoding']) headers.delete(name);
  return headers;
}
