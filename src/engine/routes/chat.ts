import type { FastifyInstance } from 'fastify';
import type { EngineContext } from '../http/app.ts';
import { disconnectSignal, sendEvents } from '../http/stream.ts';
import type { GeneratedToken, TokenOdds } from '../runners/types.ts';
import { nowSeconds, randomName } from '../storage/ids.ts';
import {
  type Answers,
  admitted,
  answerSeeds,
  recorded,
  startAnswers,
  streamedChunks,
  textOf,
  type WholeAnswer,
  type WireUsage,
  wholeAnswers,
  wireUsage,
} from './answer.ts';
import { type ChatRequest, parseChat } from './chat-request.ts';

/** What every chunk and every answer of one call begins with. */
interface ChatFrame {
  readonly id: string;
  readonly created: number;
  readonly model: string;
}

const FINGERPRINT = 'fp_luthier_practice';

interface ChatLogprobs {
  readonly content: readonly object[];
  readonly refusal: null;
}

const chatLogprobs = (tokens: readonly GeneratedToken[]): ChatLogprobs => ({
  content: tokens.map((token) => ({
    ...tokenView(token),
    top_logprobs: token.top.map(tokenView),
  })),
  refusal: null,
});

const tokenView = ({ text, logprob, bytes = [...Buffer.from(text)] }: TokenOdds) => ({ token: text, logprob, bytes });

interface ChatChoice {
  readonly text: string;
  readonly finishReason: 'stop' | 'length';
  readonly logprobs: ChatLogprobs | null;
}

const chatCompletion = (frame: ChatFrame, choices: readonly ChatChoice[], usage: WireUsage) => ({
  id: frame.id,
  object: 'chat.completion',
  created: frame.created,
  model: frame.model,
  choices: choices.map(({ text, finishReason, logprobs }, index) => ({
    index,
    message: { role: 'assistant', content: text, refusal: null, annotations: [] },
    logprobs,
    finish_reason: finishReason,
  })),
  usage,
  service_tier: 'default',
  system_fingerprint: FINGERPRINT,
});

const choiceOf = ({ logprobs }: ChatRequest, { text, finishReason, tokens }: WholeAnswer): ChatChoice => ({
  text,
  finishReason,
  logprobs: logprobs ? chatLogprobs(tokens) : null,
});

/** What a kept answer says of the request it was given to, in OpenAI's names. */
const requestView = ({ options, seed, user }: ChatRequest, requestId: string) => ({
  request_id: requestId,
  seed,
  temperature: options.temperature,
  top_p: options.topP,
  presence_penalty: options.presencePenalty,
  frequency_penalty: options.frequencyPenalty,
  input_user: user,
  tools: null,
  tool_choice: null,
  response_format: null,
});

interface ChunkChoice {
  readonly index: number;
  readonly delta: { readonly role?: 'assistant'; readonly content?: string };
  readonly logprobs: ChatLogprobs | null;
  readonly finish_reason: 'stop' | 'length' | null;
}

/** A chunk of a streamed answer. `usage` is left out unless the client wants it; then it is null until the last. */
const chatChunk = (frame: ChatFrame, choices: readonly ChunkChoice[], usage: WireUsage | null | undefined) => ({
  id: frame.id,
  object: 'chat.completion.chunk',
  created: frame.created,
  model: frame.model,
  service_tier: 'default',
  system_fingerprint: FINGERPRINT,
  choices,
  ...(usage === undefined ? {} : { usage }),
});

interface ChatGeneration {
  readonly call: ChatRequest;
  readonly answers: Answers;
  readonly frame: ChatFrame;
  /** Called with the usage of each answer. */
  charge(tokens: number): void;
  /** Keeps the whole of an answer that was asked for with `store`. */
  keep(body: Record<string, unknown>): void;
}

export function chatRoutes(app: FastifyInstance, context: EngineContext): void {
  const { loader, limiter, store } = context;
  app.post('/v1/chat/completions', async (request, reply) => {
    const call = parseChat(request.body);
    const model = await loader.get(call.model);
    const signal = disconnectSignal(reply);
    const seeds = answerSeeds(call.seed, 0, call.n);
    const answers = await startAnswers(model, call.messages, call.options, { seeds }, signal);
    await admitted([answers], limiter, context.latencyMs, signal);
    const frame = { id: `chatcmpl-${randomName(29)}`, created: nowSeconds(), model: call.model };
    const keep: ChatGeneration['keep'] = (body) => {
      const row = { id: frame.id, created_at: frame.created, model: call.model, metadata: call.metadata };
      store.completions.insert({ ...row, body: { ...body, ...requestView(call, request.id) } }, call.sent);
    };
    const job = { call, answers, frame, charge: limiter.charge, keep };
    return call.stream ? sendEvents(reply, streamedCompletion(job)) : wholeCompletion(job);
  });
}

async function wholeCompletion(job: ChatGeneration): Promise<object> {
  const { call, frame, answers, charge } = job;
  const made = await wholeAnswers(answers.pieces, charge);
  const choices = made.answers.map((each) => choiceOf(call, each));
  const body = chatCompletion(frame, choices, wireUsage(answers.promptTokens, made.generated));
  if (!call.store) return body;
  job.keep(body);
  return { ...body, metadata: call.metadata ?? {} };
}

async function* streamedCompletion(job: ChatGeneration): AsyncGenerator<object, void, undefined> {
  const { call, frame, answers, charge } = job;
  const pending = call.includeUsage ? null : undefined;
  const chunk = (choice: ChunkChoice): object => chatChunk(frame, [choice], pending);
  const choices: ChatChoice[] = [];
  const { pieces } = answers;
  const told = call.store ? recorded(pieces, (index, made) => (choices[index] = choiceOf(call, made))) : pieces;
  const generated = yield* streamedChunks(told, charge, {
    opening: (index) =>
      chunk({ index, delta: { role: 'assistant', content: '' }, logprobs: null, finish_reason: null }),
    growing(index, tokens) {
      const logprobs = call.logprobs ? chatLogprobs(tokens) : null;
      return chunk({ index, delta: { content: textOf(tokens) }, logprobs, finish_reason: null });
    },
    ending: (index, finishReason) => chunk({ index, delta: {}, logprobs: null, finish_reason: finishReason }),
  });
  const usage = wireUsage(answers.promptTokens, generated);
  if (call.store) job.keep(chatCompletion(frame, choices, usage));
  if (call.includeUsage) yield chatChunk(frame, [], usage);
}
