import type { JsonRecord } from '../common/json.ts';
import { count, plural } from '../text/format.ts';

/** The conversation words of the chat completions API, in the shape Luthier passes around. */

export type Role = 'system' | 'user' | 'assistant' | 'tool';

/** The roles of OpenAI's API by ours: newer models call the system `developer`, older ones a tool `function`. */
export const API_ROLES = {
  system: 'system',
  developer: 'system',
  user: 'user',
  assistant: 'assistant',
  tool: 'tool',
  function: 'tool',
} as const satisfies Readonly<Record<string, Role>>;

export type ApiRole = keyof typeof API_ROLES;

export const isApiRole = (role: unknown): role is ApiRole => typeof role === 'string' && Object.hasOwn(API_ROLES, role);

export interface ChatMessage {
  readonly role: Role;
  readonly content: string;
}

/** What temperature does, short enough for the note of a field. */
export const TEMPERATURE_NOTE = '0 likeliest, 2 most varied';

/** Sampling parameters. An absent field is left to the provider's default and is not sent. */
export interface Sampling {
  /** 0 to 2. */
  readonly temperature?: number;
  /** Nucleus sampling, above 0 and up to 1. */
  readonly topP?: number;
  /** Upper bound on the answer's tokens. */
  readonly maxTokens?: number;
  readonly stop?: readonly string[];
  readonly seed?: number;
}

/** What a request says where roles and texts do not say it all: its messages, and its tools, as their file has them. */
export interface RawRequest {
  readonly messages: readonly JsonRecord[];
  /** `tools`, `tool_choice`, `parallel_tool_calls` and their older names. */
  readonly fields: JsonRecord;
}

export interface ChatRequest extends Sampling {
  readonly model: string;
  readonly messages: readonly ChatMessage[];
  /** Sent in the place of `messages`, which then are what is shown of them. */
  readonly raw?: RawRequest;
}

export interface Usage {
  readonly promptTokens: number;
  readonly completionTokens: number;
  readonly cachedTokens: number;
}

/** OpenAI's reasons; a provider may send others, which are kept as they came. */
export type FinishReason = 'stop' | 'length' | 'content_filter' | 'tool_calls' | (string & {});

/** What the server says of its limits in `x-ratelimit-*` headers; null where it said nothing. */
export interface RateLimits {
  readonly limitRequests: number | null;
  readonly remainingRequests: number | null;
  readonly resetRequestsMs: number | null;
  readonly limitTokens: number | null;
  readonly remainingTokens: number | null;
  readonly resetTokensMs: number | null;
  /** The call was above a limit that moves: it was answered, and the next one may not be. */
  readonly overLimit?: true;
}

/** An answer of which nobody knows how long it took, as one of a batch. */
export interface UntimedAnswer {
  readonly text: string;
  /** The model's own words when it declined; null when it did not. */
  readonly refusal: string | null;
  readonly finishReason: FinishReason | null;
  /** Null when the server sent none. */
  readonly usage: Usage | null;
  /** The model that answered, as the server names it. */
  readonly model: string;
  readonly limits: RateLimits | null;
  /** What the model thought before it answered, in a field of its own or in `<think>`; no part of the text. */
  readonly reasoning?: string | undefined;
  /** Figures of usage that cannot be true, as `prompt_tokens -5`: `usage` is null then. Absent where all can. */
  readonly oddUsage?: string | undefined;
  /** Fields of the request that the model refuses and that were left out; absent when there are none. */
  readonly without?: readonly string[] | undefined;
  /** Keys of other hosts that stood in the request and were masked before it was sent; absent when there were none. */
  readonly maskedKeys?: number | undefined;
}

export interface ChatAnswer extends UntimedAnswer {
  /** Milliseconds from the request to the first token, thoughts included, and to the end of the answer. */
  readonly firstTokenMs: number;
  readonly totalMs: number;
}

/** Whether a model thought and came to no answer, as one does that is cut. */
export const onlyThought = ({ text, reasoning }: UntimedAnswer): boolean =>
  text.trim() === '' && reasoning !== undefined;

/** `2 answers cut at 512 tokens: raise max tokens (--max-tokens).` `limit` is null where it was the model's own. */
export const cutText = (answers: number, limit: number | null): string =>
  `${plural(answers, 'answer')} cut at ${limit === null ? 'the limit of the model' : `${count(limit)} tokens: raise max tokens (--max-tokens)`}.`;

/** What is told of answers whose figures of usage cannot be true. */
export const oddUsageText = (answers: number, figures: string): string =>
  `${plural(answers, 'answer')} came with usage that cannot be true (${figures}): it is not counted, and ${answers === 1 ? 'the call counts' : 'each call counts'} at its most.`;

/** What was done about fields that a model refuses: `m refuses temperature: asked without it.` */
export function withoutText(model: string, without: readonly string[]): string {
  const fields = without.filter((name) => name !== 'system');
  const parts = [
    ...(fields.length === 0
      ? []
      : [`refuses ${fields.join(', ')}: asked without ${fields.length === 1 ? 'it' : 'them'}`]),
    ...(without.includes('system') ? ['has no system role: its words went before the user message'] : []),
  ];
  return `${model} ${parts.join('; ')}.`;
}

/** One user message, and the answer of each model it was sent to. */
export interface ChatTurn {
  readonly id: string;
  /** The system message sent with it; may be empty. */
  readonly system: string;
  readonly user: string;
  /** True when it was sent without the messages before it, as in training. */
  readonly alone?: boolean;
  /** One per model it was sent to, in the order of the plan. */
  readonly replies: readonly ChatReply[];
}

export interface ChatReply {
  readonly model: string;
  readonly text: string;
  /** What the model thought before it answered; no part of the text. Absent when there is nothing. */
  readonly thoughts?: string | undefined;
  readonly status: 'streaming' | 'done' | 'stopped' | 'failed';
  readonly answer: ChatAnswer | null;
  /** US$; null when the model's price is unknown. */
  readonly costUsd: number | null;
  readonly error: string | null;
}
