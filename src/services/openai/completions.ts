import { callsOf, textWithCalls } from '../../domain/chat/shown-message.ts';
import { type SplitAnswer, splitThoughts, ThoughtSplitter } from '../../domain/chat/thoughts.ts';
import type { ChatAnswer, ChatRequest } from '../../domain/chat/types.ts';
import { parseJson } from '../../domain/common/json.ts';
import { ProviderError } from '../../domain/provider/provider.ts';
import { addChunk, EMPTY_ANSWER, type PartialAnswer, readCompletion } from './chat-answer.ts';
import {
  type ChatDialect,
  CURRENT_DIALECT,
  chatBody,
  joined,
  leftOut,
  otherDialect,
  readDialect,
  type SavedDialect,
  savedDialect,
} from './chat-dialect.ts';
import { errorInside, isWebPage, WORDS_STATUS, wordsInstead } from './error-body.ts';
import { brokenOff, type ErrorContext, fromAnswer, malformed } from './errors.ts';
import { type HeaderReader, readRateLimits } from './headers.ts';
import type { CallOptions, Session } from './session.ts';
import { createTransport, type HttpAnswer } from './transport.ts';

/** Long answers of slow models take minutes; the official client waits as long. */
const ANSWER_TIMEOUT_MS = 600_000;

export interface ChatCallOptions extends CallOptions {
  readonly onDelta?: (text: string) => void;
  /** What the model thinks before it answers; called only where the answer is streamed. */
  readonly onThoughts?: (text: string) => void;
}

interface Call {
  readonly request: ChatRequest;
  readonly dialect: ChatDialect;
  readonly options: ChatCallOptions;
}

/** What models refused in other runs. */
export interface DialectMemory {
  find(model: string): SavedDialect | null;
  save(model: string, dialect: SavedDialect): void;
}

const FORGETS: DialectMemory = { find: () => null, save: () => undefined };

/**
 * Chat completions of one provider. Nothing is retried, but for one case that costs nothing: a request of which the
 * server refuses a field (`max_completion_tokens`, `temperature`) is sent again at once without it, which is remembered
 * for the model, in `memory` for other runs too, and said with the answer.
 */
export function createChat(session: Session, memory: DialectMemory = FORGETS) {
  const dialects = new Map<string, ChatDialect>();
  const known = (model: string): ChatDialect => {
    const before = dialects.get(model);
    if (before !== undefined) return before;
    const saved = memory.find(model);
    const dialect = saved === null ? CURRENT_DIALECT : readDialect(saved);
    dialects.set(model, dialect);
    return dialect;
  };
  const whole = wholeAnswers(session);
  const ask = (call: Call): Promise<ChatAnswer> =>
    session.call(call.options.signal, () =>
      call.options.onDelta === undefined ? whole(call) : streamed(session, call, call.options.onDelta),
    );
  return {
    /** Throws ProviderError. With `onDelta` the answer is streamed, else it comes whole and `firstTokenMs` is `totalMs`. */
    async complete(request: ChatRequest, options: ChatCallOptions = {}): Promise<ChatAnswer> {
      let dialect = known(request.model);
      for (;;) {
        try {
          const answer = await ask({ request, dialect, options });
          const without = leftOut(request, dialect);
          return without.length === 0 ? answer : { ...answer, without };
        } catch (error) {
          const next = afterRefusal(error, dialect, request, options.onDelta !== undefined);
          if (next === null) throw error;
          dialect = next;
          const learned = joined(known(request.model), next);
          dialects.set(request.model, learned);
          memory.save(request.model, savedDialect(learned));
        }
      }
    },
  };
}

function afterRefusal(error: unknown, used: ChatDialect, request: ChatRequest, stream: boolean): ChatDialect | null {
  if (!(error instanceof ProviderError)) return null;
  const { status, param } = error.detail;
  if (status !== 400 && status !== 422) return null;
  return otherDialect(used, { message: error.message, param: param ?? null }, request, stream);
}

/** Whole answers over a transport of little weight; the official client says where to and with which headers. */
function wholeAnswers(session: Session): (call: Call) => Promise<ChatAnswer> {
  const post = createTransport();
  const routes = new Map<string, Promise<Route>>();
  return async ({ request, dialect, options }) => {
    const started = performance.now();
    const route = routes.get(request.model) ?? findRoute(session, request.model);
    routes.set(request.model, route);
    const answer = await post({
      ...(await route),
      body: JSON.stringify(chatBody(request, dialect, false)),
      timeoutMs: ANSWER_TIMEOUT_MS,
      signal: options.signal,
    });
    const { header } = answer;
    const said = readCompletion(goodBody(answer, session.context(options.signal)));
    const totalMs = performance.now() - started;
    return finished(said, { request, header, firstTokenMs: totalMs, totalMs });
  };
}

/** The body of an answer, parsed. Throws ProviderError for a failure, under whatever status it comes. */
function goodBody({ status, header, text }: HttpAnswer, context: ErrorContext): unknown {
  const body = parseJson(text);
  if (status < 200 || status >= 300) throw fromAnswer({ status, header, error: body ?? text }, context);
  const failure = isWebPage(text) ? text : errorInside(body);
  if (failure !== null) throw fromAnswer({ status: null, header, error: failure }, context);
  const words = wordsInstead(body);
  if (words !== null) throw fromAnswer({ status: WORDS_STATUS, header, error: words }, context);
  if (body === undefined) throw malformed(context.place);
  return body;
}

