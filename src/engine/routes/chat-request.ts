import * as z from 'zod';
import { API_ROLES, type ApiRole, type ChatMessage } from '../../domain/chat/types.ts';
import { isRecord } from '../../domain/common/json.ts';
import { type ApiError, badRequest, isPresent, onlyWith } from '../http/error.ts';
import { integer, parseRequest } from '../http/parse.ts';
import type { WireMessage } from '../storage/completions.ts';
import type { Metadata } from '../storage/metadata.ts';
import type { AnswerOptions } from './answer.ts';
import { metadataSchema } from './metadata.ts';
import {
  checkShared,
  MAX_ANSWER_TOKENS,
  refuseUnlessHarmless,
  samplingOf,
  samplingShape,
  unsupported,
} from './sampling.ts';

const partSchema = z.strictObject({
  type: z.enum(['text', 'refusal']),
  text: z.string().optional(),
  refusal: z.string().optional(),
});

const messageSchema = z.strictObject({
  role: z.enum(['system', 'developer', 'user', 'assistant', 'tool', 'function'] satisfies readonly ApiRole[]),
  content: z.union([z.string(), z.array(partSchema).min(1)]).nullish(),
  name: z.string().nullish(),
  refusal: z.string().nullish(),
  tool_calls: z.array(z.looseObject({})).nullish(),
  tool_call_id: z.string().nullish(),
  function_call: z.looseObject({}).nullish(),
  audio: z.unknown().optional(),
});

/**
 * OpenAI's parameters that the practice models have nothing for, and the values of each that ask for nothing. With any
 * other they are refused: an answer that ignores them would pass for one that does not.
 */
const UNSUPPORTED = {
  audio: () => false,
  functions: isEmptyList,
  modalities: (value) => Array.isArray(value) && value.length === 1 && value[0] === 'text',
  moderation: () => false,
  prediction: () => false,
  prompt_cache_options: () => false,
  prompt_cache_retention: () => false,
  reasoning_effort: (value) => value === 'none',
  response_format: (value) => isRecord(value) && value.type === 'text',
  service_tier: (value) => value === 'auto' || value === 'default',
  tools: isEmptyList,
  verbosity: () => false,
  web_search_options: () => false,
} satisfies Readonly<Record<string, (value: unknown) => boolean>>;

function isEmptyList(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0;
}

/** What says how tools are called, of which there are none. */
const OF_TOOLS = { tool_choice: 'tools', parallel_tool_calls: 'tools', function_call: 'functions' } as const;

const UNREAD = Object.fromEntries(
  [...Object.keys(UNSUPPORTED), ...Object.keys(OF_TOOLS)].map((name) => [name, z.unknown().optional()]),
);

const bodySchema = z.strictObject({
  ...samplingShape,
  ...UNREAD,
  messages: z.array(messageSchema).min(1),
  max_tokens: integer().min(1).max(MAX_ANSWER_TOKENS).nullish(),
  max_completion_tokens: integer().min(1).max(MAX_ANSWER_TOKENS).nullish(),
  logprobs: z.boolean().nullish(),
  top_logprobs: integer().min(0).max(20).nullish(),
  store: z.boolean().nullish(),
  metadata: metadataSchema.nullish(),
  safety_identifier: z.string().max(64).nullish(),
  prompt_cache_key: z.string().nullish(),
});

export interface ChatRequest {
  readonly model: string;
  readonly messages: readonly ChatMessage[];
  /** The messages as they were sent. */
  readonly sent: readonly WireMessage[];
  readonly options: AnswerOptions;
  readonly seed: number | null;
  readonly n: number;
  readonly stream: boolean;
  readonly includeUsage: boolean;
  readonly logprobs: boolean;
  /** The answer is kept, to be listed and read later. */
  readonly store: boolean;
  readonly metadata: Metadata;
  readonly user: string | null;
}

/** Reads a chat completion request; refuses what the practice models cannot do instead of ignoring it. */
export function parseChat(sent: unknown): ChatRequest {
  const request = parseRequest(bodySchema, sent);
  checkShared(request);
  refuseUnlessHarmless(request, UNSUPPORTED);
  for (const [name, of] of Object.entries(OF_TOOLS)) {
    if (isPresent(Reflect.get(request, name))) throw onlyWith(name, `'${of}' are specified`);
  }
  const logprobs = request.logprobs ?? false;
  if (request.top_logprobs && !logprobs) throw onlyWith('top_logprobs', "'logprobs' is enabled");
  if (request.metadata && !request.store) throw onlyWith('metadata', "'store' is enabled");
  return {
    model: request.model,
    messages: request.messages.map(toMessage),
    sent: request.messages,
    options: {
      ...samplingOf(request),
      maxTokens: tokenLimit(request) ?? null,
      topLogprobs: request.top_logprobs ?? 0,
    },
    seed: request.seed ?? null,
    n: request.n ?? 1,
    stream: request.stream ?? false,
    includeUsage: request.stream_options?.include_usage ?? false,
    logprobs,
    store: request.store ?? false,
    metadata: request.metadata ?? null,
    user: request.user ?? null,
  };
}

function tokenLimit({ max_completion_tokens: newer, max_tokens: older }: z.output<typeof bodySchema>) {
  if (isPresent(newer) && isPresent(older)) {
    const text = "Setting 'max_tokens' and 'max_completion_tokens' at the same time is not supported.";
    throw badRequest(text, 'max_tokens', 'invalid_parameter_combination');
  }
  return newer ?? older;
}

/** The content, or what an assistant said in its place when it declined. */
function toMessage(message: z.output<typeof messageSchema>, index: number): ChatMessage {
  const { role, content: given, refusal } = message;
  const at = `messages[${index}]`;
  if (isPresent(message.audio)) throw unsupported(`${at}.audio`);
  const declined = role === 'assistant' ? (refusal ?? '') : '';
  if (given === null || given === undefined) {
    // An old function that returned nothing says null; an assistant that only calls tools says nothing.
    if (role === 'assistant' || (role === 'function' && given === null)) {
      return { role: API_ROLES[role], content: declined };
    }
    throw missing(`${at}.content`);
  }
  const text = typeof given === 'string' ? given : given.map((part, place) => textOf(part, role, at, place)).join('');
  return { role: API_ROLES[role], content: text === '' ? declined : text };
}

function textOf(part: z.output<typeof partSchema>, role: ApiRole, message: string, place: number): string {
  const at = `${message}.content[${place}]`;
  if (part.type === 'refusal' && role !== 'assistant') {
    throw badRequest("Invalid value: 'refusal'. Supported values are: 'text'.", `${at}.type`, 'invalid_value');
  }
  const text = part[part.type];
  if (text === undefined) throw missing(`${at}.${part.type}`);
  return text;
}

const missing = (param: string): ApiError =>
  badRequest(`Missing required parameter: '${param}'.`, param, 'missing_required_parameter');
