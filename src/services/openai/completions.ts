import { type SplitAnswer, ThoughtSplitter } from '../../domain/chat/thoughts.ts';
import type { ChatAnswer, ChatRequest } from '../../domain/chat/types.ts';
import { parseJson } from '../../domain/common/json.ts';
import { leadingJson, withoutMark } from '../../domain/common/leading-json.ts';
import { ProviderError } from '../../domain/provider/provider.ts';
import { createKeyMask } from '../../domain/text/key-mask.ts';
import { addChunk, EMPTY_ANSWER, type PartialAnswer } from './chat-answer.ts';
import { type ChatDialect, chatBody, leftOut, otherDialect } from './chat-dialect.ts';
import { isConnectionError } from './connection.ts';
import { createDialects, type KnownDialects } from './dialect-memory.ts';
import { errorInside, wordsInstead } from './error-body.ts';
import { brokenOff, type ErrorContext, fromAnswer, malformed } from './errors.ts';
import { begun, readEvents } from './events.ts';
import type { HeaderReader } from './headers.ts';
import type { Route } from './routes.ts';
import type { CallOptions, Session } from './session.ts';
import { answerOf, completionOf } from './whole-answer.ts';

/** Bytes of an answer. */
const CHAT_BYTES = 16_000_000;
/** Bytes of one that is streamed, where each word has an envelope of its own. */
const STREAM_BYTES = 64_000_000;

export interface ChatCallOptions extends CallOptions {
  readonly onDelta?: (text: string) => void;
  /** What the model thinks before it answers; called only where the answer is streamed. */
  readonly onThoughts?: (text: string) => void;
}

interface Call {
  readonly request: ChatRequest;
  readonly dialect: ChatDialect;
  readonly options: ChatCallOptions;
  /** Takes keys of other hosts out of a body. */
  readonly mask: (body: string) => string;
}

/**
 * Chat completions of one provider. Nothing is retried, but for one case that costs nothing: a request of which the
 * server refuses a field (`max_completion_tokens`, `temperature`) is sent again at once without it, which is remembered
 * for the model, in `dialects`, and said with the answer. Keys of other hosts, which a model may have
 * been made to print into an answer that is asked about here, are masked in what is sent, and counted with the answer.
 */
export function createChat(
  session: Session,
  dialects: KnownDialects = createDialects(),
  otherKeys: () => readonly string[] = () => [],
) {
  const ask = (call: Call): Promise<ChatAnswer> =>
    session.call(call.options.signal, async () => {
      const { onDelta } = call.options;
      const route = await session.routes.chat(call.request.model);
      if (onDelta !== undefined && !call.dialect.without.has('stream'))
        return await streamed(session, call, route, onDelta);
      const answer = await whole(session, call, route);
      return onDelta === undefined ? answer : atOnce(answer, { ...call.options, onDelta });
    });
  return {
    /** Throws ProviderError. With `onDelta` the answer is streamed, else it comes whole and `firstTokenMs` is `totalMs`. */
    async complete(request: ChatRequest, options: ChatCallOptions = {}): Promise<ChatAnswer> {
      const asked = dialects.known(request.model);
      let dialect = asked;
      for (;;) {
        try {
          const keys = createKeyMask(otherKeys());
          const answer = await ask({ request, dialect, options, mask: keys.mask });
          // Only once there is an answer: what is refused for another reason as well would be remembered wrongly.
          if (dialect !== asked) dialects.learn(request.model, dialect);
          const without = leftOut(request, dialect);
          return {
            ...answer,
            ...(without.length === 0 ? {} : { without }),
            ...(keys.count === 0 ? {} : { maskedKeys: keys.count }),
          };
        } catch (error) {
          const next = afterRefusal(error, dialect, request, options.onDelta !== undefined);
          if (next === null) throw error;
          dialect = next;
        }
      }
    },
  };
}

function afterRefusal(error: unknown, used: ChatDialect, request: ChatRequest, stream: boolean): ChatDialect | null {
  if (!(error instanceof ProviderError) || error.mayBeBilled) return null;
  const { status, param } = error.detail;
  return otherDialect(used, { message: error.message, param: param ?? null, status: status ?? null }, request, stream);
}

/** An answer that came whole, for those who listen to a stream. */
function atOnce(
  answer: ChatAnswer,
  { onDelta, onThoughts }: ChatCallOptions & { readonly onDelta: (text: string) => void },
): ChatAnswer {
  if (answer.reasoning !== undefined) onThoughts?.(answer.reasoning);
  if (answer.text !== '') onDelta(answer.text);
  return answer;
}

/** A model that does not stream says nothing before it has finished: the first byte has the time of the whole call. */
async function whole(session: Session, { request, dialect, options, mask }: Call, route: Route): Promise<ChatAnswer> {
  const started = performance.now();
  const answer = await session.http.whole({
    ...route,
    method: 'POST',
    body: Buffer.from(mask(JSON.stringify(chatBody(request, dialect, false)))),
    slowFirst: true,
    mostBytes: CHAT_BYTES,
    redirects: 'own',
    signal: options.signal,
  });
  const { status, header, text } = answer;
  const said = completionOf({ status, header, body: leadingJson(text) ?? text }, session.context(options.signal));
  const totalMs = performance.now() - started;
  return finished(said, { request, header, firstTokenMs: totalMs, totalMs });
}

