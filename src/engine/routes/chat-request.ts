import * as z from 'zod';
import type { ChatMessage, Role } from '../../domain/chat/types.ts';
import { badRequest } from '../http/error.ts';
import { parseRequest } from '../http/parse.ts';
import type { AnswerOptions } from '../inference/answer.ts';
import { checkShared, samplingShape, stopList, tokenLimitShape, unsupported } from './sampling.ts';

const DEFAULT_MAX_TOKENS = 4096;

const content = z.union([z.string(), z.array(z.object({ type: z.literal('text'), text: z.string() })).min(1)]);

const message = z.object({
  role: z.enum(['system', 'developer', 'user', 'assistant', 'tool', 'function']),
  content: content.nullish(),
});

const body = z.object({
  ...samplingShape,
  ...tokenLimitShape,
  messages: z.array(message).min(1),
  logprobs: z.boolean().nullish(),
  top_logprobs: z.int().min(0).max(20).nullish(),
  tools: z.array(z.unknown()).nullish(),
  functions: z.array(z.unknown()).nullish(),
  response_format: z.object({ type: z.string() }).nullish(),
});

export interface ChatCall {
  readonly model: string;
  readonly messages: readonly ChatMessage[];
  readonly options: Omit<AnswerOptions, 'seed'>;
  readonly seed: number | null;
  readonly n: number;
  readonly stream: boolean;
  readonly includeUsage: boolean;
  readonly logprobs: boolean;
}

/** Reads a chat completion request; refuses what the practice models cannot do instead of ignoring it. */
export function parseChat(sent: unknown): ChatCall {
  const request = parseRequest(body, sent);
  checkShared(request);
  if (request.tools?.length) throw unsupported('tools');
  if (request.functions?.length) throw unsupported('functions');
  if (request.response_format && request.response_format.type !== 'text') throw unsupported('response_format');
  const logprobs = request.logprobs ?? false;
  if (request.top_logprobs && !logprobs) {
    const text = "The 'top_logprobs' parameter is only allowed when 'logprobs' is enabled.";
    throw badRequest(text, 'top_logprobs', 'invalid_value');
  }
  return {
    model: request.model,
    messages: request.messages.map(toMessage),
    options: {
      maxTokens: request.max_completion_tokens ?? request.max_tokens ?? DEFAULT_MAX_TOKENS,
      stop: stopList(request.stop),
      temperature: request.temperature ?? 1,
      topP: request.top_p ?? 1,
      topLogprobs: request.top_logprobs ?? 0,
    },
    seed: request.seed ?? null,
    n: request.n ?? 1,
    stream: request.stream ?? false,
    includeUsage: request.stream_options?.include_usage ?? false,
    logprobs,
  };
}

const ROLES: Readonly<Record<z.infer<typeof message>['role'], Role>> = {
  system: 'system',
  developer: 'system',
  user: 'user',
  assistant: 'assistant',
  tool: 'tool',
  function: 'tool',
};

function toMessage({ role, content: given }: z.infer<typeof message>, index: number): ChatMessage {
  if (given === null || given === undefined) {
    if (role === 'assistant') return { role, content: '' };
    const param = `messages[${index}].content`;
    throw badRequest(`Missing required parameter: '${param}'.`, param, 'missing_required_parameter');
  }
  const text = typeof given === 'string' ? given : given.map((part) => part.text).join('');
  return { role: ROLES[role], content: text };
}
