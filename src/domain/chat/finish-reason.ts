import type { FinishReason } from './types.ts';

/** The words of servers for each reason, in lower case: TGI, Mistral, Gemini, Cohere, Anthropic and Bedrock, Zhipu, vLLM, DeepSeek. */
const WORDS = {
  stop: ['stop', 'eos', 'eos_token', 'stop_sequence', 'stop_token', 'end_turn', 'complete', 'completed', 'finished'],
  length: [
    'length',
    'max_tokens',
    'max_new_tokens',
    'max_output_tokens',
    'max_length',
    'model_length',
    'model_context_window_exceeded',
    'token_limit',
    'incomplete',
  ],
  content_filter: [
    'content_filter',
    'content_filtered',
    'safety',
    'recitation',
    'blocklist',
    'prohibited_content',
    'spii',
    'sensitive',
    'error_toxic',
    'guardrail_intervened',
  ],
  tool_calls: ['tool_calls', 'tool_call', 'tool_use'],
} as const;

const REASONS: ReadonlyMap<string, FinishReason> = new Map(
  Object.entries(WORDS).flatMap(([reason, words]) => words.map((word) => [word, reason] as const)),
);

/** A server's word for why an answer ended, as one of the protocol's; a word that is in no table stays as it is. */
export const finishReasonOf = (word: string): FinishReason =>
  REASONS.get(word.toLowerCase().replaceAll(/[\s-]/g, '_')) ?? word;

const FAULTS: ReadonlySet<string> = new Set([
  'error',
  'network_error',
  'insufficient_system_resource',
  'malformed_function_call',
  'abort',
  'aborted',
]);

/** Whether an answer ended because something failed: what is there of it is no answer. */
export const isFault = (reason: FinishReason | null): boolean => reason !== null && FAULTS.has(reason.toLowerCase());