async function streamed(
  session: Session,
  call: Call,
  route: Route,
  onDelta: (text: string) => void,
): Promise<ChatAnswer> {
  const { request, dialect, options, mask } = call;
  const started = performance.now();
  let progress = (): void => undefined;
  const {
    status,
    header,
    pieces: sent,
  } = await session.http.stream({
    ...route,
    method: 'POST',
    body: Buffer.from(mask(JSON.stringify(chatBody(request, dialect, true)))),
    mostBytes: STREAM_BYTES,
    redirects: 'own',
    signal: options.signal,
    // Pings are no progress: only what the model says is.
    watched: (made) => {
      progress = made;
    },
  });
  const context = session.context(options.signal);
  const { first, pieces } = await begun(sent);
  if (status >= 300 || !isStream(first, header('content-type') ?? 'text/event-stream')) {
    // Some servers answer a request for a stream with one body.
    const text = await textOf(pieces, () => progress());
    const said = completionOf({ status, header, body: leadingJson(text) ?? text }, context);
    const totalMs = performance.now() - started;
    return atOnce(finished(said, { request, header, firstTokenMs: totalMs, totalMs }), { ...options, onDelta });
  }
  let firstTokenMs: number | null = null;
  const splitter = new ThoughtSplitter();
  const pass = ({ thoughts, answer }: SplitAnswer, apart = ''): void => {
    if (thoughts + apart !== '') options.onThoughts?.(apart + thoughts);
    if (answer !== '') onDelta(answer);
  };
  const said = await readStream({ pieces, header, context, progress }, ({ delta, thoughts }) => {
    firstTokenMs ??= performance.now() - started;
    pass(splitter.push(delta), thoughts);
  });
  pass(splitter.end());
  const totalMs = performance.now() - started;
  return finished(said, { request, header, firstTokenMs: firstTokenMs ?? totalMs, totalMs });
}

/** A body that was to be a stream. One that breaks off after its JSON is complete is an answer all the same. */
async function textOf(pieces: AsyncIterable<Buffer>, progress: () => void): Promise<string> {
  const body: Buffer[] = [];
  const text = (): string => withoutMark(Buffer.concat(body).toString('utf8'));
  try {
    for await (const piece of pieces) {
      body.push(piece);
      progress();
    }
  } catch (error) {
    if (!isConnectionError(error) || leadingJson(text()) === undefined) throw error;
  }
  return text();
}

/** Whether events come, by the first characters where they say so: servers and proxies name the content wrongly. */
function isStream(first: string, contentType: string): boolean {
  if (/^(?:data|event|id|retry)?:/.test(first)) return true;
  return !/^[{[<]/.test(first) && /\bevent-stream\b/i.test(contentType);
}

interface StreamParts {
  readonly pieces: AsyncIterable<Buffer>;
  readonly header: HeaderReader;
  readonly context: ErrorContext;
  readonly progress: () => void;
}

const END = '[DONE]';

/**
 * What a stream says, to the protocol's own end: some servers give no other. One that has given the reason of its end has
 * ended, however its connection does. Throws ProviderError, and what broke it off.
 */
async function readStream(
  { pieces, header, context, progress }: StreamParts,
  heard: (part: { readonly delta: string; readonly thoughts: string }) => void,
): Promise<PartialAnswer> {
  let said = EMPTY_ANSWER;
  const isWhole = (data: string): boolean => data.startsWith(END) || parseJson(data) !== undefined;
  try {
    for await (const { event, data } of readEvents(pieces, isWhole)) {
      if (data.startsWith(END)) return said;
      if (data === '' || event === 'ping') continue;
      const added = addChunk(said, partOf(data, header, context));
      said = added.said;
      if (added.news) progress();
      if (added.delta + added.thoughts !== '') heard(added);
      // What waited to be read when the signal came is not wanted any more.
      context.signal?.throwIfAborted();
    }
  } catch (error) {
    if (said.finishReason === null || context.signal?.aborted === true || !isConnectionError(error)) throw error;
  }
  if (said.finishReason === null) throw brokenOff(context.place);
  return said;
}

/** The JSON of an event. Throws ProviderError for a failure; data that are no JSON are taken for words of the server. */
function partOf(data: string, header: HeaderReader, context: ErrorContext): unknown {
  const part = parseJson(data);
  if (part === undefined && /^[{[]/.test(data)) throw malformed(context, data);
  const failure = part === undefined ? data : (errorInside(part) ?? wordsInstead(part));
  if (failure !== null) throw fromAnswer({ status: null, header, error: failure }, context);
  return part;
}

interface Finished {
  readonly request: ChatRequest;
  readonly header: HeaderReader;
  readonly firstTokenMs: number;
  readonly totalMs: number;
}

const finished = (
  said: PartialAnswer,
  { request: { model }, header, firstTokenMs, totalMs }: Finished,
): ChatAnswer => ({ ...answerOf(said, { model, header }), firstTokenMs, totalMs });
