import type { ChatMessage } from '../../domain/chat/types.ts';

/** Usage as the API writes it. */
export interface WireUsage {
  readonly prompt_tokens: number;
  readonly completion_tokens: number;
  readonly total_tokens: number;
}

/**
 * Tokens of a chat prompt: those of each message and three for its frame, and three that begin the answer (the
 * cookbook's count, over the practice models' own tokens).
 */
export function promptTokens(messages: readonly ChatMessage[], countTokens: (text: string) => number): number {
  return messages.reduce((sum, message) => sum + 3 + countTokens(message.content), 3);
}

export const wireUsage = (prompt: number, completion: number): WireUsage => ({
  prompt_tokens: prompt,
  completion_tokens: completion,
  total_tokens: prompt + completion,
});
