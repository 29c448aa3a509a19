import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyError, FastifyRequest } from 'fastify';
import { ModelUnavailable } from '../runners/types.ts';
import { UnknownCursor } from '../storage/keyset.ts';
import { ApiError, badRequest, errorBody } from './error.ts';
import { ClientDisconnected } from './stream.ts';

/** A chat request of the largest context there is, many times over. Files are streamed and have their own limit. */
export const MAX_BODY_BYTES = 32 * 1024 * 1024;

/** The status proxies use for it; nobody reads it. */
const CLIENT_DISCONNECTED = 499;

/** What the framework refuses on its own, in the API's words. */
const FRAMEWORK: Readonly<Record<string, (request: FastifyRequest) => ApiError>> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: unsupportedType,
  FST_ERR_CTP_BODY_TOO_LARGE: () =>
    new ApiError(413, `The body of the request is larger than ${MAX_BODY_BYTES / 1024 / 1024} MB.`, {
      code: 'request_too_large',
    }),
  FST_ERR_BAD_URL: (request) => invalidUrl(400, request),
  FST_ERR_MAX_PARAM_LENGTH: (request) => invalidUrl(404, request),
};

/** Where clients of newer libraries ask first, and what is there in its place. */
const IN_ITS_PLACE: ReadonlyMap<string, string> = new Map([['/v1/responses', '/v1/chat/completions']]);

export function invalidUrl(status: 400 | 404, { method, url }: FastifyRequest): ApiError {
  const place = IN_ITS_PLACE.get(url.split('?')[0] ?? '');
  const word = place === undefined ? '' : `. This server answers at ${place}.`;
  return new ApiError(status, `Invalid URL (${method} ${url.slice(0, 200)})${word}`);
}

function unsupportedType({ headers }: FastifyRequest): ApiError {
  const type = headers['content-type']?.slice(0, 80) ?? '';
  const text = `Unsupported content type: '${type}'. Send JSON as 'application/json', and a file as 'multipart/form-data'.`;
  return badRequest(text, null, 'unsupported_content_type');
}

/** Whatever went wrong, as the refusal that the client gets. */
export function toApiError(error: FastifyError | ApiError, request: FastifyRequest): ApiError {
  if (error instanceof ApiError) return error;
  if (error instanceof UnknownCursor) return badRequest(`Invalid 'after': ${error.message}`, 'after', 'invalid_value');
  if (error instanceof ModelUnavailable) return unavailable(error);
  if (error instanceof ClientDisconnected || error.name === 'AbortError')
    return new ApiError(CLIENT_DISCONNECTED, 'The client went away.');
  const known = FRAMEWORK[error.code];
  if (known !== undefined) return known(request);
  const { statusCode } = error;
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500) return new ApiError(statusCode, error.message);
  return new ApiError(500, 'The server had an error while processing your request.', { type: 'server_error' });
}

/** What a model's runner says of a request is the client's to mend; of anything else, the server's. */
const OF_REQUEST: ReadonlySet<string> = new Set([
  'bad_request',
  'template',
  'model_not_ready',
  'no_runner',
  'bad_base',
]);

const unavailable = ({ code, message }: ModelUnavailable): ApiError =>
  OF_REQUEST.has(code)
    ? badRequest(message, 'model', code)
    : new ApiError(503, message, { type: 'server_error', code });

/** Statuses of requests that are no HTTP, by Node's code; any other is a 400. */
const UNREADABLE: Readonly<Record<string, readonly [status: number, message: string]>> = {
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'The request did not arrive in time.'],
  HPE_HEADER_OVERFLOW: [431, 'The headers of the request are too large.'],
};

/** Answers what cannot be read as HTTP at all, and so reaches no route, and closes the connection. */
export function refuseUnreadable(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return;
  const [status, message] = UNREADABLE[error.code ?? ''] ?? [400, 'The request could not be read as HTTP.'];
  const body = JSON.stringify(errorBody(new ApiError(status, message)));
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Content-Type: application/json; charset=utf-8',
    'Connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}
