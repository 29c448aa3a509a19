import type { FastifyInstance } from 'fastify';
import * as z from 'zod';
import type { EngineContext } from '../http/app.ts';
import { badRequest, onlyWith } from '../http/error.ts';
import { integer, parseRequest } from '../http/parse.ts';
import { disconnectSignal, sendEvents } from '../http/stream.ts';
import type { GeneratedToken, LanguageModel } from '../runners/types.ts';
import { nowSeconds, randomName } from '../storage/ids.ts';
import {
  type AnswerOptions,
  type AnswerPiece,
  type Answers,
  admitted,
  answerSeeds,
  startAnswers,
  streamedChunks,
  textOf,
  type WholeAnswer,
  type WireUsage,
  wholeAnswers,
  wireUsage,
} from './answer.ts';
import { checkShared, MAX_ANSWER_TOKENS, samplingOf, samplingShape, unsupported } from './sampling.ts';

/** The legacy endpoint's own default. */
const DEFAULT_MAX_TOKENS = 16;

const MAX_BEST_OF = 20;

const bodySchema = z.strictObject({
  ...samplingShape,
  max_tokens: integer().min(0).max(MAX_ANSWER_TOKENS).nullish(),
  prompt: z.union([z.string(), z.array(z.string()).min(1)]),
  logprobs: integer().min(0).max(5).nullish(),
  echo: z.boolean().nullish(),
  best_of: integer().min(1).max(MAX_BEST_OF).nullish(),
  suffix: z.string().nullish(),
});

interface CompletionRequest {
  readonly model: string;
  readonly prompts: readonly string[];
  readonly options: AnswerOptions;
  readonly seed: number | null;
  readonly n: number;
  /** Answers made for each prompt; the `n` likeliest are given. */
  readonly bestOf: number;
  readonly stream: boolean;
  readonly includeUsage: boolean;
  readonly echo: boolean;
  readonly logprobs: boolean;
}

/** Reads a legacy completion request; refuses what the practice models cannot do instead of ignoring it. */
function parseCompletion(sent: unknown): CompletionRequest {
  const request = parseRequest(bodySchema, sent);
  checkShared(request);
  if (request.suffix) throw unsupported('suffix');
  const n = request.n ?? 1;
  const bestOf = request.best_of ?? n;
  checkBestOf(bestOf, n, request.stream ?? false);
  const logprobs = request.logprobs !== null && request.logprobs !== undefined;
  if (request.echo && logprobs) {
    const text = 'The practice models have no log probabilities for a prompt: ask for `echo` or for `logprobs`.';
    throw badRequest(text, 'echo', 'unsupported_parameter');
  }
  return {
    model: request.model,
    prompts: typeof request.prompt === 'string' ? [request.prompt] : request.prompt,
    options: {
      ...samplingOf(request),
      maxTokens: request.max_tokens ?? DEFAULT_MAX_TOKENS,
      topLogprobs: request.logprobs ?? 0,
    },
    seed: request.seed ?? null,
    n,
    bestOf,
    stream: request.stream ?? false,
    includeUsage: request.stream_options?.include_usage ?? false,
    echo: request.echo ?? false,
    logprobs,
  };
}

function checkBestOf(bestOf: number, n: number, stream: boolean): void {
  if (bestOf < n) {
    const text = `Invalid 'best_of': it must not be below 'n'. Expected a value >= ${n}, but got ${bestOf} instead.`;
    throw badRequest(text, 'best_of', 'integer_below_min_value');
  }
  if (stream && bestOf > n) throw onlyWith('best_of', "it equals 'n', or 'stream' is disabled");
}

interface CompletionGeneration {
  readonly call: CompletionRequest;
  /** To each prompt. */
  readonly asked: readonly Answers[];
  readonly frame: {
    readonly id: string;
    readonly object: 'text_completion';
    readonly created: number;
    readonly model: string;
  };
  charge(tokens: number): void;
}

/** The legacy endpoint: several prompts, `n` answers each, numbered prompt by prompt. */
export function completionRoutes(app: FastifyInstance, context: EngineContext): void {
  const { loader, limiter } = context;
  app.post('/v1/completions', async (request, reply) => {
    const call = parseCompletion(request.body);
    const model = await loader.get(call.model);
    const signal = disconnectSignal(reply);
    const asked = await askAll(call, model, signal);
    await admitted(asked, limiter, context.latencyMs, signal);
    const id = `cmpl-${randomName(29)}`;
    const frame = { id, object: 'text_completion', created: nowSeconds(), model: call.model } as const;
    const job = { call, asked, frame, charge: limiter.charge };
    return call.stream ? sendEvents(reply, streamedCompletion(job)) : wholeCompletion(job);
  });
}

