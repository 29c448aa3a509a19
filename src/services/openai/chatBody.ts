import type { ChatRequest } from '../../domain/chat/types.ts';

/** Which words of the protocol a server has refused, so that they are not sent to it again. */
export interface ChatDialect {
  readonly maxTokens: 'max_completion_tokens' | 'max_tokens';
  readonly streamUsage: boolean;
}

/** What OpenAI, Azure and the embedded engine speak; others are asked in it first, too. */
export const CURRENT_DIALECT: ChatDialect = { maxTokens: 'max_completion_tokens', streamUsage: true };

/** The body of POST /chat/completions. A field the request leaves out is not sent. */
export function chatBody(request: ChatRequest, dialect: ChatDialect, stream: boolean): Record<string, unknown> {
  const { model, messages, temperature, topP, maxTokens, stop, seed } = request;
  return {
    model,
    messages: messages.map(({ role, content }) => ({ role, content })),
    ...(temperature === undefined ? {} : { temperature }),
    ...(topP === undefined ? {} : { top_p: topP }),
    ...(maxTokens === undefined ? {} : { [dialect.maxTokens]: maxTokens }),
    ...(stop === undefined || stop.length === 0 ? {} : { stop }),
    ...(seed === undefined ? {} : { seed }),
    ...(stream ? { stream: true, ...(dialect.streamUsage ? { stream_options: { include_usage: true } } : {}) } : {}),
  };
}

/**
 * The dialect to try next after a refusal that names a word of `used`; null when the refusal is of something else.
 * Older servers refuse `max_completion_tokens` or `stream_options`; reasoning models refuse `max_tokens`.
 */
export function otherDialect(
  used: ChatDialect,
  refusal: { readonly message: string; readonly param: string | null },
  request: ChatRequest,
  stream: boolean,
): ChatDialect | null {
  const named = (word: string): boolean => refusal.param === word || new RegExp(`\\b${word}\\b`).test(refusal.message);
  if (request.maxTokens !== undefined && used.maxTokens === 'max_completion_tokens' && named('max_completion_tokens'))
    return { ...used, maxTokens: 'max_tokens' };
  if (stream && used.streamUsage && named('stream_options')) return { ...used, streamUsage: false };
  return null;
}
