import * as z from 'zod';
import {
  MALFORMED_ANSWER,
  NO_SUCH_ROUTE,
  ProviderError,
  type ProviderErrorKind,
} from '../../domain/provider/provider.ts';
import { redactKeys, sanitizeLine } from '../../domain/text/sanitize.ts';
import { BodyFault, type RedirectFault, SilenceFault } from '../http/faults.ts';
import { connectionFault, isConnectionError, transportFault } from './connection.ts';
import { isWebPage, pageTitle, readErrorBody } from './error-body.ts';
import { type HeaderReader, readRateLimits, readRetryAfter } from './headers.ts';

/** What a server said of a refusal, every field as far as it said it. */
export interface Refusal {
  readonly status: number | null;
  readonly code: string | null;
  readonly type: string | null;
  readonly message: string;
}

const QUOTA = new Set([
  'insufficient_quota',
  'billing_hard_limit_reached',
  'billing_not_active',
  'quota_exceeded',
  'insufficient_credits',
]);
const MODERATION = new Set([
  'content_policy_violation',
  'content_filter',
  'moderation_blocked',
  'moderation_failed',
  'unsafe_file',
  'usage_policy_violation',
  'responsibleaipolicyviolation',
]);
const BAD_FILE = new Set([
  'invalid_training_file',
  'invalid_validation_file',
  'invalid_n_examples',
  'invalid_file_format',
]);
const KEY = new Set(['invalid_api_key', 'invalid_authentication', 'authentication_error', 'no_api_key']);
const KIND_OF_WORD: ReadonlyMap<string, ProviderErrorKind> = new Map([
  ['rate_limit_error', 'rate-limit'],
  ['rate_limit_exceeded', 'rate-limit'],
  ['too_many_requests', 'rate-limit'],
  ['resource_exhausted', 'rate-limit'],
  ['tokens', 'rate-limit'],
  ['requests', 'rate-limit'],
  ['invalid_request_error', 'invalid-request'],
  ['invalid_request', 'invalid-request'],
  ['invalid_value', 'invalid-request'],
  ['invalid_prompt', 'invalid-request'],
  ['bad_request', 'invalid-request'],
  ['badrequest', 'invalid-request'],
  ['invalid_argument', 'invalid-request'],
  ['context_length_exceeded', 'invalid-request'],
  ['unsupported_parameter', 'invalid-request'],
  ['unsupported_value', 'invalid-request'],
  ['not_found_error', 'not-found'],
  ['model_not_found', 'not-found'],
  ['permission_error', 'forbidden'],
  ['permission_denied', 'forbidden'],
  ['timeout', 'timeout'],
]);
const MODERATION_WORDS = /usage polic|content management policy|content polic|moderation (?:system|check)|was flagged/i;
const TRAINING_WORDS = /training_not_available|fine-?tuning is (?:no longer|not) available/i;

/** The kind of a refusal: by its code where it has one that means something, else by its status. */
function classify(refusal: Refusal): ProviderErrorKind {
  return kindOfCode(refusal) ?? kindOfStatus(refusal.status, refusal.type);
}

function kindOfCode({ status, code, type, message }: Refusal): ProviderErrorKind | null {
  const names = [code, type].flatMap((name) => (name === null ? [] : [name.toLowerCase()]));
  const named = (set: ReadonlySet<string>): boolean => names.some((name) => set.has(name));
  if (names.includes('training_not_available')) return 'training-not-available';
  if (status === 403 && TRAINING_WORDS.test(message)) return 'training-not-available';
  if (named(QUOTA)) return 'quota';
  if (named(MODERATION)) return 'moderation';
  if (named(BAD_FILE)) return 'invalid-training-file';
  if ((status === 400 || status === 403) && MODERATION_WORDS.test(message)) return 'moderation';
  if (named(KEY) && status !== 403) return 'auth';
  // Under a good status, and in a stream, the code is all there is.
  if (status === null || status === 500) return names.flatMap((name) => KIND_OF_WORD.get(name) ?? [])[0] ?? null;
  return null;
}

function kindOfStatus(status: number | null, type: string | null): ProviderErrorKind {
  if (status === null) return type === 'rate_limit_error' || type === 'tokens' ? 'rate-limit' : 'server';
  if (status >= 500) return 'server';
  switch (status) {
    case 401:
      return 'auth';
    case 402:
      return 'quota';
    case 403:
      return 'forbidden';
    case 404:
    case 410:
      return 'not-found';
    case 408:
      return 'timeout';
    case 429:
      return 'rate-limit';
    default:
      return 'invalid-request';
  }
}

export interface ErrorContext {
  /** Host and port, for "nothing answers at …". */
  readonly place: string;
  /** Exact secrets that must not survive in a message. */
  readonly secrets: readonly string[];
  readonly signal?: AbortSignal | undefined;
}

