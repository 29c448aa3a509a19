import * as z from 'zod';
import { badRequest } from '../http/error.ts';
import { parseRequest } from '../http/parse.ts';
import type { AnswerOptions } from '../inference/answer.ts';
import { checkShared, samplingShape, stopList, unsupported } from './sampling.ts';

/** The legacy endpoint's own default. */
const DEFAULT_MAX_TOKENS = 16;

const body = z.object({
  ...samplingShape,
  prompt: z.union([z.string(), z.array(z.string()).min(1)]),
  logprobs: z.int().min(0).max(5).nullish(),
  echo: z.boolean().nullish(),
  best_of: z.int().min(1).max(20).nullish(),
  suffix: z.string().nullish(),
});

export interface CompletionCall {
  readonly model: string;
  readonly prompts: readonly string[];
  readonly options: Omit<AnswerOptions, 'seed'>;
  readonly seed: number | null;
  readonly n: number;
  readonly stream: boolean;
  readonly includeUsage: boolean;
  readonly echo: boolean;
  readonly logprobs: boolean;
}

/** Reads a legacy completion request; refuses what the practice models cannot do instead of ignoring it. */
export function parseCompletion(sent: unknown): CompletionCall {
  const request = parseRequest(body, sent);
  checkShared(request);
  if (request.suffix) throw unsupported('suffix');
  const n = request.n ?? 1;
  if (request.best_of && request.best_of !== n) throw unsupported('best_of');
  const logprobs = request.logprobs !== null && request.logprobs !== undefined;
  if (request.echo && logprobs) {
    const text = 'The practice models have no log probabilities for a prompt: ask for `echo` or for `logprobs`.';
    throw badRequest(text, 'echo', 'unsupported_parameter');
  }
  return {
    model: request.model,
    prompts: typeof request.prompt === 'string' ? [request.prompt] : request.prompt,
    options: {
      maxTokens: request.max_tokens ?? DEFAULT_MAX_TOKENS,
      stop: stopList(request.stop),
      temperature: request.temperature ?? 1,
      topP: request.top_p ?? 1,
      topLogprobs: request.logprobs ?? 0,
    },
    seed: request.seed ?? null,
    n,
    stream: request.stream ?? false,
    includeUsage: request.stream_options?.include_usage ?? false,
    echo: request.echo ?? false,
    logprobs,
  };
}