interface Route {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** The address and headers are the same for every call of a model (Azure has the model in its path). */
async function findRoute(session: Session, model: string): Promise<Route> {
  const { req, url } = await session.client.buildRequest({
    method: 'post',
    path: '/chat/completions',
    body: { model },
  });
  return { url, headers: Object.fromEntries(new Headers(req.headers)) };
}

async function streamed(
  session: Session,
  { request, dialect, options }: Call,
  onDelta: (text: string) => void,
): Promise<ChatAnswer> {
  const started = performance.now();
  const controller = new AbortController();
  const response = await session.client
    .post('/chat/completions', {
      body: chatBody(request, dialect, true),
      stream: true,
      timeout: ANSWER_TIMEOUT_MS,
      signal: options.signal ?? null,
    })
    .asResponse();
  const header: HeaderReader = (name) => response.headers.get(name);
  const context = session.context(options.signal);
  if (!/\bevent-stream\b/i.test(header('content-type') ?? 'text/event-stream')) {
    // Some servers answer a request for a stream with one body.
    const whole = readCompletion(goodBody({ status: response.status, header, text: await response.text() }, context));
    const totalMs = performance.now() - started;
    const answer = finished(whole, { request, header, firstTokenMs: totalMs, totalMs });
    if (answer.reasoning !== undefined) options.onThoughts?.(answer.reasoning);
    if (answer.text !== '') onDelta(answer.text);
    return answer;
  }
  const { Stream } = await import('openai/streaming');
  const { watched, ended, newest } = watchForEnd(response);
  let said = EMPTY_ANSWER;
  let firstTokenMs: number | null = null;
  const splitter = new ThoughtSplitter();
  const pass = ({ thoughts, answer }: SplitAnswer, apart = ''): void => {
    if (thoughts + apart !== '') options.onThoughts?.(apart + thoughts);
    if (answer !== '') onDelta(answer);
  };
  const parts = Stream.fromSSEResponse<unknown>(watched, controller, session.client);
  for await (const part of wordsOfBroken(
    parts,
    (words) => fromAnswer({ status: null, header, error: words }, context),
    newest,
  )) {
    const failure = errorInside(part) ?? wordsInstead(part);
    if (failure !== null) throw fromAnswer({ status: null, header, error: failure }, context);
    const added = addChunk(said, part);
    said = added.said;
    if (added.delta + added.thoughts === '') continue;
    firstTokenMs ??= performance.now() - started;
    pass(splitter.push(added.delta), added.thoughts);
  }
  pass(splitter.end());
  // The official client ends the stream quietly both when its signal aborts and when the connection is cut.
  options.signal?.throwIfAborted();
  if (said.finishReason === null && !ended()) throw brokenOff(session.place);
  const totalMs = performance.now() - started;
  return finished(said, { request, header, firstTokenMs: firstTokenMs ?? totalMs, totalMs });
}

/** The parts of a stream; one that is no JSON is taken for words of the server. */
async function* wordsOfBroken(
  parts: AsyncIterable<unknown>,
  failureOf: (words: string) => ProviderError,
  newest: () => string,
): AsyncGenerator<unknown> {
  try {
    yield* parts;
  } catch (error) {
    if (!(error instanceof SyntaxError) || !/^[^{[]/.test(newest())) throw error;
    throw failureOf(newest());
  }
}

const END = /(?:^|[\r\n])data: ?\[DONE\]/;

interface WatchedStream {
  readonly watched: Response;
  /** Whether the stream has come to the protocol's own end by now: some servers give no other. */
  readonly ended: () => boolean;
  /** The newest data. */
  readonly newest: () => string;
}

function watchForEnd(response: Response): WatchedStream {
  let tail = '';
  let ended = false;
  const decoder = new TextDecoder();
  const watch = new TransformStream<Uint8Array, Uint8Array>({
    transform(bytes, controller) {
      tail = (tail + decoder.decode(bytes, { stream: true })).slice(-64 - bytes.byteLength);
      ended ||= END.test(tail);
      controller.enqueue(bytes);
    },
  });
  const { body, status, headers } = response;
  return {
    watched: new Response(body?.pipeThrough(watch) ?? null, { status, headers }),
    ended: () => ended,
    newest: () => [...tail.matchAll(/^data: ?(.*)$/gm)].at(-1)?.[1]?.trim() ?? '',
  };
}

function finished(
  said: PartialAnswer,
  call: {
    readonly request: ChatRequest;
    readonly header: HeaderReader;
    readonly firstTokenMs: number;
    readonly totalMs: number;
  },
): ChatAnswer {
  const { reasoning: apart, calls, ...rest } = said;
  const { thoughts, answer } = splitThoughts(said.text);
  const reasoning = [apart, thoughts].filter((one) => one !== '').join('\n\n');
  return {
    ...rest,
    text: textWithCalls(answer, callsOf({ tool_calls: calls })),
    ...(reasoning === '' ? {} : { reasoning }),
    model: said.model ?? call.request.model,
    limits: readRateLimits(call.header),
    firstTokenMs: call.firstTokenMs,
    totalMs: call.totalMs,
  };
}
