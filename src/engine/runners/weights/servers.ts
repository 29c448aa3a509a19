/** What answers for real weights: `auto` is vLLM where the runner's Python has it, else transformers. */
export const SERVERS = ['auto', 'vllm', 'transformers'] as const;
export type Server = (typeof SERVERS)[number];