/** Longer words of a server are cut: some send back the whole request. */
const LONGEST_MESSAGE = 600;

/** The official client's APIError, by shape, so that this module need not load the client. */
const apiError = z.object({
  status: z.number().optional(),
  error: z.unknown().optional(),
  headers: z.custom<{ get(name: string): string | null }>((value) => value instanceof Headers).optional(),
});

/** Whatever a call threw, as a ProviderError: its kind, and a message that holds no key and no terminal sequence. */
export function toProviderError(error: unknown, context: ErrorContext): ProviderError {
  if (error instanceof ProviderError) return error;
  if (context.signal?.aborted === true) return stopped(context.signal);
  const ofTransport = transportFault(error);
  if (ofTransport !== null) return fromTransport(ofTransport, context);
  const fromApi = apiError.safeParse(error);
  if (fromApi.success && (fromApi.data.status !== undefined || hasContent(fromApi.data.error))) {
    const { headers } = fromApi.data;
    const header: HeaderReader = (name) => headers?.get(name) ?? null;
    return fromAnswer({ status: fromApi.data.status ?? null, header, error: fromApi.data.error }, context);
  }
  if (isConnectionError(error)) {
    const fault = connectionFault(error, context.place);
    return new ProviderError(fault.kind, fault.message, { code: fault.code });
  }
  if (error instanceof Error && (error.name === 'AbortError' || error.message === 'Request was aborted.'))
    return new ProviderError('cancelled', 'Cancelled.');
  if (error instanceof SyntaxError || error instanceof z.ZodError) return malformed(context);
  const message = error instanceof Error ? error.message : 'unknown failure';
  return new ProviderError('invalid-request', clean(`The call could not be made: ${message}`, context));
}

function fromTransport(fault: SilenceFault | BodyFault | RedirectFault, context: ErrorContext): ProviderError {
  const message = clean(fault.message, context);
  if (fault instanceof SilenceFault)
    return new ProviderError(fault.limit === 'connect' ? 'network' : 'timeout', message, { code: fault.code });
  if (fault instanceof BodyFault) return new ProviderError('invalid-request', message, { code: MALFORMED_ANSWER });
  return new ProviderError('invalid-request', message, { status: fault.status, code: 'redirected' });
}

/** An answer that is a failure. `error` is its body: JSON of any shape, or the text where it is none. */
export function fromAnswer(
  answer: { readonly status: number | null; readonly header: HeaderReader; readonly error: unknown },
  context: ErrorContext,
): ProviderError {
  if (typeof answer.error === 'string' && isWebPage(answer.error)) return webPage(answer.error, answer.status, context);
  const body = readErrorBody(answer.error);
  const status = answer.status ?? body.status;
  const said = clean(body.message ?? compact(answer.error), context);
  const kind = classify({ status, code: body.code, type: body.type, message: said });
  const code = isOfRoute(status, said) ? NO_SUCH_ROUTE : body.code;
  const limits = kind === 'rate-limit' ? readRateLimits(answer.header, Date.now()) : null;
  return new ProviderError(kind, inWords(status, said, context.place), {
    ...(status === null ? {} : { status }),
    code: code === null ? null : clean(code, context),
    param: body.param === null ? null : clean(body.param, context),
    retryAfterMs: readRetryAfter(answer.header, Date.now()) ?? waitInWords(said),
    requestId: readRequestId(answer.header, context),
    ...(limits === null ? {} : { limits }),
  });
}

/** A body that has no words in a place we know, as it came; empty where it is empty. */
function compact(error: unknown): string {
  const text = error === null || error === undefined || error === '' ? '' : JSON.stringify(error);
  return text === '{}' || text === '[]' ? '' : text;
}

const UNITS = [
  [/^ms|^milli/i, 1],
  [/^h/i, 3_600_000],
  [/^m/i, 60_000],
  [/^s/i, 1000],
] as const;
const PART = '\\d+(?:\\.\\d+)?\\s*(?:ms|milliseconds?|hours?|h|minutes?|mins?|m|seconds?|secs?|s)(?![a-z])';
const WAIT = new RegExp(`(?:try again|retry)(?: in| after)?\\s+((?:${PART}[\\s,]*)+)`, 'i');

/** Milliseconds that a message says to wait ("try again in 5 s", "in 1m30.5s"); null where it names no time. */
function waitInWords(said: string): number | null {
  const [, wait] = WAIT.exec(said) ?? [];
  if (wait === undefined) return null;
  const parts = [...wait.matchAll(/(\d+(?:\.\d+)?)\s*([a-z]+)/gi)].map(
    ([, amount, unit = '']) => Number(amount) * (UNITS.find(([word]) => word.test(unit))?.[1] ?? 0),
  );
  return Math.round(parts.reduce((sum, part) => sum + part, 0));
}

