/** What answers for real weights: `auto` is vLLM where the runner's Python has it, else transformers. */
export const SERVERS = ['auto', 'vllm', 'transformers'] as const;
export type Server = (typeof SERVERS)[number];

/** Each in words. */
export const SERVER_WORDS: Readonly<Record<Server, string>> = {
  auto: 'vLLM where it can, else transformers',
  vllm: 'vLLM alone: what it does not take is refused',
  transformers: 'transformers, beside which a job has its memory',
};
