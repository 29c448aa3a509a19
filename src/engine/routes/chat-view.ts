import type { WireUsage } from '../inference/usage.ts';
import type { GeneratedToken } from '../runners/types.ts';

/** What every chunk and every answer of one call begins with. */
export interface ChatFrame {
  readonly id: string;
  readonly created: number;
  readonly model: string;
}

const FINGERPRINT = 'fp_luthier_practice';

export interface ChatLogprobs {
  readonly content: readonly object[];
  readonly refusal: null;
}

export const chatLogprobs = (tokens: readonly GeneratedToken[]): ChatLogprobs => ({
  content: tokens.map((token) => ({
    ...tokenView(token),
    top_logprobs: token.top.map(tokenView),
  })),
  refusal: null,
});

const tokenView = ({ text, logprob }: { readonly text: string; readonly logprob: number }) => ({
  token: text,
  logprob,
  bytes: [...Buffer.from(text)],
});

export interface ChatChoice {
  readonly text: string;
  readonly finishReason: 'stop' | 'length';
  readonly logprobs: ChatLogprobs | null;
}

export const chatCompletion = (frame: ChatFrame, choices: readonly ChatChoice[], usage: WireUsage) => ({
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

export interface ChunkChoice {
  readonly index: number;
  readonly delta: { readonly role?: 'assistant'; readonly content?: string };
  readonly logprobs: ChatLogprobs | null;
  readonly finish_reason: 'stop' | 'length' | null;
}

/** A chunk of a streamed answer. `usage` is left out unless the client asked for it; then it is null until the last. */
export const chatChunk = (frame: ChatFrame, choices: readonly ChunkChoice[], usage: WireUsage | null | undefined) => ({
  id: frame.id,
  object: 'chat.completion.chunk',
  created: frame.created,
  model: frame.model,
  service_tier: 'default',
  system_fingerprint: FINGERPRINT,
  choices,
  ...(usage === undefined ? {} : { usage }),
});