async function askAll(call: CompletionRequest, model: LanguageModel, signal: AbortSignal): Promise<readonly Answers[]> {
  const asked: Answers[] = [];
  try {
    for (const [place, prompt] of call.prompts.entries()) {
      const first = place * call.bestOf;
      const seeds = answerSeeds(call.seed, first, call.bestOf);
      asked.push(await startAnswers(model, prompt, call.options, { seeds, first }, signal));
    }
  } catch (error) {
    await Promise.all(asked.map((answers) => answers.discard()));
    throw error;
  }
  return asked;
}

/** Those of one prompt after those of another. */
async function* piecesOf(asked: readonly Answers[]): AsyncGenerator<AnswerPiece, void, undefined> {
  for (const { pieces } of asked) yield* pieces;
}

const promptTokens = ({ asked }: CompletionGeneration): number =>
  asked.reduce((sum, answers) => sum + answers.promptTokens, 0);

/** What is said before the answer of that number. */
const leadOf = ({ echo, prompts, bestOf }: CompletionRequest, index: number): string =>
  echo ? (prompts[Math.floor(index / bestOf)] ?? '') : '';

async function wholeCompletion(job: CompletionGeneration): Promise<object> {
  const { call, frame, charge } = job;
  const { answers, generated } = await wholeAnswers(piecesOf(job.asked), charge);
  const made = answers.map((each, index) => ({ ...each, lead: leadOf(call, index) }));
  const choices = likeliest(made, call).map(({ lead, text, tokens, finishReason }, index) => {
    const logprobs = call.logprobs ? legacyLogprobs(tokens, 0) : null;
    return { index, text: lead + text, logprobs, finish_reason: finishReason };
  });
  return { ...frame, choices, usage: wireUsage(promptTokens(job), generated) };
}

/** Of the answers to each prompt, the `n` with the highest log probability a token, best first. */
function likeliest<Made extends WholeAnswer>(made: readonly Made[], { n, bestOf }: CompletionRequest): readonly Made[] {
  if (bestOf === n) return made;
  const prompts = Array.from({ length: made.length / bestOf }, (_, i) => made.slice(i * bestOf, (i + 1) * bestOf));
  return prompts.flatMap((answers) => answers.toSorted((a, b) => meanLogprob(b) - meanLogprob(a)).slice(0, n));
}

/** An answer of no tokens has said nothing likely. */
const meanLogprob = ({ tokens }: WholeAnswer): number =>
  tokens.length === 0
    ? Number.NEGATIVE_INFINITY
    : tokens.reduce((sum, { logprob }) => sum + logprob, 0) / tokens.length;

async function* streamedCompletion(job: CompletionGeneration): AsyncGenerator<object, void, undefined> {
  const { call, frame, charge } = job;
  const extra: { usage?: WireUsage | null } = call.includeUsage ? { usage: null } : {};
  const chunk = (choice: object): object => ({ ...frame, choices: [choice], ...extra });
  const generated = yield* streamedChunks(piecesOf(job.asked), charge, {
    opening(index) {
      const lead = leadOf(call, index);
      return lead === '' ? null : chunk({ index, text: lead, logprobs: null, finish_reason: null });
    },
    growing(index, tokens, offset) {
      const logprobs = call.logprobs ? legacyLogprobs(tokens, offset) : null;
      return chunk({ index, text: textOf(tokens), logprobs, finish_reason: null });
    },
    ending: (index, finishReason) => chunk({ index, text: '', logprobs: null, finish_reason: finishReason }),
  });
  if (call.includeUsage) yield { ...frame, choices: [], usage: wireUsage(promptTokens(job), generated) };
}

/** The legacy form: parallel lists, offsets in characters of the answer's text. */
function legacyLogprobs(tokens: readonly GeneratedToken[], offset: number) {
  let at = offset;
  return {
    tokens: tokens.map((token) => token.text),
    token_logprobs: tokens.map((token) => token.logprob),
    top_logprobs: tokens.map((token) => Object.fromEntries(token.top.map((each) => [each.text, each.logprob]))),
    text_offset: tokens.map((token) => {
      const start = at;
      at += token.text.length;
      return start;
    }),
  };
}