/** What a server says that has no such route: of the address, and not of what was asked for. */
const NO_ROUTE =
  /^(?:404:? )?(?:page |route |path |url |resource )?not found\W*$|\burl was not found|method not allowed|no (?:such )?route|(?:cannot|could not) (?:get|post|delete) \/|(?:unknown|invalid|unrecognized|unexpected) (?:request )?(?:url|route|endpoint|path)/i;
/** llama.cpp's words for it, which in other letters are said of a file. */
const NO_ROUTE_OF_LLAMA = 'File Not Found';
const BASE_URL_HINT = 'Is the base URL right, and does it end in /v1?';

const isOfRoute = (status: number | null, said: string): boolean =>
  (status === 404 || status === 405) && (said === '' || said === NO_ROUTE_OF_LLAMA || NO_ROUTE.test(said));

function inWords(status: number | null, said: string, place: string): string {
  if (said === '') return withoutWords(status, place);
  if (status === 400 && /\bapi-version\b/i.test(said)) return `${withStop(said)} ${versionHint(said)}`;
  return isOfRoute(status, said) ? `${said.replace(/[.!\s]*$/, '')}. ${BASE_URL_HINT}` : said;
}

const withStop = (said: string): string => (/[.!?]$/.test(said) ? said : `${said}.`);

/** Azure's addresses with /openai/v1/ take no API version, and its older ones none but those they know. */
const versionHint = (said: string): string =>
  /not allowed|not permitted|not supported (?:for|on|with)|must not/i.test(said)
    ? 'Leave the API version of the profile empty in Settings (8), and the query out of its base URL.'
    : 'Write an API version, such as 2025-04-01-preview, into the profile in Settings (8), or leave it empty for /openai/v1/.';

function webPage(page: string, status: number | null, context: ErrorContext): ProviderError {
  const title = clean(pageTitle(page), context);
  const what = `${context.place} answered with a web page${title === '' ? '' : ` (“${title}”)`}, not with an API.`;
  // Under an error's status nothing was answered, and so nothing can be billed.
  const code = status === null || status === 400 ? MALFORMED_ANSWER : isOfRoute(status, '') ? NO_SUCH_ROUTE : null;
  // Too large a body, too many calls and a failing server say nothing of the address.
  const hint = status === 413 || status === 429 || (status ?? 0) >= 500 ? '' : ` ${BASE_URL_HINT}`;
  return new ProviderError(kindOfStatus(status ?? 400, null), `${what}${hint}`, {
    ...(status === null ? {} : { status }),
    ...(code === null ? {} : { code }),
  });
}

/** An answer that came, but not of the protocol's shape. Not retryable: it may have been paid for. */
export function malformed({ place, ...context }: ErrorContext, body?: unknown): ProviderError {
  const said = firstWords(body, { place, ...context });
  return new ProviderError(
    'invalid-request',
    `${place} answered with something that is not of the OpenAI API${said}. ${BASE_URL_HINT}`,
    { code: MALFORMED_ANSWER },
  );
}

/** Of a body nobody can read, as much as shows what it is. */
const FIRST_WORDS = 80;

function firstWords(body: unknown, context: ErrorContext): string {
  if (body === undefined) return '';
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const words = clean(text.slice(0, 4 * FIRST_WORDS).toWellFormed(), context);
  if (words === '') return ': nothing at all';
  return `: “${words.length > FIRST_WORDS ? `${words.slice(0, FIRST_WORDS).toWellFormed()}…` : words}”`;
}

export function brokenOff(place: string): ProviderError {
  return new ProviderError('network', `The connection to ${place} broke off before the answer was complete.`, {
    code: 'ERR_STREAM_PREMATURE_CLOSE',
  });
}

function stopped(signal: AbortSignal): ProviderError {
  const timedOut = signal.reason instanceof DOMException && signal.reason.name === 'TimeoutError';
  return timedOut
    ? new ProviderError('timeout', 'The call took too long.')
    : new ProviderError('cancelled', 'Cancelled.');
}

function withoutWords(status: number | null, place: string): string {
  if (status === null) return `${place} reported a failure and did not say which.`;
  if (isOfRoute(status, '') || (status >= 300 && status < 400))
    return `${place} answered ${status} at this address. ${BASE_URL_HINT}`;
  return `${place} answered ${status} and did not say why.`;
}

function readRequestId(header: HeaderReader, context: ErrorContext): string | null {
  const id = header('x-request-id') ?? header('apim-request-id');
  return id === null ? null : clean(id, context).slice(0, 100);
}

/** Words of a server as they may be kept: without keys and terminal sequences, and not too many of them. */
export function clean(words: string, context: ErrorContext): string {
  const safe = redactKeys(sanitizeLine(words), context.secrets).trim();
  return safe.length > LONGEST_MESSAGE ? `${safe.slice(0, LONGEST_MESSAGE).toWellFormed()}…` : safe;
}

function hasContent(error: unknown): boolean {
  return error !== undefined && error !== null;
}
